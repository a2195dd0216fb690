import type {
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import type { FileSlice } from '../../../store/object-files.ts'
import { contentRange, readRange, type ByteRange } from '../byte-ranges.ts'
import { checksumMembers } from '../checksums.ts'
import { readingKeyOf, requireCustomerKey } from '../encryption/customer-keys.ts'
import { encryptionHeaderOnRead } from '../encryption/errors.ts'
import { toUseKey } from '../encryption/permissions.ts'
import { failedCondition, type ReadConditions } from '../conditions.ts'
import {
  invalidArgument,
  invalidPartNumber,
  invalidRange,
  invalidRequest,
  notModified,
  preconditionFailed,
} from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { httpDate, SentDate } from '../http-date.ts'
import { lockMembers } from '../object-lock/locks.ts'
import { metadataHeaders } from '../metadata.ts'
import { expirationOf } from '../lifecycle/headers.ts'
import { withoutAbsent } from '../object-settings.ts'
import { requireVersion } from '../read-version.ts'
import type { Bucket } from '../rows/buckets.ts'
import { partAt } from '../rows/object-parts.ts'
import { findLatest, findVersion, type ObjectVersion } from '../rows/object-versions.ts'
import { replicationStatusOf } from '../rows/replications.ts'
import { requireReadable, restoreHeader } from '../restores.ts'
import { slicesOf } from '../segments.ts'
import { shownVersionId } from '../versions.ts'

type ReadInput = GetObjectRequest & HeadObjectRequest

/** The payload is named, not read: the pipeline streams it. */
type StreamedOutput = Omit<GetObjectOutput, 'Body'> & { readonly Body: readonly FileSlice[] }

export const GetObject = operation<GetObjectRequest, StreamedOutput>({
  authorize: (input, call) => [
    ...toRead(input, call),
    ...toUseKey('Decrypt', namedVersion(input, call), call),
  ],
  run(input, call) {
    const { version, range, head, customer } = read(input, call)
    requireReadable(call, version)
    return { Body: slicesOf(call, version, range, customer), ...head }
  },
})

export const HeadObject = operation<HeadObjectRequest, HeadObjectOutput>({
  authorize: toRead,
  run: (input, call) => read(input, call).head,
})

function toRead(input: ReadInput, call: Call) {
  const action = input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  const context = input.VersionId === undefined ? {} : { 's3:VersionId': input.VersionId }
  return [onObject(action, input, call, context)]
}

function read(input: ReadInput, call: Call) {
  requireSignatureForOverrides(input, call)
  const bucket = requireBucket(input, call)
  const version = requireVersion(call, bucket, input.Key ?? '', input.VersionId)
  requireNoEncryptionHeader(call)
  const customer = readingKeyOf(input)
  requireCustomerKey(version.encryption, customer)
  requireConditions(input, version, call.now)
  const range = wantedRange(input, call, version)
  return { version, range, customer, head: headOf(input, call, bucket, version, range) }
}

/** How an object is encrypted is for who writes it to say. */
function requireNoEncryptionHeader({ http }: Call): void {
  const algorithm = http.headers['x-amz-server-side-encryption']
  if (algorithm !== undefined) throw encryptionHeaderOnRead(algorithm)
}

/** The version that is asked for, if it is there: what is missing is refused once the call is authorized. */
function namedVersion(input: ReadInput, call: Call): ObjectVersion | undefined {
  const { id } = requireBucket(input, call)
  const { Key: key = '', VersionId } = input
  return VersionId === undefined
    ? findLatest(call.db, id, key)
    : findVersion(call.db, id, key, VersionId)
}

/** Anybody who has the link could choose the headers otherwise. */
function requireSignatureForOverrides(input: ReadInput, { caller }: Call): void {
  const said = Object.entries(overrides(input))
  if (said.length > 0 && caller.type === 'Anonymous') {
    throw invalidRequest(
      'Request specific response headers cannot be used for anonymous GET requests.',
    )
  }
  for (const [name, value] of said) {
    // What no header can carry would end the answer half-way.
    if (typeof value !== 'string' || /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue
    const parameter = `response-${name.replaceAll(/(?<=.)([A-Z])/g, '-$1').toLowerCase()}`
    throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value)
  }
}

const overrides = (input: ReadInput) =>
  withoutAbsent({
    CacheControl: input.ResponseCacheControl,
    ContentDisposition: input.ResponseContentDisposition,
    ContentEncoding: input.ResponseContentEncoding,
    ContentLanguage: input.ResponseContentLanguage,
    ContentType: input.ResponseContentType,
    Expires: input.ResponseExpires,
  })

const conditionNames: Record<keyof ReadConditions, string> = {
  ifMatch: 'If-Match',
  ifNoneMatch: 'If-None-Match',
  ifModifiedSince: 'If-Modified-Since',
  ifUnmodifiedSince: 'If-Unmodified-Since',
}

function requireConditions(input: ReadInput, version: ObjectVersion, now: number): void {
  const failed = failedCondition(
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    version,
    now,
  )
  if (failed === 'ifNoneMatch' || failed === 'ifModifiedSince') {
    throw notModified({
      ETag: `"${version.etag}"`,
      'Last-Modified': httpDate(version.lastModified),
    })
  }
  if (failed) throw preconditionFailed(conditionNames[failed])
}

function wantsChecksum({ ChecksumMode: mode }: ReadInput): boolean {
  if (mode === undefined) return false
  if (mode.toUpperCase() === 'ENABLED') return true
  throw invalidRequest('Value for x-amz-checksum-mode header is invalid.')
}

/** The bytes that `Range` or `PartNumber` ask for; undefined for all of them. */
function wantedRange(
  { Range: header, PartNumber: number }: ReadInput,
  call: Call,
  version: ObjectVersion,
): ByteRange | undefined {
  if (number !== undefined) {
    if (header !== undefined) {
      throw invalidRequest('Cannot specify both Range header and partNumber query parameter')
    }
    return partRange(number, call, version)
  }
  if (header === undefined) return undefined
  const range = readRange(header, version.size)
  if (range === 'unsatisfiable') throw invalidRange(header, version.size)
  return range === 'whole' ? undefined : range
}

function partRange(number: number, { db }: Call, version: ObjectVersion): ByteRange | undefined {
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      number,
    )
  }
  if (number > (version.partCount ?? 1)) throw invalidPartNumber(number, version.partCount ?? 1)
  const part =
    version.partCount === null
      ? { start: 0, size: version.size }
      : partAt(db, version.id, number - 1)!
  return part.size === 0 ? undefined : { start: part.start, end: part.start + part.size }
}

/** A checksum is of the whole object, and says nothing about a piece; but one of parts has the parts'. */
function checksumOfRead(
  { PartNumber: number }: ReadInput,
  { db }: Call,
  { id, checksum, partCount }: ObjectVersion,
  isWhole: boolean,
) {
  if (number === undefined || partCount === null || checksum?.type !== 'COMPOSITE') {
    return isWhole ? checksumMembers(checksum) : {}
  }
  const value = partAt(db, id, number - 1)?.checksumValue
  return value ? checksumMembers({ ...checksum, value }) : {}
}

function headOf(
  input: ReadInput,
  call: Call,
  bucket: Bucket,
  version: ObjectVersion,
  range: ByteRange | undefined,
) {
  const { size, storageClass, headers, partCount } = version
  const isWhole = !range || range.end - range.start === size
  const tagCount = Object.keys(version.tags).length
  return withoutAbsent({
    AcceptRanges: 'bytes',
    LastModified: new Date(version.lastModified),
    ContentLength: range ? range.end - range.start : size,
    ContentRange: range && contentRange(range, size),
    ETag: `"${version.etag}"`,
    ...headers,
    Expires: headers.Expires === undefined ? undefined : new SentDate(headers.Expires),
    ...overrides(input),
    Metadata: metadataHeaders(version.metadata),
    StorageClass: storageClass === 'STANDARD' ? undefined : storageClass,
    VersionId: shownVersionId(bucket, version.versionId),
    Restore: restoreHeader(call, version),
    // Rules of expiration are for current versions; of one that is named AWS does not say it either.
    Expiration:
      version.latest && input.VersionId === undefined
        ? expirationOf(call, bucket, version)
        : undefined,
    ReplicationStatus:
      bucket.versioning === null ? undefined : replicationStatusOf(call.db, version.id),
    TagCount: tagCount === 0 ? undefined : tagCount,
    PartsCount: input.PartNumber === undefined || partCount === null ? undefined : partCount,
    ...version.encryption,
    ...lockMembers(call, bucket, version),
    ...(wantsChecksum(input) && checksumOfRead(input, call, version, isWhole)),
  }) as unknown as Omit<GetObjectOutput, 'Body'> & HeadObjectOutput
}
