import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import { checkMetricAlarm } from '../alarms/check.ts'
import { metricsOf, queriesOf } from '../alarms/metric-queries.ts'
import { saveAlarm } from '../alarms/save.ts'
import { evaluationTimer } from '../alarms/schedule.ts'
import { toNumber } from '../metrics/numbers.ts'
import { puttingAlarm } from '../permissions.ts'
import type { AlarmConfiguration } from '../rows/alarms.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const PutMetricAlarm = operation<PutMetricAlarmInput, object>({
  authorize: (input, call) => puttingAlarm(input, call),
  run(input, call) {
    const { AlarmName: name, Tags: tags, ...given } = input
    checkMetricAlarm(input, call)
    const { Metrics, ...plain } = given
    const isMath = Metrics !== undefined && Metrics.length > 0
    const configuration: AlarmConfiguration = {
      ...plain,
      Threshold: toNumber(given.Threshold!),
      ActionsEnabled: given.ActionsEnabled ?? true,
      OKActions: given.OKActions ?? [],
      AlarmActions: given.AlarmActions ?? [],
      InsufficientDataActions: given.InsufficientDataActions ?? [],
      ...(isMath ? { Metrics } : { Dimensions: given.Dimensions ?? [] }),
    }
    const { alarm } = saveAlarm(call, {
      name: name!,
      type: 'MetricAlarm',
      configuration,
      tags,
      kind: 'metric',
      inputs: metricsOf(queriesOf(configuration)),
    })
    // Soon, so that the next look sees what the data say already.
    call.timers.schedule(call.now + 1, evaluationTimer, { name: alarm.name }, `${alarm.name}/new`)
    return {}
  },
})
