import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-s3-control'
import { AwsError } from '../../../errors.ts'
import { answerStatus, operation, type Call, type Permission } from '../../../operation.ts'

// The tags of general purpose buckets, one by one: https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html

interface ResourceInput {
  readonly AccountId?: string | undefined
  readonly ResourceArn?: string | undefined
}

const noSuchBucket = () =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 })

const invalidRequest = (sentence: string) => new AwsError('InvalidRequest', sentence)

/** @throws AwsError `InvalidRequest` for what is no bucket's ARN, `NoSuchBucket` for one of another account too */
function requireTags(input: ResourceInput, { db, ports, account }: Call) {
  const name = /^arn:aws:s3:::([^/]+)$/.exec(input.ResourceArn ?? '')?.[1]
  if (name === undefined) {
    throw invalidRequest('pocketcloud tags general purpose buckets only: arn:aws:s3:::bucket')
  }
  const found = ports.bucketTags?.find(db, name)
  if (!found || found.account !== (input.AccountId ?? account)) throw noSuchBucket()
  return { name, tags: found.tags }
}

const onResource = (action: string, input: ResourceInput, call: Call): Permission => ({
  action,
  resource: input.ResourceArn ?? '*',
  resourceAccount: input.AccountId ?? call.account,
})

export const ListTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResult>(
  {
    authorize: (input, call) => [onResource('s3:ListTagsForResource', input, call)],
    run: (input, call) => ({
      Tags: Object.entries(requireTags(input, call).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  },
)

export const TagResource = operation<TagResourceRequest, { readonly [answerStatus]: number }>({
  authorize: (input, call) => [onResource('s3:TagResource', input, call)],
  run(input, call) {
    const { name, tags } = requireTags(input, call)
    const added = (input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])
    call.ports.bucketTags?.set(call.db, name, { ...tags, ...Object.fromEntries(added) })
    return { [answerStatus]: 204 }
  },
})

export const UntagResource = operation<UntagResourceRequest, { readonly [answerStatus]: number }>({
  authorize: (input, call) => [onResource('s3:UntagResource', input, call)],
  run(input, call) {
    const { name, tags } = requireTags(input, call)
    const gone = new Set(input.TagKeys)
    const kept = Object.entries(tags).filter(([key]) => !gone.has(key))
    call.ports.bucketTags?.set(call.db, name, Object.fromEntries(kept))
    return { [answerStatus]: 204 }
  },
})
