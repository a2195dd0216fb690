import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { CompletedPart } from '@aws-sdk/client-s3'
import { AwsError } from '../../errors.ts'
import type { HttpFacts } from '../../operation.ts'
import { checksumAlgorithms } from '../../http/payload/checksums.ts'
import { invalidChecksumHeader, severalChecksums } from '../../http/payload/errors.ts'
import { parseChecksum } from '../../http/payload/plan.ts'
import { algorithmNamed, type ChecksumAlgorithm, type StoredChecksum } from './checksums.ts'
import { combineCrcs, crc32c, isCombinable } from './crc-combine.ts'
import { invalidArgument, invalidRequest, notBuilt } from './errors.ts'
import type { UploadPart } from './rows/upload-parts.ts'
import type { Upload } from './rows/uploads.ts'

/** The entity tag of a multipart object: the MD5 of its parts' MD5s, and how many they are. */
export function multipartETag(parts: readonly UploadPart[]): string {
  const hash = createHash('md5')
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'))
  return `${hash.digest('hex')}-${parts.length}`
}

/**
 * What an upload says of its object's checksum.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#Full-object-checksums
 */
export function uploadChecksum(
  name: string | undefined,
  type: string | undefined,
): Pick<Upload, 'checksumAlgorithm' | 'checksumType'> {
  const algorithm = algorithmNamed(name)
  if (!algorithm) {
    if (type !== undefined) {
      throw invalidRequest(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      )
    }
    return { checksumAlgorithm: null, checksumType: null }
  }
  if (type !== undefined && type !== 'COMPOSITE' && type !== 'FULL_OBJECT') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.')
  }
  const cannot = (type: string) =>
    invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  if (algorithm === 'CRC64NVME') {
    if (type === 'COMPOSITE') throw cannot(type)
    return { checksumAlgorithm: algorithm, checksumType: 'FULL_OBJECT' }
  }
  if (type === 'FULL_OBJECT' && !isCombinable(algorithm)) throw cannot(type)
  if (!compositeHashes[algorithm]) throw notBuilt(`multipart uploads with ${algorithm} checksums`)
  return { checksumAlgorithm: algorithm, checksumType: type ?? 'COMPOSITE' }
}

/** The algorithm that a part is stored with. @throws AwsError `InvalidRequest` for another than the upload's */
export function partAlgorithm(
  upload: Upload,
  sent: ChecksumAlgorithm | undefined,
): ChecksumAlgorithm {
  const wanted = upload.checksumAlgorithm
  // AWS computes CRC64NVME where the client sends nothing.
  if (wanted !== null && wanted !== (sent ?? 'CRC64NVME')) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${wanted.toLowerCase()}, ` +
        `actual checksum Type: ${sent?.toLowerCase() ?? 'null'}`,
    )
  }
  return sent ?? 'CRC64NVME'
}

type Summed = Pick<UploadPart, 'checksum' | 'size'>

/** The checksum of the completed object; null where parts came with different ones. */
export function objectChecksum(
  { checksumAlgorithm, checksumType }: Pick<Upload, 'checksumAlgorithm' | 'checksumType'>,
  parts: readonly Summed[],
): StoredChecksum | null {
  const algorithm = checksumAlgorithm ?? 'CRC64NVME'
  if (parts.some(({ checksum }) => checksum.algorithm !== algorithm)) return null
  const values = parts.map(({ checksum, size }) => ({
    value: Buffer.from(checksum.value, 'base64'),
    size,
  }))
  if (checksumType !== 'COMPOSITE' && isCombinable(algorithm)) {
    const value = combineCrcs(algorithm, values).toString('base64')
    return { algorithm, type: 'FULL_OBJECT', value }
  }
  const all = Buffer.concat(values.map(({ value }) => value))
  const value = compositeHashes[algorithm]!(all).toString('base64')
  return { algorithm, type: 'COMPOSITE', value: `${value}-${parts.length}` }
}

const hashed = (name: string) => (bytes: Buffer) => createHash(name).update(bytes).digest()

/** The checksum of the parts' checksums, for the algorithms that uploads in parts may use. */
const compositeHashes: Partial<Record<ChecksumAlgorithm, (bytes: Buffer) => Buffer>> = {
  CRC32: (bytes) => uint32(crc32(bytes)),
  CRC32C: (bytes) => uint32(crc32c(bytes)),
  SHA1: hashed('sha1'),
  SHA256: hashed('sha256'),
  SHA512: hashed('sha512'),
  MD5: hashed('md5'),
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

/** What the completing request says of the kind of checksum must be as when the upload began. */
export function requireSentType({ headers }: HttpFacts, upload: Upload): void {
  const sentType = headers['x-amz-checksum-type']
  if (sentType !== undefined && sentType !== 'COMPOSITE' && sentType !== 'FULL_OBJECT') {
    throw invalidRequest('Value for x-amz-checksum-type header is invalid.')
  }
  if (sentType !== undefined && sentType !== upload.checksumType) {
    throw invalidRequest(
      `The upload was created using the ${upload.checksumType} checksum mode. ` +
        'The complete request must use the same checksum mode.',
    )
  }
}

/**
 * What the completing request says of the whole object's checksum must be so, and of the upload's algorithm. A full object's
 * is looked at as a composite one where the request does not name the type; of an upload without an algorithm nothing is.
 */
export function requireSentChecksum(
  { headers }: HttpFacts,
  { checksumAlgorithm, checksumType }: Upload,
  checksum: StoredChecksum | null,
): void {
  if (checksumAlgorithm === null || !checksum) return
  const isOfAnotherType =
    checksumType === 'FULL_OBJECT' &&
    checksumAlgorithm !== 'CRC64NVME' &&
    headers['x-amz-checksum-type'] === undefined
  const given = checksumAlgorithms.filter((algorithm) => headers[headerOf(algorithm)] !== undefined)
  if (given.length > 1) throw severalChecksums()
  const [algorithm] = given
  if (algorithm === undefined) return
  const sent = withoutCount(headers[headerOf(algorithm)]!)
  if (!parseChecksum(algorithm, sent)) throw invalidChecksumHeader(headerOf(algorithm))
  const isSame = sent === withoutCount(checksum.value)
  if (isSame && algorithm === checksumAlgorithm && !isOfAnotherType) return
  throw new AwsError(
    'BadDigest',
    `The ${checksumAlgorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  )
}

const headerOf = (algorithm: ChecksumAlgorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`
const withoutCount = (value: string) => value.replace(/-\d+$/, '')

/**
 * The one checksum that a completing request says of a part.
 *
 * @throws AwsError `InvalidArgument` for several, and for what is none
 */
export function saidOfPart(
  part: CompletedPart,
): { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined {
  const said = checksumAlgorithms.flatMap((algorithm) => {
    const value = part[`Checksum${algorithm}`]
    return value === undefined ? [] : [{ algorithm, value }]
  })
  const [only] = said
  if (!only || (said.length === 1 && parseChecksum(only.algorithm, only.value))) return only
  throw invalidArgument(
    'Invalid Base64 or multiple checksums present in request',
    'Checksum',
    said.length === 1
      ? only.value
      : said.map(({ algorithm, value }) => `${algorithm}:${value};`).join(''),
  )
}
