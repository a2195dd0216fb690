import { checksumAlgorithms, type ChecksumAlgorithm } from '../../http/payload/checksums.ts'
import type { HttpFacts } from '../../operation.ts'
import type { ReceivedFile } from '../../store/object-files.ts'
import { invalidRequest } from './errors.ts'

export type { ChecksumAlgorithm }

/** An object's checksum as AWS keeps it: one, of one algorithm. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** `COMPOSITE` is the checksum of the parts' checksums; its value ends with `-` and their number. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
  /** Base64. */
  readonly value: string
}

/** @throws AwsError `InvalidRequest` for an algorithm that AWS does not have */
export function algorithmNamed(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const found = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase())
  if (!found) {
    throw invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: ' +
        `[${checksumAlgorithms.toSorted().join(', ')}]`,
    )
  }
  return found
}

/**
 * The algorithm of the checksum that a client sent with a payload, in a header or announced as a trailer.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export function sentAlgorithm({ headers }: HttpFacts): ChecksumAlgorithm | undefined {
  const trailer = headers['x-amz-trailer']?.toLowerCase()
  for (const [header, algorithm] of checksumHeaders) {
    if (headers[header] !== undefined) return algorithm
    if (trailer?.split(',').some((one) => one.trim() === header)) return algorithm
  }
  return undefined
}

const checksumHeaders = checksumAlgorithms.map(
  (algorithm) => [`x-amz-checksum-${algorithm.toLowerCase()}`, algorithm] as const,
)

/**
 * The checksum to store with a received payload: of the algorithm that the client used, or CRC64NVME, which AWS computes
 * for everybody else.
 */
export function receivedChecksum(
  received: ReceivedFile,
  algorithm: ChecksumAlgorithm = 'CRC64NVME',
): StoredChecksum {
  const digest = received.digests[algorithm.toLowerCase()]
  // Nothing but our own HTTP layer makes a received file.
  if (!digest) throw new Error(`the payload was received without its ${algorithm}`)
  return { algorithm, type: 'FULL_OBJECT', value: digest.toString('base64') }
}

/** A checksum as the members of an output: `{ ChecksumCRC32, ChecksumType }`. */
export function checksumMembers(checksum: StoredChecksum | null) {
  if (!checksum) return {}
  return { ChecksumType: checksum.type, ...checksumValue(checksum.algorithm, checksum.value) }
}

/** A part's checksum: `{ ChecksumCRC32 }`. */
export const checksumValue = (algorithm: string, value: string) =>
  ({ [`Checksum${algorithm}`]: value }) as {
    readonly [Name in `Checksum${ChecksumAlgorithm}`]?: string
  }
