import type { InstanceStateName } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'
import type { StateReasonCode } from '../instances/states.ts'
import type { InstanceRow } from './instances.ts'

// What happens to instances; what they look like stands in `instances.ts`.

export type NewInstance = Omit<
  InstanceRow,
  'seq' | 'account' | 'region' | 'state_reason_code' | 'transition_at' | 'state' | 'status_checks'
>

/** Inserts an instance that is about to start. */
export const insertInstance = (scope: Scope, instance: NewInstance, transitionAt: number): void =>
  insertRow(scope, 'ec2_instances', {
    ...instance,
    state: 'pending',
    state_reason_code: 'pending',
    status_checks: 'initializing',
    transition_at: transitionAt,
  })

/** What a change of state changes, besides the state itself. */
export interface StateChange {
  readonly state: InstanceStateName
  readonly transitionAt: number | null
  /** This and the next are kept as they are when undefined. */
  readonly reasonCode?: StateReasonCode | null
  readonly transitionReason?: string
}

export function setState(
  { db, account, region }: Scope,
  ids: readonly string[],
  change: StateChange,
): void {
  db.run(
    `update ec2_instances set state = ?, transition_at = ?,
       state_reason_code = iif(?, state_reason_code, ?),
       state_transition_reason = coalesce(?, state_transition_reason)
     where account = ? and region = ? and instance_id in (select value from json_each(?))`,
    change.state,
    change.transitionAt,
    Number(change.reasonCode === undefined),
    change.reasonCode ?? null,
    change.transitionReason ?? null,
    account,
    region,
    JSON.stringify(ids),
  )
}

/** Those of the instances whose transition from `state` is over by `now`. */
export const instancesDue = (
  { db, account, region }: Scope,
  ids: readonly string[],
  state: InstanceStateName,
  now: number,
): InstanceRow[] =>
  db.all<InstanceRow>(
    `select t.* from json_each(?) ids cross join ec2_instances t
     where t.account = ? and t.region = ? and t.instance_id = ids.value
       and t.state = ? and t.transition_at <= ? order by t.seq`,
    JSON.stringify(ids),
    account,
    region,
    state,
    now,
  )

type Attribute = Exclude<keyof InstanceRow, 'seq' | 'account' | 'region' | 'instance_id'>

/** Sets columns of one instance. The names are this file's own, never a request's. */
export function updateInstance(
  { db, account, region }: Scope,
  id: string,
  changes: Partial<Pick<InstanceRow, Attribute>>,
): void {
  const columns = Object.keys(changes) as Attribute[]
  db.run(
    `update ec2_instances set ${columns.map((column) => `${column} = ?`).join(', ')}
     where account = ? and region = ? and instance_id = ?`,
    ...columns.map((column) => changes[column] ?? null),
    account,
    region,
    id,
  )
}

export function deleteInstance({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from ec2_instances where account = ? and region = ? and instance_id = ?',
    account,
    region,
    id,
  )
}

/** The result of the status checks of running instances. */
export function setStatusChecks(
  { db, account, region }: Scope,
  ids: readonly string[],
  result: InstanceRow['status_checks'],
): void {
  db.run(
    `update ec2_instances set status_checks = ?
     where account = ? and region = ? and state = 'running'
       and instance_id in (select value from json_each(?))`,
    result,
    account,
    region,
    JSON.stringify(ids),
  )
}
