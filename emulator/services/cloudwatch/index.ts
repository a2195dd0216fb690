import { defineService } from '../../operation.ts'
import type { Call } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import { alarmTimers } from './alarms/timers.ts'
import * as alarmHistory from './operations/alarm-history.ts'
import * as alarmStates from './operations/alarm-states.ts'
import * as anomalyDetectors from './operations/anomaly-detectors.ts'
import * as dashboards from './operations/dashboards.ts'
import * as describeAlarms from './operations/describe-alarms.ts'
import * as insightRules from './operations/insight-rules.ts'
import * as listMetrics from './operations/list-metrics.ts'
import * as metricData from './operations/metric-data.ts'
import * as metricStatistics from './operations/metric-statistics.ts'
import * as putCompositeAlarm from './operations/put-composite-alarm.ts'
import * as putMetricAlarm from './operations/put-metric-alarm.ts'
import * as putMetricData from './operations/put-metric-data.ts'
import * as tags from './operations/tags.ts'

const checkConstraints = constraintsOf('cloudwatch/constraints.json', undefined, 'ValidationError')

/** These check their input themselves: their sentences are older than those of the API model. */
const olderOperations = new Set([
  'PutMetricData',
  'GetMetricStatistics',
  'PutDashboard',
  'GetDashboard',
  'DeleteDashboards',
  'GetMetricData',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
])

export default defineService(
  'cloudwatch',
  {
    ...alarmHistory,
    ...alarmStates,
    ...anomalyDetectors,
    ...dashboards,
    ...describeAlarms,
    ...insightRules,
    ...listMetrics,
    ...metricData,
    ...metricStatistics,
    ...putCompositeAlarm,
    ...putMetricAlarm,
    ...putMetricData,
    ...tags,
  },
  {
    timers: alarmTimers,
    validate(input: object, call: Call) {
      if (!olderOperations.has(call.operation)) checkConstraints(input, call)
    },
  },
)
