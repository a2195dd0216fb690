import type { CompositeAlarm, MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch'
import type { Tags } from '../tags.ts'
import type { Scope } from './metrics.ts'

export type AlarmType = 'MetricAlarm' | 'CompositeAlarm'

/** What an alarm was told to be. */
export type AlarmConfiguration = Omit<MetricAlarm, StateMember> & Omit<CompositeAlarm, StateMember>

type StateMember =
  | 'AlarmName'
  | 'AlarmArn'
  | 'StateValue'
  | 'StateReason'
  | 'StateReasonData'
  | 'StateUpdatedTimestamp'
  | 'StateTransitionedTimestamp'
  | 'AlarmConfigurationUpdatedTimestamp'
  | 'EvaluationState'
  | 'ActionsSuppressedBy'
  | 'ActionsSuppressedReason'

/** What its state came of. Moments are virtual time in ms since the epoch. */
export interface AlarmStatus {
  readonly reason: string
  /** JSON. */
  readonly reasonData?: string | undefined
  readonly updatedAt: number
  readonly transitionedAt: number
  readonly configuredAt: number
  readonly suppressedBy?: 'WaitPeriod' | 'ExtensionPeriod' | 'Alarm' | undefined
  /** The state before, and since when: for actions that are held back. */
  readonly before?: PastState | undefined
}

export interface PastState {
  readonly state: StateValue
  readonly reason: string
  readonly reasonData?: string | undefined
  readonly at: number
}

export interface Alarm {
  readonly name: string
  readonly type: AlarmType
  readonly state: StateValue
  readonly configuration: AlarmConfiguration
  readonly status: AlarmStatus
  readonly tags: Tags
  /** When it is looked at next, in ms since the epoch; null while nothing can change. */
  readonly evaluationAt: number | null
}

interface AlarmRow {
  name: string
  type: AlarmType
  state: StateValue
  configuration: string
  status: string
  tags: string
  evaluation_at: number | null
}

const columns = 'name, type, state, configuration, status, tags, evaluation_at'

const toAlarm = (row: AlarmRow): Alarm => ({
  name: row.name,
  type: row.type,
  state: row.state,
  configuration: JSON.parse(row.configuration) as AlarmConfiguration,
  status: JSON.parse(row.status) as AlarmStatus,
  tags: JSON.parse(row.tags) as Tags,
  evaluationAt: row.evaluation_at,
})

export function findAlarm({ db, account, region }: Scope, name: string): Alarm | undefined {
  const row = db.get<AlarmRow>(
    `select ${columns} from cloudwatch_alarms where account = ? and region = ? and name = ?`,
    account,
    region,
    name,
  )
  return row && toAlarm(row)
}

export interface AlarmFilter {
  /** After this name. */
  readonly after?: string
  readonly prefix?: string | undefined
  readonly state?: string | undefined
  readonly types?: readonly AlarmType[]
  /** At most so many. */
  readonly limit?: number
}

/** In the order of their names. */
export function listAlarms(
  { db, account, region }: Scope,
  {
    after = '',
    prefix = '',
    state,
    types = ['MetricAlarm', 'CompositeAlarm'],
    limit = -1,
  }: AlarmFilter,
): Alarm[] {
  return db
    .all<AlarmRow>(
      `select ${columns} from cloudwatch_alarms
       where account = ? and region = ? and name > ? and substr(name, 1, ?) = ?
         and (? is null or state = ?) and type in (?, ?) order by name limit ?`,
      account,
      region,
      after,
      prefix.length,
      prefix,
      state ?? null,
      state ?? null,
      types[0]!,
      types.at(-1)!,
      limit,
    )
    .map(toAlarm)
}

/** Whether there is any alarm at all, of whatever account: what notes data need not look further then. */
export const hasAlarms = ({ db }: Pick<Scope, 'db'>): boolean =>
  db.get('select 1 from cloudwatch_alarms limit 1') !== undefined

export const countAlarms = ({ db, account, region }: Scope): number =>
  db.get<{ count: number }>(
    'select count(*) as count from cloudwatch_alarms where account = ? and region = ?',
    account,
    region,
  )!.count

export type InputKind = 'metric' | 'alarm'

/**
 * Makes an alarm, or replaces it.
 *
 * @param inputs what it goes by: keys of metrics, names of alarms
 */
export function putAlarm(
  scope: Scope,
  alarm: Alarm,
  kind: InputKind,
  inputs: readonly string[],
): void {
  const { db, account, region } = scope
  db.run(
    `insert into cloudwatch_alarms (account, region, ${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (account, region, name) do update set type = excluded.type, state = excluded.state,
       configuration = excluded.configuration, status = excluded.status, tags = excluded.tags, evaluation_at = excluded.evaluation_at`,
    account,
    region,
    alarm.name,
    alarm.type,
    alarm.state,
    JSON.stringify(alarm.configuration),
    JSON.stringify(alarm.status),
    JSON.stringify(alarm.tags),
    alarm.evaluationAt,
  )
  db.run(
    'delete from cloudwatch_alarm_inputs where account = ? and region = ? and alarm = ?',
    account,
    region,
    alarm.name,
  )
  for (const input of new Set(inputs)) {
    db.run(
      'insert into cloudwatch_alarm_inputs (account, region, alarm, kind, input) values (?, ?, ?, ?, ?)',
      account,
      region,
      alarm.name,
      kind,
      input,
    )
  }
}

export type AlarmChange = Partial<
  Pick<Alarm, 'state' | 'status' | 'tags' | 'configuration' | 'evaluationAt'>
>

/** @returns the alarm as it is now */
export function updateAlarm(
  { db, account, region }: Scope,
  before: Alarm,
  change: AlarmChange,
): Alarm {
  const after = { ...before, ...change }
  db.run(
    `update cloudwatch_alarms set state = ?, status = ?, tags = ?, configuration = ?, evaluation_at = ?
     where account = ? and region = ? and name = ?`,
    after.state,
    JSON.stringify(after.status),
    JSON.stringify(after.tags),
    JSON.stringify(after.configuration),
    after.evaluationAt,
    account,
    region,
    before.name,
  )
  return after
}

export function deleteAlarm({ db, account, region }: Scope, name: string): void {
  db.run(
    'delete from cloudwatch_alarms where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}

/** Whether an alarm of an account and region goes by a metric of a namespace. */
export const hasAlarmsOn = ({ db, account, region }: Scope, namespace: string): boolean => {
  // As keys of metrics begin.
  const start = JSON.stringify([namespace]).slice(0, -1)
  return (
    db.get(
      `select 1 from cloudwatch_alarm_inputs
       where account = ? and region = ? and kind = 'metric' and input >= ? and input < ? limit 1`,
      account,
      region,
      `${start},`,
      `${start}-`,
    ) !== undefined
  )
}

/** The names of the alarms that go by something. */
export const alarmsOn = (
  { db, account, region }: Scope,
  kind: InputKind,
  input: string,
): string[] =>
  db
    .all<{ alarm: string }>(
      'select alarm from cloudwatch_alarm_inputs where account = ? and region = ? and kind = ? and input = ? order by alarm',
      account,
      region,
      kind,
      input,
    )
    .map(({ alarm }) => alarm)
