import type { ListObjectVersionsOutput, ListObjectVersionsRequest } from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import { ownerOf } from '../access-control.ts'
import { invalidArgument } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { afterAllWith, justAfter } from '../keys.ts'
import { commonPrefix, listPage } from '../listing.ts'
import { encoderOf } from '../listing-encoding.ts'
import { withoutAbsent } from '../object-settings.ts'
import { canonicalUserId } from '../owners.ts'
import { restoreStatus } from '../restores.ts'
import type { Bucket } from '../rows/buckets.ts'
import { listedVersions, type ListedVersion, type VersionCursor } from '../rows/listed-versions.ts'
import { findVersion } from '../rows/object-versions.ts'
import { isVersionId, placeOfVersion } from '../versions.ts'

export const ListObjectVersions = operation<ListObjectVersionsRequest, ListObjectVersionsOutput>({
  authorize: (input, call) => [
    onBucket(
      's3:ListBucketVersions',
      input,
      call,
      withoutAbsent({
        's3:prefix': input.Prefix,
        's3:delimiter': input.Delimiter,
        's3:max-keys': input.MaxKeys === undefined ? undefined : String(input.MaxKeys),
      }),
    ),
  ],
  run(input, call) {
    const { Prefix = '', Delimiter = '', KeyMarker = '', MaxKeys = 1000 } = input
    const bucket = requireBucket(input, call)
    const cursor = afterMarkers(input, call, bucket)
    const encode = encoderOf(input.EncodingType)
    if (MaxKeys < 0) throw invalidArgument('max-keys cannot be negative', 'max-keys', undefined)
    if (!Number.isInteger(MaxKeys) || MaxKeys > 2_147_483_647) {
      throw invalidArgument(
        'Provided max-keys not an integer or within integer range',
        'max-keys',
        MaxKeys,
      )
    }
    const limit = Math.min(MaxKeys, 1000)
    const showsRestores = input.OptionalObjectAttributes?.includes('RestoreStatus') === true
    const page = listPage(listedVersions(call.db, bucket.id), {
      prefix: Prefix,
      delimiter: Delimiter,
      from: { key: cursor.key, cursor },
      limit,
    })
    return {
      IsTruncated: page.next !== undefined,
      KeyMarker: encode(KeyMarker),
      VersionIdMarker: input.VersionIdMarker ?? '',
      Name: bucket.name,
      Prefix: encode(Prefix),
      MaxKeys: limit,
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      ...(page.next && page.last && nextMarkers(page.last, encode)),
      Versions: page.rows
        .filter((row) => row.delete_marker === 0)
        .map((row) => ({
          ...versionEntry(bucket, row, encode),
          ...(showsRestores &&
            withoutAbsent({ RestoreStatus: restoreStatus(call, row.storage_class, row.id) })),
        })),
      DeleteMarkers: page.rows
        .filter((row) => row.delete_marker === 1)
        .map((row) => entry(bucket, row, encode)),
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    }
  },
})

/** Without a version, a key marker stands for all versions of that key. */
function afterMarkers(
  { KeyMarker = '', VersionIdMarker, Prefix = '', Delimiter = '' }: ListObjectVersionsRequest,
  { db }: Call,
  bucket: Bucket,
): VersionCursor {
  if (VersionIdMarker !== undefined && KeyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      VersionIdMarker,
    )
  }
  if (VersionIdMarker === '') {
    throw invalidArgument('A version-id marker cannot be empty.', 'version-id-marker', '')
  }
  if (KeyMarker === '') return { key: '' }
  const common = KeyMarker.startsWith(Prefix)
    ? commonPrefix(KeyMarker, Prefix, Delimiter)
    : undefined
  const jump = common === undefined ? undefined : afterAllWith(common)
  if (jump !== undefined) return { key: jump }
  if (VersionIdMarker === undefined) return { key: justAfter(KeyMarker) }
  if (!isVersionId(VersionIdMarker)) {
    throw invalidArgument('Invalid version id specified', 'version-id-marker', VersionIdMarker)
  }
  // The null version does not say where it stood; of a key that has none, S3 lists nothing more.
  const place =
    placeOfVersion(VersionIdMarker) ?? findVersion(db, bucket.id, KeyMarker, VersionIdMarker)?.id
  return place === undefined ? { key: justAfter(KeyMarker) } : { key: KeyMarker, after: place }
}

function nextMarkers(
  last: { readonly row: ListedVersion } | { readonly commonPrefix: string },
  encode: (text: string) => string,
) {
  return 'row' in last
    ? { NextKeyMarker: encode(last.row.key), NextVersionIdMarker: last.row.version_id }
    : { NextKeyMarker: encode(last.commonPrefix) }
}

const entry = (bucket: Bucket, row: ListedVersion, encode: (text: string) => string) => ({
  Key: encode(row.key),
  VersionId: row.version_id,
  IsLatest: row.latest === 1,
  LastModified: new Date(row.last_modified),
  Owner: { ID: canonicalUserId(ownerOf(bucket, row)) },
})

function versionEntry(bucket: Bucket, row: ListedVersion, encode: (text: string) => string) {
  const shown = {
    ...entry(bucket, row, encode),
    ETag: `"${row.etag}"`,
    Size: row.size,
    StorageClass: row.storage_class as never,
  }
  if (row.checksum_algorithm === null) return shown
  return {
    ...shown,
    ChecksumAlgorithm: [row.checksum_algorithm as never],
    ChecksumType: row.checksum_type as never,
  }
}
