import type { Datum } from '../rows/data.ts'

const second = 1000
const hour = 3600 * second
const day = 24 * hour

/**
 * What of the data answers a question by periods of a length: fine data are kept for a shorter time.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 *
 * @param period in seconds
 * @param now in ms since the epoch
 * @returns the oldest moment, in ms since the epoch
 */
export function oldestFor(period: number, now: number): number {
  if (period % 3600 === 0) return now - 455 * day
  if (period % 300 === 0) return now - 63 * day
  return period % 60 === 0 ? now - 15 * day : now - 3 * hour
}

/** The start of a question: older times are rounded to the units that they are kept in. @returns ms since the epoch */
export function roundedStart(start: number, period: number, now: number): number {
  const age = now - start
  const unit = period < 60 ? period : age > 63 * day ? 3600 : age > 15 * day ? 300 : 60
  return Math.floor(start / (unit * second)) * unit * second
}

/** A datum, or what is left of a value that was held, since a moment. */
export function since(datum: Datum, oldest: number): Datum | undefined {
  if (datum.at >= oldest) return datum
  if (datum.until < oldest) return undefined
  const step = Math.max(datum.resolution, 60) * second
  return { ...datum, at: datum.at + Math.ceil((oldest - datum.at) / step) * step }
}
