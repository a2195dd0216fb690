import type { InstanceActions } from '../../../ports.ts'
import type { Scope } from '../describe/resources.ts'
import { begin } from '../instances/lifecycle.ts'
import type { PassingState } from '../instances/states.ts'
import { instances, toInstances } from '../rows/instances.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { requestsOfInstances } from '../rows/spot-requests.ts'
import { startInterruption } from './interruptions.ts'

/** What experiments, and whoever steers the emulator, do to instances. */
export const instanceActions: InstanceActions = {
  list: (scope) => toInstances(living(scope), scope),
  interrupt(instanceId, { cause, action, at }, call) {
    const instance = instances.find(instanceId, call)
    if (!instance) return 'no such instance'
    const [request] = requestsOfInstances(call, [instanceId])
    if (!request) return 'no spot instance'
    if (instance.state !== 'running') return 'not running'
    if (request.interruption_at !== null) return 'under way'
    startInterruption(request, cause, call, { action, at })
    return 'begun'
  },
  change(what, instanceIds, call) {
    const { state, from } = ways[what]
    const rows = instanceIds
      .flatMap((id) => instances.find(id, call) ?? [])
      .filter((row) => from.includes(row.state))
    begin(state, rows, call)
  },
}

interface Way {
  readonly state: PassingState
  readonly from: readonly InstanceRow['state'][]
}

const ways: Readonly<Record<'stop' | 'start' | 'terminate', Way>> = {
  stop: { state: 'stopping', from: ['running'] },
  start: { state: 'pending', from: ['stopped'] },
  terminate: { state: 'shutting-down', from: ['pending', 'running', 'stopping', 'stopped'] },
}

const living = ({ db, account, region }: Scope): InstanceRow[] =>
  db.all<InstanceRow>(
    `select * from ec2_instances
     where account = ? and region = ? and state not in ('shutting-down', 'terminated') order by seq`,
    account,
    region,
  )
