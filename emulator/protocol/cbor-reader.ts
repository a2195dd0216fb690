import { isUtf8 } from 'node:buffer'
import { serializationException } from './protocol-errors.ts'
import { parseBigDecimal } from './numbers.ts'
import { setEntry } from './schema.ts'
import { epochDate } from './timestamps.ts'

/** The same bound as for JSON. */
const deepest = 128
/** A big number of more bytes than this is nobody's number. */
const longestNumber = 256
const indefinite = -1
const breakMark = 0xff

/**
 * Parses one CBOR value: https://www.rfc-editor.org/rfc/rfc8949. The SDK's own decoder trusts its input: it allocates
 * what a header announces and lets `__proto__` set a prototype.
 *
 * @returns plain values; bigint where no number is exact, Date for tag 1, NumericValue for decimals, `Buffer` for bytes
 * @throws AwsError `SerializationException`
 */
export function parseCbor(body: Buffer): unknown {
  let at = 0
  let depth = 0

  function take(length: number): Buffer {
    if (length > body.length - at) throw malformed()
    at += length
    return body.subarray(at - length, at)
  }

  /** The number in a head: a length, a tag or an integer itself. */
  function argument(minor: number): number | bigint {
    if (minor < 24) return minor
    if (minor === 24) return take(1).readUInt8()
    if (minor === 25) return take(2).readUInt16BE()
    if (minor === 26) return take(4).readUInt32BE()
    if (minor !== 27) throw malformed()
    const value = take(8).readBigUInt64BE()
    return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  }

  function length(minor: number): number {
    if (minor === 31) return indefinite
    const value = argument(minor)
    // Every item takes a byte at least: a longer list than there are bytes left is a lie, and is never allocated.
    if (typeof value === 'bigint' || value > body.length - at) throw malformed()
    return value
  }

  function atBreak(): boolean {
    if (at >= body.length) throw malformed()
    if (body[at] !== breakMark) return false
    at += 1
    return true
  }

  function bytes(minor: number, major: number): Buffer {
    const size = length(minor)
    if (size !== indefinite) return take(size)
    const chunks: Buffer[] = []
    while (!atBreak()) {
      const head = take(1)[0]!
      if (head >> 5 !== major || (head & 31) === 31) throw malformed()
      chunks.push(bytes(head & 31, major))
    }
    return Buffer.concat(chunks)
  }

  function text(minor: number): string {
    const utf8 = bytes(minor, 3)
    if (!isUtf8(utf8)) throw malformed()
    return utf8.toString('utf8')
  }

  function list(minor: number): unknown[] {
    const size = length(minor)
    const items: unknown[] = []
    while (size === indefinite ? !atBreak() : items.length < size) items.push(value())
    return items
  }

  function map(minor: number): Record<string, unknown> {
    const size = length(minor)
    const entries: Record<string, unknown> = {}
    for (let count = 0; size === indefinite ? !atBreak() : count < size; count += 1) {
      const head = take(1)[0]!
      if (head >> 5 !== 3) throw malformed()
      setEntry(entries, text(head & 31), value())
    }
    return entries
  }

  function tagged(minor: number): unknown {
    const tag = argument(minor)
    const content = value()
    if (tag === 1) return (typeof content === 'number' ? epochDate(content) : undefined) ?? refuse()
    if (tag === 2 || tag === 3) {
      if (!Buffer.isBuffer(content) || content.length > longestNumber) throw malformed()
      const number = content.length === 0 ? 0n : BigInt(`0x${content.toString('hex')}`)
      return tag === 3 ? -1n - number : number
    }
    return tag === 4 ? decimal(content) : content
  }

  function special(minor: number): unknown {
    if (minor === 20 || minor === 21) return minor === 21
    if (minor === 22 || minor === 23) return null
    if (minor === 25) return halfFloat(take(2).readUInt16BE())
    if (minor === 26) return take(4).readFloatBE()
    if (minor === 27) return take(8).readDoubleBE()
    throw malformed()
  }

  const readers: readonly ((minor: number) => unknown)[] = [
    (minor) => exact(BigInt(argument(minor))),
    (minor) => exact(-1n - BigInt(argument(minor))),
    (minor) => bytes(minor, 2),
    text,
    list,
    map,
    tagged,
    special,
  ]

  function value(): unknown {
    depth += 1
    if (depth > deepest) throw malformed()
    const head = take(1)[0]!
    const result = readers[head >> 5]!(head & 31)
    depth -= 1
    return result
  }

  const result = value()
  if (at !== body.length) throw malformed()
  return result
}

/** A number where that is exact. */
function exact(integer: bigint): number | bigint {
  const value = Number(integer)
  return BigInt(value) === integer ? value : integer
}

/** https://www.rfc-editor.org/rfc/rfc8949#name-half-precision */
function halfFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function decimal(content: unknown): unknown {
  const [exponent, mantissa] = Array.isArray(content) ? (content as unknown[]) : []
  if (
    typeof exponent !== 'number' ||
    (typeof mantissa !== 'number' && typeof mantissa !== 'bigint')
  ) {
    throw malformed()
  }
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 10_000) throw malformed()
  return parseBigDecimal(exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`) ?? refuse()
}

function refuse(): never {
  throw malformed()
}

const malformed = () => serializationException('Invalid CBOR')
