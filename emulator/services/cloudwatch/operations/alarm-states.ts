import type {
  DeleteAlarmsInput,
  DisableAlarmActionsInput,
  EnableAlarmActionsInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { changeState } from '../alarms/change-state.ts'
import { nextLook } from '../alarms/evaluate.ts'
import { noteDeletion } from '../alarms/save.ts'
import { evaluationTimer, lookAt, suppressionTimer } from '../alarms/schedule.ts'
import { alarmNotFound, invalidFormat, validationError } from '../errors.ts'
import { onAlarm, onAlarms } from '../permissions.ts'
import { alarmsOn, deleteAlarm, findAlarm, updateAlarm } from '../rows/alarms.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html */
export const SetAlarmState = operation<SetAlarmStateInput, object>({
  authorize: ({ AlarmName }, call) => [onAlarm(call, AlarmName)],
  run({ AlarmName, StateValue, StateReason, StateReasonData }, call) {
    const alarm = findAlarm(call, AlarmName!)
    if (!alarm) throw alarmNotFound()
    if (StateReasonData !== undefined && !isJson(StateReasonData)) {
      throw invalidFormat('The parameter StateReasonData must be valid JSON.')
    }
    if (alarm.state !== StateValue) {
      changeState(call, alarm, {
        state: StateValue!,
        reason: StateReason!,
        reasonData: StateReasonData,
      })
    }
    // It lasts until the alarm is looked at again.
    const after = findAlarm(call, AlarmName!)!
    if (after.type === 'MetricAlarm') lookAt(call, after, nextLook(after, call.now))
    return {}
  },
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableAlarmActions.html */
export const EnableAlarmActions = operation<EnableAlarmActionsInput, object>({
  authorize: ({ AlarmNames }, call) => onAlarms(call, AlarmNames),
  run: ({ AlarmNames }, call) => setActions(call, AlarmNames, true),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html */
export const DisableAlarmActions = operation<DisableAlarmActionsInput, object>({
  authorize: ({ AlarmNames }, call) => onAlarms(call, AlarmNames),
  run: ({ AlarmNames }, call) => setActions(call, AlarmNames, false),
})

/** Names that no alarm has don't matter. */
function setActions(call: Call, names: readonly string[] = [], ActionsEnabled: boolean): object {
  for (const name of names) {
    const alarm = findAlarm(call, name)
    if (!alarm || alarm.configuration.ActionsEnabled === ActionsEnabled) continue
    updateAlarm(call, alarm, {
      configuration: { ...alarm.configuration, ActionsEnabled },
      status: { ...alarm.status, configuredAt: call.now },
    })
  }
  return {}
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html */
export const DeleteAlarms = operation<DeleteAlarmsInput, object>({
  authorize: ({ AlarmNames }, call) => onAlarms(call, AlarmNames),
  run({ AlarmNames = [] }, call) {
    const alarms = [...new Set(AlarmNames)].flatMap((name) => findAlarm(call, name) ?? [])
    if (alarms.filter(({ type }) => type === 'CompositeAlarm').length > 1) {
      throw validationError('You cannot delete more than one composite alarm in a single request.')
    }
    for (const { name } of alarms) {
      const parents = alarmsOn(call, 'alarm', name)
      if (parents.length > 0) {
        throw validationError(
          `Cannot delete ${name} as there are composite alarm(s) depending on it.`,
        )
      }
    }
    for (const alarm of alarms) {
      for (const key of [alarm.name, `${alarm.name}/new`]) call.timers.cancel(evaluationTimer, key)
      call.timers.cancel(suppressionTimer, alarm.name)
      deleteAlarm(call, alarm.name)
      noteDeletion(call, alarm)
    }
    return {}
  },
})
