import type { CopyObjectOutput, CopyObjectRequest } from '@aws-sdk/client-s3'
import { operation, type Call, type HttpFacts } from '../../../operation.ts'
import type { FileSlice, ReceivedFile } from '../../../store/object-files.ts'
import { newObjectAcl, newObjectOwner } from '../access-control.ts'
import { afterWrite } from '../after-write.ts'
import {
  algorithmNamed,
  checksumMembers,
  receivedChecksum,
  type ChecksumAlgorithm,
} from '../checksums.ts'
import { requireWritable } from '../conditions.ts'
import {
  copySourceKeys,
  readCopySource,
  requireSource,
  sourceHasTags,
  toReadSource,
} from '../copy-source.ts'
import { chooseEncryption } from '../encryption/choice.ts'
import { toEncrypt } from '../encryption/permissions.ts'
import {
  hasMd5,
  newETag,
  newObjectKey,
  objectKeyOf,
  opaqueETag,
  openedFile,
  sealedFile,
  type ObjectKey,
} from '../encryption/object-keys.ts'
import { invalidArgument, invalidRequest, operationAborted } from '../errors.ts'
import { requireBucket } from '../find-bucket.ts'
import { lockOfNew, requestedLock } from '../object-lock/locks.ts'
import { storedMetadata } from '../metadata.ts'
import {
  refuseUnsupported,
  storageClassOf,
  systemHeaders,
  withoutAbsent,
} from '../object-settings.ts'
import { slicesOf } from '../segments.ts'
import { discardOnRollback, spool } from '../spool.ts'
import { findConfiguration } from '../rows/bucket-configurations.ts'
import { findLatest, type ObjectVersion } from '../rows/object-versions.ts'
import type { Bucket } from '../rows/buckets.ts'
import { tagsFromHeader } from '../tags.ts'
import { shownVersionId, unlessNull, writeVersion } from '../versions.ts'
import { toWrite } from '../write-permissions.ts'

const maxBytes = 5 * 1024 ** 3

/** The bytes of a source that could not simply be linked, and of which version they are. */
interface Rehashed {
  readonly version: number
  readonly file: ReceivedFile
}

export const CopyObject = operation<CopyObjectRequest, CopyObjectOutput, Rehashed | undefined>({
  authorize(input, call) {
    const replacesTags = input.TaggingDirective === 'REPLACE'
    const tagsTravel = !replacesTags && sourceHasTags(input, call)
    const target = toWrite({ ...input, Tagging: replacesTags ? input.Tagging : undefined }, call, {
      ...copySourceKeys(input),
      ...(input.MetadataDirective && { 's3:x-amz-metadata-directive': input.MetadataDirective }),
    })
    const keys = toEncrypt(input, requireBucket(input, call), call)
    return [...toReadSource(input, call, tagsTravel), ...target, ...keys]
  },
  async prepare(input, call) {
    const needed = neededBytes(input, call)
    if (!needed) return undefined
    const file = await spool(call, needed.slices, needed.algorithm)
    return { version: needed.version, file }
  },
  run(input, call, rehashed) {
    if (rehashed) discardOnRollback(call, rehashed.file)
    const bucket = requireBucket(input, call)
    const found = requireSource(input, call)
    const { bucket: source, version } = found
    const { Key: key = '' } = input
    refuseUnsupported(input)
    requireWritable(input, key, findLatest(call.db, bucket.id, key))
    const acl = newObjectAcl(input, bucket, call)
    const objectKey = newObjectKey(input, bucket, call)
    const { encryption } = objectKey
    const copied = copiedBytes(input, call, { ...found, target: bucket, objectKey }, rehashed)
    const tags = input.TaggingDirective === 'REPLACE' ? tagsFromHeader(input.Tagging) : version.tags
    const versionId = writeVersion(call, bucket, {
      key,
      size: version.size,
      owner: newObjectOwner(bucket, call.caller, input),
      partCount: null,
      storageClass: storageClassOf(input),
      ...described(input, call.http, version),
      tags,
      encryption,
      lock: lockOfNew(requestedLock(input, bucket, call), bucket, call),
      acl,
      ...copied,
    })
    return {
      CopyObjectResult: {
        ETag: `"${copied.etag}"`,
        LastModified: new Date(Math.floor(call.now / 1000) * 1000),
        ...checksumMembers(copied.checksum),
      },
      ...withoutAbsent({
        CopySourceVersionId: unlessNull(shownVersionId(source, version.versionId)),
        VersionId: versionId,
      }),
      ...encryption,
      ...objectKey.echo,
      ...afterWrite(call, bucket, { key, size: version.size, tags }),
    }
  },
})

/** The bytes of a source that have to be read before it can be copied. */
export interface NeededBytes {
  /** The version's row. */
  readonly version: number
  readonly slices: readonly FileSlice[]
  readonly algorithm: ChecksumAlgorithm
  /** The checksum, where the source's is of the whole object by the same algorithm. */
  readonly known: Buffer | undefined
}

/**
 * What a copy has to read; undefined where a second name for the source's bytes does.
 *
 * @throws AwsError for a copy that AWS refuses
 */
export function neededBytes(input: CopyObjectRequest, call: Call): NeededBytes | undefined {
  const { version, customer } = requireSource(input, call)
  const bucket = requireBucket(input, call)
  requireDirectives(input)
  requireChange(input, bucket, version, call)
  if (version.size > maxBytes) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxBytes}`,
    )
  }
  if (canBeLinked(input, version, bucket, call)) return undefined
  const algorithm = copyAlgorithm(input, version)
  const { checksum } = version
  const isSame = checksum?.type === 'FULL_OBJECT' && checksum.algorithm === algorithm
  return {
    version: version.id,
    slices: slicesOf(call, version, undefined, customer),
    algorithm,
    known: isSame ? Buffer.from(checksum.value, 'base64') : undefined,
  }
}

const copyAlgorithm = (input: CopyObjectRequest, { checksum }: ObjectVersion) =>
  algorithmNamed(input.ChecksumAlgorithm) ?? checksum?.algorithm ?? 'CRC64NVME'

/**
 * A copy is one object in one piece: where the source is that, with the wanted checksum, a second name for it does. Its file's
 * key is sealed anew; but an ETag that is an MD5 can't be told from one that is not, nor is a plain file ever encrypted so.
 */
function canBeLinked(
  input: CopyObjectRequest,
  version: ObjectVersion,
  target: Bucket,
  call: Call,
): boolean {
  if (version.file === null || version.cipher?.seal === undefined) return false
  const wanted = algorithmNamed(input.ChecksumAlgorithm)
  if (wanted !== undefined && wanted !== version.checksum?.algorithm) return false
  const needsMd5 = chooseEncryption(input, target, call).kind === 'AES256'
  return !needsMd5 || hasMd5(version.encryption)
}

interface Copying extends ReturnType<typeof requireSource> {
  readonly target: Bucket
  readonly objectKey: ObjectKey
}

function copiedBytes(
  input: CopyObjectRequest,
  call: Call,
  { version, customer, target, objectKey }: Copying,
  rehashed: Rehashed | undefined,
): Pick<ObjectVersion, 'file' | 'etag' | 'checksum' | 'cipher'> {
  const { encryption } = objectKey
  if (!rehashed) {
    if (!canBeLinked(input, version, target, call)) throw operationAborted()
    const sourceKey = objectKeyOf(call, version, customer)
    const cipher = openedFile(sourceKey, version.cipher?.seal)
    return {
      file: call.objects.link(version.file!),
      etag: hasMd5(encryption) ? version.etag : opaqueETag(call),
      checksum: version.checksum,
      cipher: sealedFile(call, objectKey, cipher),
    }
  }
  // The source was replaced while its bytes were read.
  if (rehashed.version !== version.id) throw operationAborted()
  const { file } = rehashed
  const algorithm = copyAlgorithm(input, version)
  return {
    file: call.objects.keep(file),
    etag: newETag(call, encryption, file.digests.md5!),
    checksum: receivedChecksum(file, algorithm),
    cipher: sealedFile(call, objectKey, file.cipher),
  }
}

const isDirective = (value: string | undefined) =>
  value === undefined || value === 'COPY' || value === 'REPLACE'

function requireDirectives({ MetadataDirective, TaggingDirective }: CopyObjectRequest): void {
  if (!isDirective(MetadataDirective)) {
    throw invalidArgument(
      'Unknown metadata directive.',
      'x-amz-metadata-directive',
      MetadataDirective,
    )
  }
  if (!isDirective(TaggingDirective)) {
    throw invalidArgument('Unknown tagging directive.', 'x-amz-tagging-directive', TaggingDirective)
  }
}

/** A copy of an object onto itself has to change something. */
function requireChange(
  input: CopyObjectRequest,
  bucket: Bucket,
  version: ObjectVersion,
  { db }: Call,
): void {
  const changes =
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.SSECustomerAlgorithm !== undefined ||
    // What is encrypted by a key, or in a bucket that was told how to encrypt, is encrypted anew.
    !hasMd5(version.encryption) ||
    findConfiguration(db, bucket, 'encryption') !== undefined
  // A version that is named may be put on top again, the newest too.
  const isNamed = readCopySource(input.CopySource).versionId !== undefined
  const isItself = !isNamed && version.bucket === bucket.id && version.key === input.Key
  if (isItself && !changes) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
        'metadata, storage class, website redirect location or encryption attributes.',
    )
  }
}

/** Headers and metadata travel together; where the website redirects never travels. */
function described(
  input: CopyObjectRequest,
  http: HttpFacts,
  { headers, metadata }: ObjectVersion,
): Pick<ObjectVersion, 'headers' | 'metadata'> {
  const own = systemHeaders(input, http)
  if (input.MetadataDirective === 'REPLACE') {
    return { headers: own, metadata: storedMetadata(input.Metadata) }
  }
  const { WebsiteRedirectLocation: _source, ...kept } = headers
  const { WebsiteRedirectLocation: redirect } = own
  return {
    headers: redirect === undefined ? kept : { ...kept, WebsiteRedirectLocation: redirect },
    metadata,
  }
}
