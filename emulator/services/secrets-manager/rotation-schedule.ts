import type { RotationRulesType } from '@aws-sdk/client-secrets-manager'
import type { TimerHandler, Timers } from '../../clock/timers.ts'
import { findSecretByArn, putSecret, type Place, type Secret } from './rows/secrets.ts'

const day = 24 * 3600 * 1000

/** How often, in days: a rate in hours counts as a fraction, and a cron expression as a month. */
export function daysOf(rules: RotationRulesType | undefined): number {
  const rate = /^rate\((\d+) (hour|day)s?\)$/.exec(rules?.ScheduleExpression ?? '')
  if (rate) return Number(rate[1]) / (rate[2] === 'hour' ? 24 : 1)
  return rules?.AutomaticallyAfterDays ?? 30
}

/** When a secret is rotated next by its rules, in virtual ms since the epoch. */
export const nextRotation = (now: number, rules: RotationRulesType | undefined): number =>
  now + daysOf(rules) * day

/** The next rotation of a secret of a service's is on its way. The others' functions are not called: there is no Lambda here. */
export function scheduleRotation(timers: Timers, { arn, rotation }: Secret): void {
  timers.cancel('rotateSecret', arn)
  if (!rotation?.enabled || rotation.nextAt === undefined) return
  timers.schedule(rotation.nextAt, 'rotateSecret', { arn }, arn)
}

/** Of a service's secret that is due. */
export const rotateDueSecret: TimerHandler = ({ arn }: { readonly arn: string }, call) => {
  const secret = findSecretByArn(call.db, call, arn)
  if (!secret?.rotation?.enabled || secret.deletedAt !== null) return
  if (call.ports.managedPasswords?.rotate(call, arn)) return
  // Nothing could be rotated this time: the next time is a period away.
  const nextAt = nextRotation(call.now, secret.rotation.rules)
  scheduleRotation(
    call.timers,
    putSecret(call.db, { ...secret, rotation: { ...secret.rotation, nextAt } }),
  )
}

/** The timers of a place's secrets. */
export type TimersOf = (place: Place) => Timers
