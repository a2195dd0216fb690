import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../../operation.ts'
import { alarmArn } from '../arns.ts'
import type { Alarm } from '../rows/alarms.ts'
import { suppressedReason } from './events.ts'

/** An alarm as DescribeAlarms shows it. */
export function shownAlarm(
  call: Pick<Call, 'account' | 'region'>,
  { name, type, state, configuration, status }: Alarm,
): MetricAlarm & CompositeAlarm {
  const { suppressedBy } = status
  return {
    ...configuration,
    AlarmName: name,
    AlarmArn: alarmArn(call, name),
    AlarmConfigurationUpdatedTimestamp: new Date(status.configuredAt),
    StateValue: state,
    StateReason: status.reason,
    ...(status.reasonData !== undefined && { StateReasonData: status.reasonData }),
    StateUpdatedTimestamp: new Date(status.updatedAt),
    StateTransitionedTimestamp: new Date(status.transitionedAt),
    ...(type === 'CompositeAlarm' &&
      suppressedBy && {
        ActionsSuppressedBy: suppressedBy,
        ActionsSuppressedReason: suppressedReason(suppressedBy),
      }),
  }
}
