import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** Calls of an instance that plays the student's role. */
const byInstance =
  ({ values }: Cloud) =>
  ({ caller }: HistoryEvent) =>
    caller.arn?.includes(`:assumed-role/${values['role']}/i-`) === true

export function checkRead(cloud: Cloud): Verdict {
  const reading = { service: 's3', operation: 'GetObject' } as const
  if (cloud.events.last({ ...reading, where: byInstance(cloud) })) return passed()
  const refused = cloud.events.last({ ...reading, refused: true, where: byInstance(cloud) })
  if (refused !== undefined) {
    return failed(
      `Your instance was refused what it tried to read: ${refused.error?.message}. Expected that it reads models/model.bin.`,
      refused,
    )
  }
  const other = cloud.events.last(reading)
  return other === undefined
    ? failed('Nobody has read the model yet. Expected it by the instance.')
    : failed(
        `The model was read by ${other.caller.arn}. Expected it by the instance, with the key from its metadata.`,
        other,
      )
}

export function checkRefused(cloud: Cloud): Verdict {
  const refused = cloud.events.all.find(
    (event) => byInstance(cloud)(event) && event.error?.code === 'AccessDenied',
  )
  return refused === undefined
    ? failed(
        'Your instance has been refused nothing. Expected that it tries the payroll, or to write.',
      )
    : passed()
}
