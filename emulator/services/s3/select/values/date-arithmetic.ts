import { illegalArgument } from '../errors.ts'
import type { DatePart } from '../sql/syntax.ts'
import { Decimal } from './decimal.ts'
import { compareTimestamps, precisions, Timestamp, type Precision } from './timestamp.ts'
import type { Value } from './value.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html

const secondsIn: Partial<Record<DatePart, number>> = {
  day: 86_400,
  hour: 3600,
  minute: 60,
  second: 1,
}

/** The result is as exact as the part that was added needs: an hour more than `2017T` is a minute's timestamp. */
export function dateAdd(part: DatePart, quantity: number, timestamp: Timestamp): Timestamp {
  const { fraction, offset } = timestamp
  const precision = finer(timestamp.precision, part === 'hour' ? 'minute' : (part as Precision))
  const unit = secondsIn[part]
  const seconds =
    unit === undefined
      ? monthsLater(timestamp, part === 'year' ? quantity * 12 : quantity)
      : timestamp.seconds + quantity * unit
  const year = new Date(seconds * 1000).getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw illegalArgument('DATE_ADD')
  return new Timestamp(seconds, precision, offset, fraction)
}

const finer = (a: Precision, b: Precision): Precision =>
  precisions[Math.max(precisions.indexOf(a), precisions.indexOf(b))]!

/** A day that the month doesn't have becomes its last. */
function monthsLater(timestamp: Timestamp, months: number): number {
  const { local, seconds } = timestamp
  const moved = new Date(local)
  moved.setUTCDate(1)
  moved.setUTCMonth(local.getUTCMonth() + months)
  const last = new Date(moved)
  last.setUTCMonth(moved.getUTCMonth() + 1, 0)
  moved.setUTCDate(Math.min(local.getUTCDate(), last.getUTCDate()))
  return seconds + (moved.getTime() - local.getTime()) / 1000
}

/** Whole parts between two moments: a day is 24 hours, and two hours around midnight are none. */
export function dateDiff(part: DatePart, from: Timestamp, to: Timestamp): bigint {
  const unit = secondsIn[part]
  if (unit !== undefined) return BigInt(Math.trunc((to.seconds - from.seconds) / unit))
  const months = wholeMonths(from, to)
  return BigInt(part === 'year' ? Math.trunc(months / 12) : months)
}

function wholeMonths(from: Timestamp, to: Timestamp): number {
  const [start, end] = [new Date(from.seconds * 1000), new Date(to.seconds * 1000)]
  const months =
    (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth()
  const reached = compareTimestamps(
    new Timestamp(monthsLater(new Timestamp(from.seconds, 'second', 0), months), 'second', 0),
    new Timestamp(to.seconds, 'second', 0),
  )
  if (months > 0 && reached > 0) return months - 1
  if (months < 0 && reached < 0) return months + 1
  return months
}

const parts: Record<DatePart, (date: Date, offset: number) => number> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds(),
  timezone_hour: (_, offset) => Math.trunc(offset / 60),
  timezone_minute: (_, offset) => offset % 60,
}

export function extract(part: DatePart, timestamp: Timestamp): Value {
  const { local, offset = 0, fraction } = timestamp
  const value = BigInt(parts[part](local, offset))
  return part === 'second' && fraction !== ''
    ? new Decimal(BigInt(`${value}${fraction}`), fraction.length)
    : value
}
