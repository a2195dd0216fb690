/** How exactly a timestamp is known, from the coarsest. */
export const precisions = ['year', 'month', 'day', 'minute', 'second'] as const
export type Precision = (typeof precisions)[number]

/**
 * A moment as Ion writes it, with its offset and only as exact as it was given:
 * https://amazon-ion.github.io/ion-docs/docs/spec.html#timestamp
 */
export class Timestamp {
  /** Seconds since the epoch. */
  readonly seconds: number
  /** Digits after the seconds; empty where there are none. */
  readonly fraction: string
  /** Minutes east of UTC; undefined where the offset is unknown. */
  readonly offset: number | undefined
  readonly precision: Precision

  constructor(seconds: number, precision: Precision, offset?: number, fraction = '') {
    this.seconds = seconds
    this.precision = precision
    this.offset = offset
    this.fraction = fraction
  }

  /** Year, month and so on at its own offset, for Date's UTC methods. */
  get local(): Date {
    return new Date((this.seconds + (this.offset ?? 0) * 60) * 1000)
  }

  /** `2010T`, `2010-02T`, `2010-02-03`, `2017-01-02T03:04Z`, `2017-01-02T03:04:05.006+07:00` */
  toString(): string {
    const { local, precision } = this
    const year = pad(local.getUTCFullYear(), 4)
    if (precision === 'year') return `${year}T`
    const month = `${year}-${pad(local.getUTCMonth() + 1)}`
    if (precision === 'month') return `${month}T`
    const day = `${month}-${pad(local.getUTCDate())}`
    if (precision === 'day') return day
    const minute = `${day}T${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}`
    if (precision === 'minute') return minute + offsetText(this.offset)
    const fraction = this.fraction === '' ? '' : `.${this.fraction}`
    return `${minute}:${pad(local.getUTCSeconds())}${fraction}${offsetText(this.offset)}`
  }
}

export const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

function offsetText(offset: number | undefined): string {
  if (offset === undefined) return '-00:00'
  return offset === 0 ? 'Z' : signedOffset(offset, ':')
}

/** `+07:30`, `+0730` */
export function signedOffset(offset: number, separator: string): string {
  const minutes = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${separator}${pad(minutes % 60)}`
}

const pattern =
  /^(\d{4})(?:T|-(\d\d)(?:T|-(\d\d)(?:T?|T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9})\d*)?)?(Z|[-+]\d\d:\d\d))))$/

/** @returns undefined for what is no timestamp of Ion's and the W3C's form, or a day that no calendar has */
export function parseTimestamp(text: string): Timestamp | undefined {
  const found = pattern.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = found
  const offset = zone === undefined ? undefined : offsetOf(zone)
  if (zone !== undefined && offset === null) return undefined
  const parts = [year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0].map(Number)
  const seconds = secondsOf(parts)
  if (seconds === undefined) return undefined
  const precision: Precision =
    month === undefined
      ? 'year'
      : day === undefined
        ? 'month'
        : hour === undefined
          ? 'day'
          : second === undefined
            ? 'minute'
            : 'second'
  return new Timestamp(seconds - (offset ?? 0) * 60, precision, offset ?? undefined, fraction ?? '')
}

/** @returns undefined for `-00:00`, null for what no offset can be */
function offsetOf(zone: string): number | undefined | null {
  if (zone === 'Z') return 0
  if (zone === '-00:00') return undefined
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))]
  if (hours > 23 || minutes > 59) return null
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

function secondsOf([year, month, day, hour, minute, second]: readonly number[]):
  | number
  | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year!, month! - 1, day)
  const isReal = year! > 0 && date.getUTCMonth() === month! - 1 && date.getUTCDate() === day
  if (!isReal || hour! > 23 || minute! > 59 || second! > 59) return undefined
  return date.getTime() / 1000 + hour! * 3600 + minute! * 60 + second!
}

/** @param ms since the epoch */
export const fromMilliseconds = (ms: number) =>
  new Timestamp(Math.floor(ms / 1000), 'second', 0, pad(((ms % 1000) + 1000) % 1000, 3))

export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1
  const [left, right] = [a.fraction.padEnd(9, '0'), b.fraction.padEnd(9, '0')]
  return left < right ? -1 : left > right ? 1 : 0
}
