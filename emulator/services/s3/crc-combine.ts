/** The CRCs of S3 that combine: reflected, with all bits set before and inverted after. */
const polynomials = {
  CRC32: { width: 32, polynomial: 0xedb88320n },
  CRC32C: { width: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const

export type CombinableCrc = keyof typeof polynomials

export const isCombinable = (algorithm: string): algorithm is CombinableCrc =>
  Object.hasOwn(polynomials, algorithm)

/** A linear map over bits: where each bit goes. */
type Matrix = readonly bigint[]

/**
 * The checksum of the whole from those of its pieces, without the bytes: appending n bytes to a message is a linear map of
 * its CRC, applied by squaring (Mark Adler's method of zlib's crc32_combine).
 *
 * @param pieces in order; values are big-endian bytes, sizes are in bytes
 */
export function combineCrcs(
  algorithm: CombinableCrc,
  pieces: readonly { readonly value: Buffer; readonly size: number }[],
): Buffer {
  const { width, polynomial } = polynomials[algorithm]
  const oneByte = power(oneZeroBit(width, polynomial), 8)
  // Parts are mostly of one size.
  const bySize = new Map<number, Matrix>()
  let crc = 0n
  for (const { value, size } of pieces) {
    let appended = bySize.get(size)
    if (!appended) bySize.set(size, (appended = power(oneByte, size)))
    crc = apply(appended, crc) ^ BigInt(`0x${value.toString('hex')}`)
  }
  return Buffer.from(crc.toString(16).padStart(width / 4, '0'), 'hex')
}

const oneZeroBit = (width: number, polynomial: bigint): Matrix =>
  Array.from({ length: width }, (_, bit) => (bit === 0 ? polynomial : 1n << BigInt(bit - 1)))

function power(matrix: Matrix, exponent: number): Matrix {
  let result: Matrix = matrix.map((_, bit) => 1n << BigInt(bit))
  let base = matrix
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = compose(base, result)
    base = compose(base, base)
  }
  return result
}

const compose = (outer: Matrix, inner: Matrix): Matrix => inner.map((bits) => apply(outer, bits))

function apply(matrix: Matrix, bits: bigint): bigint {
  let sum = 0n
  let rest = bits
  for (let bit = 0; rest > 0n; bit++, rest >>= 1n) if (rest & 1n) sum ^= matrix[bit]!
  return sum
}

/** The CRC32C of a few bytes: what composite checksums need at once. Payloads are hashed on their way in. */
export function crc32c(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
  }
  return ~crc >>> 0
}
