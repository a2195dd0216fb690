import type { Tag } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../../operation.ts'
import { alarmArn } from '../arns.ts'
import { limitExceeded, validationError } from '../errors.ts'
import {
  countAlarms,
  findAlarm,
  putAlarm,
  type Alarm,
  type AlarmConfiguration,
  type AlarmType,
  type InputKind,
} from '../rows/alarms.ts'
import { insertHistory } from '../rows/history.ts'
import { withTags } from '../tags.ts'
import { publishConfigurationChange } from './events.ts'
import { javaJson, javaMoment } from './java-text.ts'

/** An account's quota in a region. */
const mostAlarms = 5000

interface Wanted {
  readonly name: string
  readonly type: AlarmType
  readonly configuration: AlarmConfiguration
  readonly tags: readonly Tag[] | undefined
  readonly kind: InputKind
  readonly inputs: readonly string[]
}

/**
 * Makes an alarm, or gives it another configuration; its state, and the tags of one that is there, stay.
 *
 * @throws LimitExceeded, ValidationError for a name that an alarm of the other type has
 */
export function saveAlarm(
  call: Call,
  { name, type, configuration, tags, kind, inputs }: Wanted,
): { alarm: Alarm; isNew: boolean } {
  const before = findAlarm(call, name)
  if (before && before.type !== type) {
    throw validationError(`An alarm of another type has the name ${name} already.`)
  }
  if (!before && countAlarms(call) >= mostAlarms) {
    throw limitExceeded(`The maximum number of alarms is ${mostAlarms}.`)
  }
  const alarm: Alarm = before
    ? {
        ...before,
        configuration,
        status: { ...before.status, configuredAt: call.now },
      }
    : {
        name,
        type,
        state: 'INSUFFICIENT_DATA',
        configuration,
        status: {
          reason: 'Unchecked: Initial alarm creation',
          updatedAt: call.now,
          transitionedAt: call.now,
          configuredAt: call.now,
        },
        tags: withTags({}, tags),
        evaluationAt: null,
      }
  putAlarm(call, alarm, kind, inputs)
  noteConfiguration(call, alarm, before)
  publishConfigurationChange(call, alarm, before ? 'update' : 'create', before)
  return { alarm, isNew: !before }
}

function noteConfiguration(call: Call, alarm: Alarm, before: Alarm | undefined): void {
  const { name, type } = alarm
  const change = before
    ? { type: 'Update', updatedAlarm: history(call, alarm) }
    : { type: 'Create', createdAlarm: history(call, alarm) }
  insertHistory(call, {
    alarm: name,
    type,
    at: call.now,
    itemType: 'ConfigurationUpdate',
    summary: `Alarm "${name}" ${before ? 'updated' : 'created'}`,
    data: javaJson({ version: '1.0', ...change }),
  })
}

/** An alarm is gone; its history stays. */
export function noteDeletion(call: Call, alarm: Alarm): void {
  insertHistory(call, {
    alarm: alarm.name,
    type: alarm.type,
    at: call.now,
    itemType: 'ConfigurationUpdate',
    summary: `Alarm "${alarm.name}" deleted`,
    data: javaJson({ version: '1.0', type: 'Delete', deletedAlarm: history(call, alarm) }),
  })
  publishConfigurationChange(call, alarm, 'delete')
}

/** The configuration as history has it: its names begin in lower case. */
const history = (call: Call, { name, configuration, status, state }: Alarm) => ({
  alarmName: name,
  alarmArn: alarmArn(call, name),
  alarmConfigurationUpdatedTimestamp: javaMoment(status.configuredAt),
  stateValue: state,
  ...(lowerNames(configuration) as object),
})

function lowerNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key === 'OKActions' ? 'okactions' : key.charAt(0).toLowerCase() + key.slice(1),
      lowerNames(member),
    ]),
  )
}
