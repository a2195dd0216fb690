import type { TimerCall } from '../../../clock/timers.ts'
import type { Measurement } from '../../../ports.ts'
import { noteNewData } from '../alarms/schedule.ts'
import { deleteDatum, forgetOldData, holdUntil, insertDatum, newestDatum } from '../rows/data.ts'
import { metricKey, noteMetric } from '../rows/metrics.ts'

/** When something was measured, and how long it is taken to stay so. All in ms since the epoch, of whole steps. */
export interface Moment {
  readonly at: number
  readonly until: number
  /** How far measurements are apart, in seconds. */
  readonly step: number
}

/**
 * Keeps what was measured, and has alarms look at it. A value that stays the same is one row, however long it does.
 *
 * @returns the metrics' ids by their keys
 */
export function recordMeasurements(
  call: TimerCall,
  measurements: readonly Measurement[],
  moment: Moment,
): Map<string, number> {
  const metrics = new Map<string, number>()
  for (const measurement of measurements) {
    const metric = noteMetric(call, measurement, moment.until)
    metrics.set(metricKey(measurement), metric)
    record(call, metric, measurement, moment)
  }
  noteNewData(call, [...metrics.keys()])
  return metrics
}

function record(
  call: TimerCall,
  metric: number,
  { value, unit }: Measurement,
  { at, until, step }: Moment,
): void {
  const before = at - step * 1000
  const newest = newestDatum(call, metric, before)
  if (newest && newest.total === value) {
    holdUntil(call, metric, newest.rowid, until)
    return
  }
  // One value a minute: a later look takes the place of an earlier one.
  if (newest && newest.at >= at) deleteDatum(call, metric, newest.rowid)
  else if (newest && newest.until >= at) holdUntil(call, metric, newest.rowid, before)
  if (!newest) forgetOldData(call, metric, at)
  insertDatum(call, metric, {
    at,
    until,
    unit,
    resolution: step,
    samples: 1,
    total: value,
    lowest: value,
    highest: value,
    values: [[value, 1]],
  })
}

/** What was held has gone: it is not known to have stayed longer than until a moment, in ms since the epoch. */
export function cutOff(call: TimerCall, metric: number, at: number): void {
  const newest = newestDatum(call, metric, at)
  if (newest && newest.until > at) holdUntil(call, metric, newest.rowid, Math.max(at, newest.at))
}
