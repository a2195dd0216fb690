import type {
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  RestoreStatus,
} from '@aws-sdk/client-s3'
import { answerHeaders, operation, type Call } from '../../../operation.ts'
import { ownerOf } from '../access-control.ts'
import { fromToken, incorrectToken, toToken } from '../continuation-tokens.ts'
import { invalidArgument } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { afterAllWith, justAfter } from '../keys.ts'
import { commonPrefix, listPage, type Page } from '../listing.ts'
import { encoderOf } from '../listing-encoding.ts'
import { isArchived, withoutAbsent } from '../object-settings.ts'
import { canonicalUserId } from '../owners.ts'
import { restoreStatus } from '../restores.ts'
import type { Bucket } from '../rows/buckets.ts'
import { currentObjects, type CurrentObject } from '../rows/current-objects.ts'
import { findLatest } from '../rows/object-versions.ts'

type ListInput = Pick<
  ListObjectsV2Request,
  | 'Bucket'
  | 'Prefix'
  | 'Delimiter'
  | 'MaxKeys'
  | 'EncodingType'
  | 'ExpectedBucketOwner'
  | 'OptionalObjectAttributes'
>

const maxPage = 1000

export const ListObjectsV2 = operation<ListObjectsV2Request, ListObjectsV2Output>({
  authorize: toList,
  run(input, call) {
    const { ContinuationToken, StartAfter, FetchOwner } = input
    if (ContinuationToken === '') throw incorrectToken()
    // A token goes on where its page ended: where the first one started no longer matters.
    const from = fromToken(ContinuationToken) ?? (StartAfter ? justAfter(StartAfter) : '')
    const { bucket, page, limit, encode } = list(input, call, from)
    return {
      ...echo(bucket, input, limit, encode),
      ...contents(page, encode, {
        owning: FetchOwner === true ? bucket : undefined,
        restoreOf: restoresOf(input, bucket, call),
      }),
      KeyCount: page.rows.length + page.commonPrefixes.length,
      ...withoutAbsent({
        ContinuationToken,
        StartAfter:
          StartAfter === undefined || ContinuationToken !== undefined
            ? undefined
            : encode(StartAfter),
        NextContinuationToken: page.next === undefined ? undefined : toToken(page.next),
      }),
    }
  },
})

export const ListObjects = operation<ListObjectsRequest, ListObjectsOutput>({
  authorize: toList,
  run(input, call) {
    const { Marker = '' } = input
    const { bucket, page, limit, encode } = list(input, call, afterMarker(input))
    const hasNext = page.next !== undefined && Boolean(input.Delimiter)
    return {
      ...echo(bucket, input, limit, encode),
      ...contents(page, encode, { owning: bucket, restoreOf: restoresOf(input, bucket, call) }),
      Marker: encode(Marker),
      // Without a delimiter the last key is the next marker, so AWS does not say it.
      ...(hasNext && { NextMarker: encode(endOf(page)) }),
    }
  },
})

function endOf({ last }: Page<CurrentObject, string>): string {
  if (!last) return ''
  return 'row' in last ? last.row.key : last.commonPrefix
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#example-object-tagging-access-control */
function toList(input: ListInput, call: Call) {
  const context = withoutAbsent({
    's3:prefix': input.Prefix,
    's3:delimiter': input.Delimiter,
    's3:max-keys': input.MaxKeys === undefined ? undefined : String(input.MaxKeys),
  })
  return [onBucket('s3:ListBucket', input, call, context)]
}

/** A marker within a common prefix, or equal to it, stands for all of that prefix: the page before ended with it. */
function afterMarker({ Marker = '', Prefix = '', Delimiter = '' }: ListObjectsRequest): string {
  if (Marker === '') return ''
  const common = Marker.startsWith(Prefix) ? commonPrefix(Marker, Prefix, Delimiter) : undefined
  return (common === undefined ? undefined : afterAllWith(common)) ?? justAfter(Marker)
}

function list(input: ListInput, call: Call, from: string) {
  const { MaxKeys = maxPage } = input
  if (!Number.isInteger(MaxKeys) || MaxKeys < 0 || MaxKeys > 2_147_483_647) {
    throw invalidArgument(
      'Argument maxKeys must be an integer between 0 and 2147483647',
      'maxKeys',
      MaxKeys,
    )
  }
  const encode = encoderOf(input.EncodingType)
  const bucket = requireBucket(input, call)
  const limit = Math.min(MaxKeys, maxPage)
  const page = listPage(currentObjects(call.db, bucket.id), {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter ?? '',
    from: { key: from, cursor: from },
    limit,
  })
  return { bucket, page, limit, encode }
}

const echo = (
  bucket: Bucket,
  input: ListInput,
  limit: number,
  encode: (text: string) => string,
) => ({
  [answerHeaders]: { 'x-amz-bucket-region': bucket.region },
  Name: bucket.name,
  Prefix: encode(input.Prefix ?? ''),
  MaxKeys: limit,
  ...(input.Delimiter && { Delimiter: encode(input.Delimiter) }),
  ...(input.EncodingType && { EncodingType: input.EncodingType }),
})

/** What a listing says of its objects beyond what every one does. */
interface Extras {
  /** The bucket, where owners are asked for. */
  readonly owning: Bucket | undefined
  readonly restoreOf: ((row: CurrentObject) => RestoreStatus | undefined) | undefined
}

function restoresOf(
  { OptionalObjectAttributes: attributes = [] }: ListInput,
  bucket: Bucket,
  call: Call,
): Extras['restoreOf'] {
  if (!attributes.includes('RestoreStatus')) return undefined
  return ({ key, storage_class: storageClass }) =>
    isArchived(storageClass)
      ? restoreStatus(call, storageClass, findLatest(call.db, bucket.id, key)?.id)
      : undefined
}

function contents(
  page: Page<CurrentObject, string>,
  encode: (text: string) => string,
  { owning, restoreOf }: Extras,
): Pick<ListObjectsV2Output, 'IsTruncated' | 'Contents' | 'CommonPrefixes'> {
  return {
    IsTruncated: page.next !== undefined,
    Contents: page.rows.map((row) => ({
      Key: encode(row.key),
      LastModified: new Date(row.last_modified),
      ETag: `"${row.etag}"`,
      ...(row.checksum_algorithm !== null && {
        ChecksumAlgorithm: [row.checksum_algorithm as never],
        ChecksumType: row.checksum_type as never,
      }),
      Size: row.size,
      StorageClass: row.storage_class as never,
      ...(restoreOf && withoutAbsent({ RestoreStatus: restoreOf(row) })),
      ...(owning && { Owner: { ID: canonicalUserId(ownerOf(owning, row)) } }),
    })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  }
}
