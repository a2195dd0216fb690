import { createECDH } from 'node:crypto'
import type { EcCurve } from '../specs.ts'

// Node signs messages, but has no way to sign a digest that somebody else made, which is what most users of KMS send.
// So ECDSA over digests is here; the multiplications of the private key's side are OpenSSL's.

/** y² = x³ + ax + b over the integers modulo p; n is the order of the base point. */
interface Curve {
  readonly p: bigint
  readonly a: bigint
  readonly n: bigint
  /** Of a coordinate. */
  readonly bytes: number
}

const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const p384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n
const p521 = 2n ** 521n - 1n

const curves: Readonly<Record<EcCurve, Curve>> = {
  prime256v1: {
    p: p256,
    a: p256 - 3n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    bytes: 32,
  },
  secp384r1: {
    p: p384,
    a: p384 - 3n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    bytes: 48,
  },
  secp521r1: {
    p: p521,
    a: p521 - 3n,
    n: 0x01ff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_ffffffff_fffffffa_51868783_bf2f966b_7fcc0148_f709a5d0_3bb5c9b8_899c47ae_bb6fb71e_91386409n,
    bytes: 66,
  },
  secp256k1: {
    p: 2n ** 256n - 2n ** 32n - 977n,
    a: 0n,
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    bytes: 32,
  },
}

export interface EcdsaSignature {
  readonly r: bigint
  readonly s: bigint
}

/** @param randomBytes for the number that is used once */
export function signDigest(
  name: EcCurve,
  privateKey: bigint,
  digest: Buffer,
  randomBytes: (length: number) => Buffer,
): EcdsaSignature {
  const { n, bytes } = curves[name]
  const z = leftmostBits(digest, n)
  for (;;) {
    // Eight bytes more than needed, so that the remainder favours no number.
    const k = (toNumber(randomBytes(bytes + 8)) % (n - 1n)) + 1n
    const r = basePointTimes(name, k).x % n
    const s = modulo(inverse(k, n) * (z + r * privateKey), n)
    if (r !== 0n && s !== 0n) return { r, s }
  }
}

export function verifyDigest(
  name: EcCurve,
  publicKey: { readonly x: bigint; readonly y: bigint },
  digest: Buffer,
  { r, s }: EcdsaSignature,
): boolean {
  const curve = curves[name]
  const { n } = curve
  if (r <= 0n || r >= n || s <= 0n || s >= n) return false
  const w = inverse(s, n)
  const u1 = modulo(leftmostBits(digest, n) * w, n)
  const ours = times(curve, { ...publicKey, z: 1n }, modulo(r * w, n))
  const base = u1 === 0n ? infinity : { ...basePointTimes(name, u1), z: 1n }
  const sum = add(curve, base, ours)
  if (sum.z === 0n) return false
  const zInverse = inverse(sum.z, curve.p)
  return modulo(sum.x * zInverse * zInverse, curve.p) % n === r
}

export const toNumber = (bytes: Uint8Array) =>
  bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

const modulo = (value: bigint, by: bigint) => ((value % by) + by) % by

/** As many of a digest's first bits as the order has. */
function leftmostBits(digest: Buffer, n: bigint): bigint {
  const surplus = digest.length * 8 - n.toString(2).length
  return surplus > 0 ? toNumber(digest) >> BigInt(surplus) : toNumber(digest)
}

function inverse(value: bigint, by: bigint): bigint {
  let [a, b] = [modulo(value, by), by]
  let [x, y] = [1n, 0n]
  while (b !== 0n) {
    const quotient = a / b
    ;[a, b] = [b, a - quotient * b]
    ;[x, y] = [y, x - quotient * y]
  }
  return modulo(x, by)
}

function basePointTimes(name: EcCurve, factor: bigint): { x: bigint; y: bigint } {
  const { bytes } = curves[name]
  const exchange = createECDH(name)
  exchange.setPrivateKey(Buffer.from(factor.toString(16).padStart(bytes * 2, '0'), 'hex'))
  const point = exchange.getPublicKey()
  return { x: toNumber(point.subarray(1, 1 + bytes)), y: toNumber(point.subarray(1 + bytes)) }
}

/** In Jacobian coordinates, which put the one division off to the end: (x / z², y / z³). */
interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
}

const infinity: Point = { x: 1n, y: 1n, z: 0n }

function times(curve: Curve, point: Point, factor: bigint): Point {
  let sum = infinity
  for (const bit of factor.toString(2)) {
    sum = double(curve, sum)
    if (bit === '1') sum = add(curve, sum, point)
  }
  return sum
}

function double({ p, a }: Curve, { x, y, z }: Point): Point {
  if (z === 0n || y === 0n) return infinity
  const ySquared = (y * y) % p
  const s = (4n * x * ySquared) % p
  const m = (3n * x * x + a * z ** 4n) % p
  const x3 = modulo(m * m - 2n * s, p)
  return {
    x: x3,
    y: modulo(m * (s - x3) - 8n * ySquared * ySquared, p),
    z: (2n * y * z) % p,
  }
}

function add(curve: Curve, one: Point, other: Point): Point {
  const { p } = curve
  if (one.z === 0n) return other
  if (other.z === 0n) return one
  const oneZ2 = (one.z * one.z) % p
  const otherZ2 = (other.z * other.z) % p
  const u1 = (one.x * otherZ2) % p
  const s1 = (one.y * otherZ2 * other.z) % p
  const h = modulo(other.x * oneZ2 - u1, p)
  const r = modulo(other.y * oneZ2 * one.z - s1, p)
  if (h === 0n) return r === 0n ? double(curve, one) : infinity
  const h2 = (h * h) % p
  const h3 = (h2 * h) % p
  const x = modulo(r * r - h3 - 2n * u1 * h2, p)
  return { x, y: modulo(r * (u1 * h2 - x) - s1 * h3, p), z: (h * one.z * other.z) % p }
}
