import { illegalArgument, valueParseFailure } from '../errors.ts'
import type { DatePart, Expression } from '../sql/syntax.ts'
import { areEqual } from '../values/compare.ts'
import { dateAdd, dateDiff, extract } from '../values/date-arithmetic.ts'
import { isNumeric, toFloat } from '../values/numbers.ts'
import { timestampFormat } from '../values/timestamp-format.ts'
import { fromMilliseconds, parseTimestamp, Timestamp } from '../values/timestamp.ts'
import { isAbsent, type Value } from '../values/value.ts'

type Call = Expression & { kind: 'call' }
type Evaluate<Row> = (row: Row) => Value

/**
 * Compiles a call of a scalar function: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-sql-functions.html
 *
 * @param now virtual time in ms
 */
export function compileCall<Row>(
  call: Call,
  args: readonly Evaluate<Row>[],
  now: number,
): Evaluate<Row> {
  const { name } = call
  if (name === 'utcnow') {
    const moment = fromMilliseconds(now)
    return () => moment
  }
  if (name === 'coalesce') {
    return (row) => {
      for (const arg of args) {
        const value = arg(row)
        if (!isAbsent(value)) return value
      }
      return null
    }
  }
  if (name === 'nullif') {
    return (row) => {
      const [value, unwanted] = [args[0]!(row), args[1]!(row)]
      if (isAbsent(value)) return null
      return !isAbsent(unwanted) && areEqual(value, unwanted) ? null : value
    }
  }
  const apply = functions[name]!(call.option ?? '')
  return (row) => {
    const values = args.map((arg) => arg(row))
    return values.some(isAbsent) ? null : apply(...values)
  }
}

type Apply = (...values: Value[]) => Value

/** Functions of which NULL makes NULL, made for a call's option. */
const functions: Readonly<Record<string, (option: string) => Apply>> = {
  char_length: () => (value) => BigInt(characters('CHAR_LENGTH', value).length),
  lower: () => (value) => text('LOWER', value).toLowerCase(),
  upper: () => (value) => text('UPPER', value).toUpperCase(),
  substring: () => substring,
  trim: (side) => (value, removed) => trim(side, value, removed),
  date_add: (part) => (quantity, timestamp) =>
    dateAdd(part as DatePart, whole('DATE_ADD', quantity), moment('DATE_ADD', timestamp)),
  date_diff: (part) => (from, to) =>
    dateDiff(part as DatePart, moment('DATE_DIFF', from), moment('DATE_DIFF', to)),
  extract: (part) => (timestamp) => extract(part as DatePart, moment('EXTRACT', timestamp)),
  to_string: () => {
    let known: { format: string; write: (timestamp: Timestamp) => string } | undefined
    return (timestamp, format) => {
      const wanted = text('TO_STRING', format)
      if (known?.format !== wanted) known = { format: wanted, write: timestampFormat(wanted) }
      return known.write(moment('TO_STRING', timestamp))
    }
  },
  to_timestamp: () => (value) => {
    const given = text('TO_TIMESTAMP', value)
    const timestamp = parseTimestamp(given.trim())
    if (!timestamp) throw valueParseFailure(given.slice(0, 100))
    return timestamp
  },
}

function text(name: string, value: Value): string {
  if (typeof value !== 'string') throw illegalArgument(name)
  return value
}

const characters = (name: string, value: Value): string[] => Array.from(text(name, value))

function whole(name: string, value: Value): number {
  const number = isNumeric(value) ? toFloat(value) : NaN
  if (!Number.isSafeInteger(number)) throw illegalArgument(name)
  return number
}

function moment(name: string, value: Value): Timestamp {
  if (!(value instanceof Timestamp)) throw illegalArgument(name)
  return value
}

/** As SQL-92 has it: the first character is 1, and what is before it counts for the length. */
function substring(value: Value, from: Value, length?: Value): Value {
  const all = characters('SUBSTRING', value)
  const start = whole('SUBSTRING', from)
  const size = length === undefined ? Infinity : whole('SUBSTRING', length)
  if (size < 0) throw illegalArgument('SUBSTRING')
  return all.slice(Math.max(start - 1, 0), Math.max(start - 1 + size, 0)).join('')
}

/** @param removed the characters to take away, in any order; spaces by default */
function trim(side: string, value: Value, removed: Value = ' '): Value {
  const all = characters('TRIM', value)
  const unwanted = new Set(characters('TRIM', removed))
  let [start, end] = [0, all.length]
  if (side !== 'trailing') while (start < end && unwanted.has(all[start]!)) start += 1
  if (side !== 'leading') while (end > start && unwanted.has(all[end - 1]!)) end -= 1
  return all.slice(start, end).join('')
}
