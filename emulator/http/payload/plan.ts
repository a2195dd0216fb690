import { payloadKind } from '../../auth/content-sha256.ts'
import type { PayloadKind } from '../../auth/content-sha256.ts'
import { unsignedPayload } from '../../auth/sigv4.ts'
import type { ChunkSigning } from '../../auth/sigv4.ts'
import { checksumAlgorithms, checksumLengths } from './checksums.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import {
  announcedChecksumMissing,
  entityTooLarge,
  invalidChecksumHeader,
  invalidContentMd5,
  missingContentLength,
  severalChecksums,
  transferEncodingNotImplemented,
  unknownChecksumHeader,
  unsupportedTrailer,
} from './errors.ts'

/** A checksum that came with a request. */
export interface ProvidedChecksum {
  readonly algorithm: ChecksumAlgorithm
  readonly value: Buffer
}

/** What the headers say of the body to come: how to read it and what it must turn out to be. */
export interface PayloadPlan {
  readonly kind: PayloadKind
  /** Of the payload in bytes, without the framing of chunks. */
  readonly length: number | undefined
  /** Hexadecimal, in lower case. */
  readonly sha256: string | undefined
  readonly contentMd5: Buffer | undefined
  /** Whether a refusal names `contentMd5` as it was sent. */
  readonly quotesMd5: boolean
  readonly checksum: ProvidedChecksum | undefined
  /** The checksum that follows the body, as `x-amz-trailer` announces. */
  readonly trailer: ChecksumAlgorithm | undefined
  /** Computed besides, nobody having sent one. */
  readonly also: readonly ChecksumAlgorithm[]
  /** What verifies the chunks' signatures; absent where the key's secret is not known. */
  readonly signing: ChunkSigning | undefined
}

export interface PlanOptions {
  /** What authentication found; by default the header `x-amz-content-sha256`. */
  readonly payloadHash?: string | undefined
  readonly signing?: ChunkSigning | undefined
  /** Checksums to compute where the request brings none (S3 keeps a CRC64NVME of every object). */
  readonly also?: readonly ChecksumAlgorithm[]
  /** An upload must say how long it is. */
  readonly lengthRequired?: boolean
  /** In bytes; S3 takes 5 GiB in one request. */
  readonly maximumLength?: number
  /** False where `x-amz-checksum-*` is not about the body (CompleteMultipartUpload, whose are the object's). */
  readonly checksumsOfBody?: boolean
  /** `Operation.quotesMd5` */
  readonly quotesMd5?: boolean
}

type Headers = Readonly<Record<string, string | undefined>>

/**
 * Reads what the headers say of the body, before any of it arrives.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @throws AwsError for headers that contradict each other or are no checksums
 */
export function planPayload(headers: Headers, options: PlanOptions = {}): PayloadPlan {
  const { also = [], checksumsOfBody = true } = options
  const payloadHash = options.payloadHash ?? headers['x-amz-content-sha256'] ?? unsignedPayload
  const kind = payloadKind(payloadHash)
  const length = lengthOf(headers, kind)
  if (length === undefined && options.lengthRequired) {
    throw headers['transfer-encoding'] === undefined
      ? missingContentLength()
      : transferEncodingNotImplemented()
  }
  if (length !== undefined && length > (options.maximumLength ?? Infinity)) {
    throw entityTooLarge(length, options.maximumLength!)
  }
  const checksum = checksumsOfBody ? providedChecksum(headers) : undefined
  const trailer =
    kind.endsWith('trailer') || kind === 'unsigned chunks' ? announced(headers) : undefined
  if (checksum && trailer) throw severalChecksums()
  const announcedAlgorithm = headers['x-amz-sdk-checksum-algorithm']
  if (announcedAlgorithm && checksumsOfBody) {
    if (!checksum && !trailer) throw announcedChecksumMissing()
    if (checksum && announcedAlgorithm.toUpperCase() !== checksum.algorithm) {
      throw invalidChecksumHeader('x-amz-sdk-checksum-algorithm')
    }
  }
  return {
    kind,
    length,
    sha256: kind === 'hashed' ? payloadHash.toLowerCase() : undefined,
    contentMd5: contentMd5Of(headers),
    quotesMd5: options.quotesMd5 ?? false,
    checksum,
    trailer,
    also: checksum || trailer ? [] : also,
    signing: options.signing,
  }
}

/** The algorithm that the header or trailer is named for; undefined for a header of another kind. */
export function algorithmOfHeader(name: string): ChecksumAlgorithm | undefined {
  const suffix = name.slice('x-amz-checksum-'.length).toUpperCase()
  return checksumAlgorithms.find((algorithm) => algorithm === suffix)
}

/** @returns undefined for text that is no checksum of the algorithm in base64 */
export function parseChecksum(algorithm: ChecksumAlgorithm, text: string): Buffer | undefined {
  return parseBase64(text, checksumLengths[algorithm])
}

function parseBase64(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === length && bytes.toString('base64') === text ? bytes : undefined
}

function lengthOf(headers: Headers, kind: PayloadKind): number | undefined {
  const chunked = kind.includes('chunks')
  const text = headers[chunked ? 'x-amz-decoded-content-length' : 'content-length']
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text)
  if (chunked || text !== undefined) throw missingContentLength()
  return undefined
}

function contentMd5Of(headers: Headers): Buffer | undefined {
  const text = headers['content-md5']
  if (text === undefined) return undefined
  const md5 = parseBase64(text, checksumLengths.MD5)
  if (!md5) throw invalidContentMd5(text)
  return md5
}

/** Headers of the same family that say how, not what. */
const aboutChecksums = new Set([
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
])

function providedChecksum(headers: Headers): ProvidedChecksum | undefined {
  let found: { readonly name: string; readonly algorithm: ChecksumAlgorithm } | undefined
  for (const name in headers) {
    if (!name.startsWith('x-amz-checksum-') || aboutChecksums.has(name)) continue
    const algorithm = algorithmOfHeader(name)
    if (!algorithm) throw unknownChecksumHeader()
    if (found) throw severalChecksums()
    found = { name, algorithm }
  }
  if (!found) return undefined
  // Two checksums are refused as two before either is looked at.
  const value = parseChecksum(found.algorithm, headers[found.name] ?? '')
  if (!value) throw invalidChecksumHeader(found.name)
  return { algorithm: found.algorithm, value }
}

function announced(headers: Headers): ChecksumAlgorithm | undefined {
  const text = headers['x-amz-trailer']
  if (text === undefined) return undefined
  const name = text.trim().toLowerCase()
  const algorithm = name.startsWith('x-amz-checksum-') ? algorithmOfHeader(name) : undefined
  if (!algorithm) throw unsupportedTrailer()
  return algorithm
}
