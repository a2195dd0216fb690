import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { findRequest, onRequest } from './choice.ts'

interface Machines {
  /** The one that AWS took back. */
  readonly taken: Instance | undefined
  /** The one that came for it. */
  readonly next: Instance | undefined
}

/** What EC2 says of an instance that it took back itself. */
const takenBack = ({ StateReason }: Instance) =>
  StateReason?.Code === 'Server.SpotInstanceTermination'

async function machinesOf({ ec2 }: Cloud): Promise<Machines> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'instance-lifecycle', Values: ['spot'] }],
    }),
  )
  const all = Reservations.flatMap(({ Instances = [] }) => Instances).toSorted(
    (one, other) => Number(one.LaunchTime) - Number(other.LaunchTime),
  )
  const taken = all.findLast(takenBack)
  const next = all.find(
    (instance) => !takenBack(instance) && Number(instance.LaunchTime) > Number(taken?.LaunchTime),
  )
  return { taken, next }
}

/** When it was gone: `Server.SpotInstanceTermination (2026-01-31 12:00:00 GMT)`, in ms. */
function endOf({ StateTransitionReason = '' }: Instance): number {
  const [, text] = /\((.*)\)/.exec(StateTransitionReason) ?? []
  return text === undefined ? Number.POSITIVE_INFINITY : Date.parse(text)
}

const whereItWas = (check: (taken: Instance, machines: Machines, cloud: Cloud) => Verdict) =>
  onRequest(async ({ SpotInstanceRequestId }, cloud) => {
    const machines = await machinesOf(cloud)
    if (machines.taken !== undefined) return check(machines.taken, machines, cloud)
    const own = cloud.events.last({ service: 'ec2', operation: 'TerminateInstances' })
    return own === undefined
      ? failed(`AWS has taken nothing back from your request ${SpotInstanceRequestId} yet.`)
      : failed('You terminated the instance yourself. Expected that AWS takes it back.', own)
  })

export const checkInterrupted = whereItWas(() => passed())

const inBucket =
  ({ values }: Cloud) =>
  ({ parameters }: HistoryEvent) =>
    parameters?.['Bucket'] === values['bucket']

/** From when the notice could be seen, two minutes before the end, until then. */
export const checkCheckpoint = whereItWas((taken, _machines, cloud) => {
  const end = endOf(taken)
  const notice = end - 2 * 60_000
  const saved = cloud.events.find({ service: 's3', operation: 'PutObject', where: inBucket(cloud) })
  if (saved.some(({ time }) => time >= notice - 1000 && time <= end)) return passed()
  const last = saved.at(-1)
  return last === undefined
    ? failed(`Nothing was saved in ${cloud.values['bucket']}. Expected a checkpoint.`)
    : failed(
        `You saved ${last.time > end ? 'after the instance was gone' : 'before the notice came'}. Expected a checkpoint in the two minutes between.`,
        last,
      )
})

export const checkBack = whereItWas(({ InstanceId }, { next }) =>
  next === undefined
    ? failed(
        `No instance has come for ${InstanceId} yet. Is your request persistent, and did you give it time?`,
      )
    : passed(),
)

export const checkResumed = whereItWas((_taken, { next }, cloud) => {
  if (next === undefined) return failed('There is no instance yet that could go on.')
  const read = cloud.events.last({
    service: 's3',
    operation: 'GetObject',
    where: (event) => inBucket(cloud)(event) && event.time >= Number(next.LaunchTime) - 1000,
  })
  return read === undefined
    ? failed(`Nobody has read the checkpoint since ${next.InstanceId} came. Expected it.`)
    : passed()
})

/** A request that was cancelled too early brings nothing back. */
export async function findCancelled(cloud: Cloud): Promise<string | undefined> {
  const request = await findRequest(cloud)
  const { next } = await machinesOf(cloud)
  return request?.State === 'cancelled' && next === undefined
    ? `Your request ${request.SpotInstanceRequestId} is cancelled: nothing will come back from it.`
    : undefined
}
