import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
  Tag,
} from '@aws-sdk/client-s3'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { AwsError } from '../../../errors.ts'
import { malformedXml, noSuchKey } from '../errors.ts'
import { notify } from '../notifications/notify.ts'
import { onObject, requireBucket, type ObjectInput } from '../find-bucket.ts'
import { lookAgainAt } from '../lifecycle/schedule.ts'
import { withoutAbsent } from '../object-settings.ts'
import { requireNoMarker } from '../read-version.ts'
import { replicateTags } from '../replication/schedule.ts'
import { requestTagKeys } from '../request-keys.ts'
import type { Bucket } from '../rows/buckets.ts'
import { setVersionTags, type ObjectVersion } from '../rows/object-versions.ts'
import { checkedTags, objectSystemTag, tagSet } from '../tags.ts'
import { shownVersionId } from '../versions.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const maxTags = 10

export const PutObjectTagging = operation<PutObjectTaggingRequest, PutObjectTaggingOutput>({
  authorize: (input, call) => [
    toTag('Put', input, call, requestTagKeys(namedTags(input.Tagging?.TagSet))),
  ],
  run(input, call) {
    const { bucket, version, answer } = tagged(input, call)
    const set = input.Tagging?.TagSet ?? []
    if (!input.Tagging || set.some(({ Key, Value }) => Key === undefined || Value === undefined)) {
      throw malformedXml()
    }
    changeTags(call, bucket, version, checkedTags(set, maxTags, objectSystemTag))
    return answer
  },
})

export const GetObjectTagging = operation<GetObjectTaggingRequest, GetObjectTaggingOutput>({
  authorize: (input, call) => [toTag('Get', input, call)],
  run(input, call) {
    const { version, answer } = tagged(input, call)
    return { ...answer, TagSet: tagSet(version.tags) }
  },
})

export const DeleteObjectTagging = operation<DeleteObjectTaggingRequest, DeleteObjectTaggingOutput>(
  {
    authorize: (input, call) => [toTag('Delete', input, call)],
    run(input, call) {
      const { bucket, version, answer } = tagged(input, call)
      changeTags(call, bucket, version, {})
      return answer
    },
  },
)

function toTag(
  verb: 'Put' | 'Get' | 'Delete',
  input: ObjectInput,
  call: Call,
  context: Permission['context'] = {},
) {
  const { VersionId } = input
  return VersionId === undefined
    ? onObject(`s3:${verb}ObjectTagging`, input, call, context)
    : onObject(`s3:${verb}ObjectVersionTagging`, input, call, {
        ...context,
        's3:VersionId': VersionId,
      })
}

/** What conditions see of the tags, before these are checked. */
const namedTags = (set: readonly Tag[] = []) =>
  Object.fromEntries(set.map(({ Key = '', Value = '' }) => [Key, Value]))

function tagged(input: ObjectInput, call: Call) {
  const bucket = requireBucket(input, call)
  const version = taggedVersion(call, bucket, input)
  return {
    bucket,
    version,
    answer: withoutAbsent({ VersionId: shownVersionId(bucket, version.versionId) }),
  }
}

/** Unlike a read, tagging refuses a delete marker as such; and of a missing key GET names the bucket too. */
function taggedVersion(call: Call, bucket: Bucket, { Key = '', VersionId }: ObjectInput) {
  try {
    return requireNoMarker(call, bucket, Key, VersionId)
  } catch (error) {
    throw error instanceof AwsError && error.code === 'NoSuchKey' && call.http.method === 'GET'
      ? noSuchKey(`${bucket.name}/${Key}`)
      : error
  }
}

/** Other tags may be other rules' business, and are to be those of the replicas. */
function changeTags(
  call: Call,
  bucket: Bucket,
  version: ObjectVersion,
  tags: Readonly<Record<string, string>>,
): void {
  setVersionTags(call.db, version.id, tags)
  lookAgainAt(call, bucket.id, version.key)
  replicateTags(call, bucket, version)
  const isDeletion = call.operation === 'DeleteObjectTagging'
  notify(call, bucket, {
    event: isDeletion ? 'ObjectTagging:Delete' : 'ObjectTagging:Put',
    key: version.key,
    etag: version.etag,
    versionId: shownVersionId(bucket, version.versionId),
  })
}
