import type { HistoryEvent } from '../../checker/history.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onScratch } from './instances.ts'

const about = (id: string) => (event: HistoryEvent) =>
  JSON.stringify(event.parameters ?? {}).includes(id)

const terminating = { service: 'ec2', operation: 'TerminateInstances' } as const

export const checkProtected = onScratch(({ InstanceId }, { events }) => {
  const where = (event: HistoryEvent) =>
    about(InstanceId!)(event) && event.error?.code === 'OperationNotPermitted'
  if (events.last({ ...terminating, refused: true, where })) return passed()
  const done = events.last({ ...terminating, where: about(InstanceId!) })
  return done === undefined
    ? failed(`Nobody has tried to terminate your protected instance ${InstanceId} yet.`)
    : failed(
        `Your instance ${InstanceId} was terminated at the first try. Expected that it is protected then.`,
        done,
      )
})

export const checkUnprotected = onScratch(({ InstanceId }, { events }) => {
  const changes = { service: 'ec2', operation: 'ModifyInstanceAttribute' } as const
  const to = (on: boolean) => (event: HistoryEvent) =>
    about(InstanceId!)(event) &&
    String(
      (event.parameters?.['DisableApiTermination'] as { Value?: unknown } | undefined)?.Value,
    ) === String(on)
  const protectedBy = events.find({ ...changes, where: to(true) })[0]
  if (protectedBy === undefined) {
    return failed(`Your instance ${InstanceId} was never protected. Expected it once.`)
  }
  return events.last({ ...changes, where: to(false), after: protectedBy })
    ? passed()
    : failed(`Your instance ${InstanceId} is protected still. Expected it no more.`, protectedBy)
})

export const checkGone = onScratch(({ InstanceId, State }) =>
  State?.Name === 'terminated' || State?.Name === 'shutting-down'
    ? passed()
    : failed(`Your instance ${InstanceId} (scratch) is ${State?.Name}. Expected it terminated.`),
)
