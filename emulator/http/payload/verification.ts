import { checksumAlgorithms, startChecksum } from './checksums.ts'
import type { ChecksumAlgorithm, RunningChecksum } from './checksums.ts'
import {
  checksumMismatch,
  contentMd5Mismatch,
  contentSha256Mismatch,
  invalidChecksumTrailer,
  malformedTrailer,
  wrongLength,
} from './errors.ts'
import { algorithmOfHeader, parseChecksum } from './plan.ts'
import type { PayloadPlan, ProvidedChecksum } from './plan.ts'

/** What was found out of a payload that is what it should be. */
export interface VerifiedPayload {
  readonly size: number
  /** By the algorithm's name in lower case: `md5`, `sha256`, `crc64nvme`. */
  readonly digests: Readonly<Record<string, Buffer>>
  /** The checksum to keep: the client's, now verified, or the first that the plan computes besides. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly base64: string } | undefined
}

/** Hashes a payload as it comes by, and in the end compares. */
export interface Verification {
  /** @throws AwsError `IncompleteBody` as soon as there is more than was announced */
  update(bytes: Buffer): void
  /**
   * @param trailers of a chunked body, names in lower case
   * @throws AwsError what does not match: `IncompleteBody`, `XAmzContentSHA256Mismatch`, `BadDigest`, `MalformedTrailerError`
   */
  finish(trailers: Readonly<Record<string, string>>): Promise<VerifiedPayload>
}

/** @param always algorithms to compute in any case */
export async function startVerification(
  plan: PayloadPlan,
  always: readonly ChecksumAlgorithm[],
): Promise<Verification> {
  const running = new Map<ChecksumAlgorithm, RunningChecksum>()
  for (const algorithm of algorithmsOf(plan, always)) {
    const started = startChecksum(algorithm)
    running.set(algorithm, started instanceof Promise ? await started : started)
  }
  const checksums = [...running.values()]
  let size = 0
  return {
    update(bytes) {
      size += bytes.length
      if (plan.length !== undefined && size > plan.length) throw wrongLength(plan.length, size)
      for (const checksum of checksums) checksum.update(bytes)
    },
    async finish(trailers) {
      if (plan.length !== undefined && size !== plan.length) throw wrongLength(plan.length, size)
      const computed = new Map<ChecksumAlgorithm, Buffer>()
      for (const [algorithm, checksum] of running) {
        const digest = checksum.digest()
        computed.set(algorithm, digest instanceof Promise ? await digest : digest)
      }
      const provided = plan.checksum ?? checksumOfTrailers(plan, trailers)
      compare(plan, provided, computed)
      const kept = provided?.algorithm ?? plan.also[0]
      const checksum = kept && { algorithm: kept, base64: computed.get(kept)!.toString('base64') }
      return { size, digests: byName(computed), checksum }
    },
  }
}

function algorithmsOf(
  plan: PayloadPlan,
  always: readonly ChecksumAlgorithm[],
): Set<ChecksumAlgorithm> {
  const algorithms = new Set([...always, ...plan.also])
  if (plan.contentMd5) algorithms.add('MD5')
  if (plan.sha256 !== undefined) algorithms.add('SHA256')
  if (plan.checksum) algorithms.add(plan.checksum.algorithm)
  if (plan.trailer) algorithms.add(plan.trailer)
  return algorithms
}

/** The trailers must be the one that was announced, and nothing else. */
function checksumOfTrailers(
  plan: PayloadPlan,
  trailers: Readonly<Record<string, string>>,
): ProvidedChecksum | undefined {
  const names = Object.keys(trailers)
  if (plan.trailer === undefined) {
    if (names.length > 0) throw malformedTrailer()
    return undefined
  }
  const [name] = names
  if (names.length !== 1 || name === undefined || algorithmOfHeader(name) !== plan.trailer) {
    throw malformedTrailer()
  }
  const value = parseChecksum(plan.trailer, trailers[name]!)
  if (!value) throw invalidChecksumTrailer(name)
  return { algorithm: plan.trailer, value }
}

function compare(
  plan: PayloadPlan,
  provided: ProvidedChecksum | undefined,
  computed: ReadonlyMap<ChecksumAlgorithm, Buffer>,
): void {
  if (plan.sha256 !== undefined) {
    const sha256 = computed.get('SHA256')!.toString('hex')
    if (sha256 !== plan.sha256) throw contentSha256Mismatch(plan.sha256, sha256)
  }
  if (plan.contentMd5 && !plan.contentMd5.equals(computed.get('MD5')!)) {
    const expected = plan.contentMd5.toString(plan.quotesMd5 ? 'base64' : 'hex')
    throw contentMd5Mismatch(expected, computed.get('MD5')!)
  }
  if (provided && !provided.value.equals(computed.get(provided.algorithm)!)) {
    throw checksumMismatch(provided.algorithm)
  }
}

function byName(computed: ReadonlyMap<ChecksumAlgorithm, Buffer>): Record<string, Buffer> {
  const digests: Record<string, Buffer> = {}
  for (const [algorithm, value] of computed) digests[lowerCased[algorithm]] = value
  return digests
}

const lowerCased = Object.fromEntries(
  checksumAlgorithms.map((algorithm) => [algorithm, algorithm.toLowerCase()]),
) as Record<ChecksumAlgorithm, string>
