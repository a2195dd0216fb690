import type { Tag } from '@aws-sdk/client-cloudwatch'
import type { Call, Permission } from '../../operation.ts'
import { alarmArn, onTagged, requestTags } from './arns.ts'
import { findAlarm } from './rows/alarms.ts'
import { tagsOf } from './tags.ts'

/** An existing alarm, or one that is not there. */
export const onAlarm = (call: Call, name = '*'): Permission =>
  onTagged(alarmArn(call, name), name === '*' ? {} : (findAlarm(call, name)?.tags ?? {}))

export const onAlarms = (call: Call, names: readonly string[] = []): Permission[] =>
  names.length === 0 ? [onAlarm(call)] : names.map((name) => onAlarm(call, name))

interface PutInput {
  readonly AlarmName?: string | undefined
  readonly Tags?: Tag[] | undefined
  readonly OKActions?: string[] | undefined
  readonly AlarmActions?: string[] | undefined
  readonly InsufficientDataActions?: string[] | undefined
}

/** What making an alarm takes; with tags, tagging it too. */
export function puttingAlarm(input: PutInput, call: Call): Permission[] {
  const { AlarmName, Tags } = input
  const alarm = onAlarm(call, AlarmName)
  const actions = [
    ...(input.OKActions ?? []),
    ...(input.AlarmActions ?? []),
    ...(input.InsufficientDataActions ?? []),
  ]
  const tags = requestTags(tagsOf(Tags))
  const context = {
    ...alarm.context,
    ...tags,
    ...(actions.length > 0 && { 'cloudwatch:AlarmActions': actions }),
  }
  const making = { resource: alarm.resource, context }
  if (!Tags || Tags.length === 0) return [making]
  return [
    making,
    {
      action: 'cloudwatch:TagResource',
      resource: alarm.resource,
      context: { ...alarm.context, ...tags },
    },
  ]
}
