import { invalidTimestampFormat, unterminatedTimestampFormat } from '../errors.ts'
import { pad, signedOffset, type Timestamp } from './timestamp.ts'

const months =
  'January February March April May June July August September October November December'.split(' ')

type Write = (timestamp: Timestamp, date: Date) => string

const hour12 = (date: Date) => date.getUTCHours() % 12 || 12

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html#s3-select-sql-reference-to-string */
const symbols: Readonly<Record<string, Write>> = {
  y: (_, date) => String(date.getUTCFullYear()),
  yy: (_, date) => pad(date.getUTCFullYear() % 100),
  yyyy: (_, date) => pad(date.getUTCFullYear(), 4),
  M: (_, date) => String(date.getUTCMonth() + 1),
  MM: (_, date) => pad(date.getUTCMonth() + 1),
  MMM: (_, date) => months[date.getUTCMonth()]!.slice(0, 3),
  MMMM: (_, date) => months[date.getUTCMonth()]!,
  MMMMM: (_, date) => months[date.getUTCMonth()]![0]!,
  d: (_, date) => String(date.getUTCDate()),
  dd: (_, date) => pad(date.getUTCDate()),
  a: (_, date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  h: (_, date) => String(hour12(date)),
  hh: (_, date) => pad(hour12(date)),
  H: (_, date) => String(date.getUTCHours()),
  HH: (_, date) => pad(date.getUTCHours()),
  m: (_, date) => String(date.getUTCMinutes()),
  mm: (_, date) => pad(date.getUTCMinutes()),
  s: (_, date) => String(date.getUTCSeconds()),
  ss: (_, date) => pad(date.getUTCSeconds()),
  n: ({ fraction }) => String(Number(fraction.padEnd(9, '0'))),
  X: ({ offset = 0 }) => (offset === 0 ? 'Z' : hoursOnly(offset)),
  XX: ({ offset = 0 }) => (offset === 0 ? 'Z' : signedOffset(offset, '')),
  XXXX: ({ offset = 0 }) => (offset === 0 ? 'Z' : signedOffset(offset, '')),
  XXX: ({ offset = 0 }) => (offset === 0 ? 'Z' : signedOffset(offset, ':')),
  XXXXX: ({ offset = 0 }) => (offset === 0 ? 'Z' : signedOffset(offset, ':')),
  x: ({ offset = 0 }) => hoursOnly(offset),
  xx: ({ offset = 0 }) => signedOffset(offset, ''),
  xxxx: ({ offset = 0 }) => signedOffset(offset, ''),
  xxx: ({ offset = 0 }) => signedOffset(offset, ':'),
  xxxxx: ({ offset = 0 }) => signedOffset(offset, ':'),
}

const hoursOnly = (offset: number) => signedOffset(offset, '').slice(0, offset % 60 === 0 ? 3 : 5)

const fractionOf =
  (digits: number): Write =>
  ({ fraction }) =>
    fraction.padEnd(digits, '0').slice(0, digits)

/** Letters are symbols, everything else is itself; `'…'` is text and `''` an apostrophe. */
const part = /''|'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^'A-Za-z]+)/y

/**
 * Compiles a format of TO_STRING.
 *
 * @throws AwsError `EvaluatorInvalidTimestampFormatPattern`, `EvaluatorUnterminatedTimestampFormatPatternToken`
 */
export function timestampFormat(format: string): (timestamp: Timestamp) => string {
  const writers: Write[] = []
  part.lastIndex = 0
  for (let at = 0; at < format.length; at = part.lastIndex) {
    part.lastIndex = at
    const found = part.exec(format)
    if (!found) throw unterminatedTimestampFormat(format)
    const [whole, quoted, symbol] = found
    if (symbol === undefined) {
      const text = quoted === undefined ? whole.replace("''", "'") : quoted.replaceAll("''", "'")
      writers.push(() => text)
      continue
    }
    const write = /^S{1,9}$/.test(symbol)
      ? fractionOf(symbol.length)
      : Object.hasOwn(symbols, symbol)
        ? symbols[symbol]
        : undefined
    if (!write) throw invalidTimestampFormat(format)
    writers.push(write)
  }
  return (timestamp) => {
    const { local } = timestamp
    return writers.map((write) => write(timestamp, local)).join('')
  }
}
