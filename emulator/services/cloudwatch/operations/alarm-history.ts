import type {
  AlarmType as SdkAlarmType,
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import { invalidNextToken } from '../errors.ts'
import { isNumber, placeOf, tokenOf } from '../pages.ts'
import { onAlarm } from '../permissions.ts'
import { findAlarm, type AlarmType } from '../rows/alarms.ts'
import { historyKept, listHistory } from '../rows/history.ts'
import { lookAtAlarms } from '../sampling/look-first.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const DescribeAlarmHistory = operation<
  DescribeAlarmHistoryInput,
  DescribeAlarmHistoryOutput,
  void
>({
  authorize: ({ AlarmName }, call) => [onAlarm(call, AlarmName)],
  prepare: lookAtAlarms,
  run(input, call) {
    const { AlarmName, AlarmTypes, MaxRecords = 100, NextToken } = input
    const skip = NextToken ? placeOf(NextToken, isNumber, invalidNextToken) : 0
    const known = AlarmName === undefined ? undefined : findAlarm(call, AlarmName)
    const types = AlarmTypes?.length ? AlarmTypes : [known?.type ?? 'MetricAlarm']
    const found = listHistory(call, {
      alarm: AlarmName,
      types: types as AlarmType[],
      itemType: input.HistoryItemType,
      start: Math.max(input.StartDate?.getTime() ?? 0, call.now - historyKept),
      end: input.EndDate?.getTime() ?? call.now,
      newestFirst: input.ScanBy !== 'TimestampAscending',
      skip,
      limit: MaxRecords + 1,
    })
    const page = found.slice(0, MaxRecords)
    return {
      AlarmHistoryItems: page.map(({ alarm, type, at, itemType, summary, data }) => ({
        AlarmName: alarm,
        AlarmType: type as SdkAlarmType,
        Timestamp: new Date(at),
        HistoryItemType: itemType,
        HistorySummary: summary,
        HistoryData: data,
      })),
      ...(found.length > page.length && { NextToken: tokenOf(skip + page.length) }),
    }
  },
})
