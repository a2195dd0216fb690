import type { SchemaElement, SchemaTree } from 'hyparquet'
import { unsupportedParquetType } from '../errors.ts'
import { Decimal } from '../values/decimal.ts'
import { Timestamp } from '../values/timestamp.ts'
import type { Value } from '../values/value.ts'

/** Turns what a column holds into a value of the query language. */
export type ToValue = (stored: unknown) => Value

const day = 86_400
/** Digits after the seconds. */
const digits = { ms: 3, us: 6, ns: 9 } as const

/** Moments as exact as they are stored, which a Date would not be. */
export const timeParsers = {
  dateFromDays: (days: number | undefined) =>
    days === undefined ? undefined : new Timestamp(days * day, 'day'),
  timestampFromMilliseconds: (count: bigint) => momentOf(count, digits.ms),
  timestampFromMicroseconds: (count: bigint) => momentOf(count, digits.us),
  timestampFromNanoseconds: (count: bigint) => momentOf(count, digits.ns),
}

function momentOf(count: bigint | undefined, fraction: number): Timestamp | undefined {
  if (count === undefined) return undefined
  const second = 10n ** BigInt(fraction)
  const rest = ((count % second) + second) % second
  const text = String(rest).padStart(fraction, '0')
  return new Timestamp(Number((count - rest) / second), 'second', 0, text)
}

/** What S3 Select does not read. */
const unsupported: ReadonlySet<string> = new Set([
  'INTERVAL',
  'BSON',
  'JSON',
  'UUID',
  'TIME_MILLIS',
  'TIME_MICROS',
  'TIME',
  'VARIANT',
  'GEOMETRY',
  'GEOGRAPHY',
  'FLOAT16',
])

/**
 * How the values of a column are read, by its place in the schema.
 *
 * @throws AwsError `UnsupportedParquetType`
 */
export function converterOf({ element, children }: SchemaTree, depth = 0): ToValue {
  const { converted_type: converted = '', logical_type: logical } = element
  if (depth > 50 || unsupported.has(converted) || unsupported.has(logical?.type ?? '')) {
    throw unsupportedParquetType()
  }
  const one =
    children.length > 0 ? groupConverter(element, children, depth) : leafConverter(element)
  // AWS: "Selecting on a repeated field returns only the last value."
  return (stored) => {
    if (stored === undefined || stored === null) return null
    if (!Array.isArray(stored)) return one(stored)
    return stored.length === 0 ? null : one(stored.at(-1))
  }
}

function groupConverter(
  element: SchemaElement,
  children: readonly SchemaTree[],
  depth: number,
): ToValue {
  const kind = element.logical_type?.type ?? element.converted_type
  const [only] = children
  if ((kind === 'LIST' || kind === 'MAP') && only) {
    const inner = only.children.length > 0 ? only.children.at(-1)! : only
    const convert = converterOf(inner, depth + 1)
    if (kind === 'LIST') return convert
    return (stored) =>
      new Map(Object.entries(stored as object).map(([key, value]) => [key, convert(value)]))
  }
  const members = children.map(
    (child) => [child.element.name, converterOf(child, depth + 1)] as const,
  )
  return (stored) =>
    new Map(
      members.map(([name, convert]) => [name, convert((stored as Record<string, unknown>)[name])]),
    )
}

const utf8 = new TextDecoder()

function leafConverter({ type, scale }: SchemaElement): ToValue {
  const isFloat = type === 'FLOAT' || type === 'DOUBLE'
  const asNumber = (units: bigint): Value =>
    scale === undefined ? units : new Decimal(units, scale)
  return (stored) => {
    if (stored instanceof Timestamp) return stored
    if (stored instanceof Uint8Array) {
      return scale === undefined ? utf8.decode(stored) : new Decimal(signed(stored), scale)
    }
    if (typeof stored === 'bigint') return asNumber(stored)
    if (typeof stored === 'number') return isFloat ? stored : asNumber(BigInt(stored))
    return stored as Value
  }
}

/** Two's complement, the highest byte first. */
function signed(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  const units = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  return BigInt.asIntN(bytes.length * 8, units)
}

/** Decimals are read as the whole numbers that they are stored as: a floating point number would not be exact. */
export function keepDecimals(elements: SchemaElement[]): void {
  for (const element of elements) {
    const { logical_type: logical, converted_type: converted } = element
    if (logical?.type !== 'DECIMAL' && converted !== 'DECIMAL') {
      delete element.scale
      continue
    }
    element.scale ??= logical?.type === 'DECIMAL' ? logical.scale : 0
    delete element.converted_type
    delete element.logical_type
  }
}
