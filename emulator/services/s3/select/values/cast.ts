import { castFailed } from '../errors.ts'
import type { CastType } from '../sql/syntax.ts'
import { Decimal, fromInteger, parseDecimal, truncated } from './decimal.ts'
import { integer, isNumeric, toFloat } from './numbers.ts'
import { textOf } from './text.ts'
import { parseTimestamp, Timestamp } from './timestamp.ts'
import { isAbsent, type Value } from './value.ts'

/**
 * CAST: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-conversion.html
 *
 * @throws AwsError `CastFailed`, `IntegerOverflow`
 */
export function cast(value: Value, type: CastType): Value {
  if (isAbsent(value)) return value
  const result = casts[type](value)
  if (result === undefined) throw castFailed(shown(value), type.toUpperCase())
  return result
}

const shown = (value: Value): string => `'${textOf(value).slice(0, 100)}'`

const integerPattern = /^[-+]?\d{1,40}$/
const floatPattern = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/

/** Each answers undefined for what it can't convert. */
const casts: Record<CastType, (value: Exclude<Value, null | undefined>) => Value> = {
  bool(value) {
    if (typeof value === 'boolean') return value
    if (isNumeric(value)) return toFloat(value) !== 0
    if (typeof value !== 'string') return undefined
    const text = value.trim().toLowerCase()
    return text === 'true' ? true : text === 'false' ? false : undefined
  },
  int(value) {
    if (typeof value === 'bigint') return value
    if (typeof value === 'boolean') return value ? 1n : 0n
    if (typeof value === 'number') return integer(BigInt(Math.trunc(value)))
    if (value instanceof Decimal) return integer(truncated(value))
    if (typeof value !== 'string') return undefined
    const text = value.trim()
    return integerPattern.test(text) ? integer(BigInt(text.replace(/^\+/, ''))) : undefined
  },
  float(value) {
    if (isNumeric(value)) return toFloat(value)
    if (typeof value === 'boolean') return value ? 1 : 0
    if (typeof value !== 'string') return undefined
    const number = floatPattern.test(value.trim()) ? Number(value) : NaN
    return Number.isFinite(number) ? number : undefined
  },
  decimal(value) {
    if (value instanceof Decimal) return value
    if (typeof value === 'bigint') return fromInteger(value)
    if (typeof value === 'boolean') return fromInteger(value ? 1n : 0n)
    if (typeof value === 'number') return parseDecimal(String(value))
    return typeof value === 'string' ? parseDecimal(value.trim()) : undefined
  },
  string: textOf,
  timestamp(value) {
    if (value instanceof Timestamp) return value
    return typeof value === 'string' ? parseTimestamp(value.trim()) : undefined
  },
}
