import type { PutMetricDataInput } from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import { noteNewData } from '../alarms/schedule.ts'
import { invalidParameterValue, parameterRequired } from '../errors.ts'
import { datumOf } from '../metrics/datum.ts'
import { dimensionsOf } from '../metrics/dimensions.ts'
import { checkName, checkNamespace } from '../metrics/names.ts'
import { forgetOldData, insertDatum } from '../rows/data.ts'
import { metricKey, noteMetric, type MetricName } from '../rows/metrics.ts'

const most = 1000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const PutMetricData = operation<PutMetricDataInput, object>({
  authorize: ({ Namespace }) => [
    { resource: '*', ...(Namespace && { context: { 'cloudwatch:namespace': Namespace } }) },
  ],
  run({ Namespace, MetricData, EntityMetricData }, call) {
    checkNamespace(Namespace)
    // Reserved for the services: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
    if (/^AWS\//i.test(Namespace!)) {
      throw invalidParameterValue('The value AWS/ for parameter Namespace is invalid.')
    }
    const lists = [
      ...(MetricData ? [{ path: 'MetricData', data: MetricData }] : []),
      ...(EntityMetricData ?? []).map((entity, index) => ({
        path: `EntityMetricData.member.${index + 1}.MetricData`,
        data: entity.MetricData ?? [],
      })),
    ]
    if (lists.every(({ data }) => data.length === 0)) throw parameterRequired('MetricData')
    if (lists.reduce((sum, { data }) => sum + data.length, 0) > most) {
      throw invalidParameterValue(
        `The collection MetricData must not have a size greater than ${most}.`,
      )
    }
    const names = new Map<string, MetricName>()
    for (const { path, data } of lists) {
      data.forEach((given, index) => {
        const at = `${path}.member.${index + 1}`
        checkName(given.MetricName, `${at}.MetricName`)
        const dimensions = dimensionsOf(given.Dimensions, `${at}.Dimensions`)
        const name = { namespace: Namespace!, name: given.MetricName!, dimensions }
        const datum = datumOf(given, at, call.now)
        const metric = noteMetric(call, name, datum.at)
        const key = metricKey(name)
        if (!names.has(key)) forgetOldData(call, metric, call.now)
        insertDatum(call, metric, datum)
        names.set(key, name)
      })
    }
    noteNewData(call, [...names.keys()])
    return {}
  },
})
