import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation, type Call, type Permission } from '../../../operation.ts'
import { invalidRequest, invalidTag, noSuchResource } from '../errors.ts'
import type { AccountInput } from '../on-account.ts'
import {
  findGrant,
  findInstance,
  findLocation,
  putGrant,
  putInstance,
  putLocation,
} from '../rows/access-grants.ts'
import { findAccessPoint, setAccessPointTags } from '../rows/access-points.ts'
import { findLens, putLens } from '../rows/storage-lens.ts'
import { readTags, requestTagKeys, tagList } from '../tags.ts'

// Tags one by one: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_TagResource.html

type Tags = Readonly<Record<string, string>>

interface ResourceInput extends AccountInput {
  readonly ResourceArn?: string | undefined
}

/** How many a resource may have. */
const most = 50

/** Something that has tags. */
interface Tagged {
  readonly tags: Tags
  readonly set: (tags: Tags) => void
}

/**
 * The resource of a request: a bucket, an access point, access grants or a group of Storage Lens.
 *
 * @throws AwsError `InvalidRequest` for what has no tags here, `NoSuchResource` for what is another account's too
 */
function requireTagged({ ResourceArn = '', AccountId }: ResourceInput, call: Call): Tagged {
  const { db, ports, account } = call
  const bucket = /^arn:aws:s3:::([^/]+)$/.exec(ResourceArn)?.[1]
  if (bucket !== undefined) {
    const found = ports.bucketTags?.find(db, bucket)
    if (!found || found.account !== (AccountId ?? account)) throw noSuchResource()
    return { tags: found.tags, set: (tags) => ports.bucketTags?.set(db, bucket, tags) }
  }
  const named =
    /^arn:aws:s3:([^:]+):(\d{12}):(accesspoint|storage-lens-group|access-grants)\/([^/]+)(?:\/(location|grant)\/([^/]+))?$/.exec(
      ResourceArn,
    )
  if (!named) {
    throw invalidRequest(
      'pocketcloud tags general purpose buckets, their access points, access grants and Storage Lens groups only',
    )
  }
  const [, region = '', owner = '', kind, name = ''] = named
  if (owner !== account) throw noSuchResource()
  const place = { account, region }
  if (kind === 'accesspoint') {
    const point = findAccessPoint(db, place, name)
    if (!point) throw noSuchResource()
    return { tags: point.tags, set: (tags) => setAccessPointTags(db, point, tags) }
  }
  if (kind === 'access-grants') return grantsTagged(named[5], named[6] ?? '', { ...call, region })
  const group = findLens<object>(db, place, 'group', name)
  if (!group) throw noSuchResource()
  return { tags: group.tags, set: (tags) => putLens(db, place, 'group', { ...group, tags }) }
}

/** The instance of access grants, or a location or grant of it. */
function grantsTagged(part: string | undefined, id: string, { db, ...place }: Call): Tagged {
  if (part === 'location') {
    const location = findLocation(db, place, id)
    if (!location) throw noSuchResource()
    return { tags: location.tags, set: (tags) => putLocation(db, { ...location, tags }) }
  }
  if (part === 'grant') {
    const grant = findGrant(db, place, id)
    if (!grant) throw noSuchResource()
    return { tags: grant.tags, set: (tags) => putGrant(db, { ...grant, tags }) }
  }
  const instance = findInstance(db, place)
  if (!instance) throw noSuchResource()
  return { tags: instance.tags, set: (tags) => putInstance(db, { ...instance, tags }) }
}

const onResource = (
  action: string,
  { ResourceArn = '*', AccountId }: ResourceInput,
  { account }: Call,
  context: Permission['context'] = {},
): Permission => ({
  action,
  resource: ResourceArn,
  resourceAccount: AccountId ?? account,
  context,
})

export const ListTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResult>(
  {
    authorize: (input, call) => [onResource('s3:ListTagsForResource', input, call)],
    run: (input, call) => ({ Tags: tagList(requireTagged(input, call).tags) }),
  },
)

export const TagResource = operation<TagResourceRequest, { readonly [answerStatus]: number }>({
  authorize: (input, call) => [
    onResource('s3:TagResource', input, call, requestTagKeys(input.Tags)),
  ],
  run(input, call) {
    const { tags, set } = requireTagged(input, call)
    const all = { ...tags, ...readTags(input.Tags) }
    if (Object.keys(all).length > most) {
      throw invalidTag('The number of tags on a resource cannot be greater than 50')
    }
    set(all)
    return { [answerStatus]: 204 }
  },
})

export const UntagResource = operation<UntagResourceRequest, { readonly [answerStatus]: number }>({
  authorize: (input, call) => [
    onResource('s3:UntagResource', input, call, { 'aws:TagKeys': input.TagKeys ?? [] }),
  ],
  run(input, call) {
    const { tags, set } = requireTagged(input, call)
    const gone = new Set(input.TagKeys)
    set(Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))))
    return { [answerStatus]: 204 }
  },
})
