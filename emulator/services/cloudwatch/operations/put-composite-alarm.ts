import type { PutCompositeAlarmInput } from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import { checkActions } from '../alarms/check.ts'
import { suppressorOf } from '../alarms/composite.ts'
import { parseRule } from '../alarms/rule.ts'
import { saveAlarm } from '../alarms/save.ts'
import { evaluationTimer } from '../alarms/schedule.ts'
import { validationError } from '../errors.ts'
import { puttingAlarm } from '../permissions.ts'
import { findAlarm } from '../rows/alarms.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export const PutCompositeAlarm = operation<PutCompositeAlarmInput, object>({
  authorize: (input, call) => puttingAlarm(input, call),
  run(input, call) {
    const { AlarmName: name, Tags: tags, ...given } = input
    checkActions(given, call)
    checkSuppressor(input)
    const { alarms } = parseRule(given.AlarmRule!)
    const gone = alarms.filter((one) => one !== name && !findAlarm(call, one))
    if (gone.length > 0) {
      throw validationError(
        `Could not save the composite alarm as alarms [${gone.join(', ')}] in the alarm rule do not exist`,
      )
    }
    const configuration = {
      ...given,
      ActionsEnabled: given.ActionsEnabled ?? true,
      OKActions: given.OKActions ?? [],
      AlarmActions: given.AlarmActions ?? [],
      InsufficientDataActions: given.InsufficientDataActions ?? [],
    }
    const suppressor = suppressorOf({ configuration } as Parameters<typeof suppressorOf>[0])
    if (suppressor !== undefined && !findAlarm(call, suppressor)) {
      throw validationError(
        `Could not save the composite alarm as the actions suppressor ${given.ActionsSuppressor} does not exist`,
      )
    }
    const { isNew } = saveAlarm(call, {
      name: name!,
      type: 'CompositeAlarm',
      configuration,
      tags,
      kind: 'alarm',
      inputs: suppressor === undefined ? alarms : [...alarms, suppressor],
    })
    const change = isNew ? 'created' : 'updated'
    call.timers.schedule(call.now + 1, evaluationTimer, { name, change }, `${name}/new`)
    return {}
  },
})

function checkSuppressor(input: PutCompositeAlarmInput): void {
  const {
    ActionsSuppressor,
    ActionsSuppressorWaitPeriod: wait,
    ActionsSuppressorExtensionPeriod: extension,
  } = input
  if (ActionsSuppressor === undefined) {
    if (wait !== undefined || extension !== undefined) {
      throw validationError(
        'ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod must not be specified without ActionsSuppressor.',
      )
    }
    return
  }
  if (wait === undefined || extension === undefined) {
    throw validationError(
      'ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required with ActionsSuppressor.',
    )
  }
}
