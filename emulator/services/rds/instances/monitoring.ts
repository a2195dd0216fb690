import type { CreateDBInstanceMessage, DBInstance } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { engineVersions } from '../engine-versions.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { keyArn } from './encryption.ts'

// Enhanced Monitoring, Performance Insights and logs for CloudWatch: recorded, and shown as RDS shows them.

type Wish = Partial<
  Pick<
    CreateDBInstanceMessage,
    | 'MonitoringInterval'
    | 'MonitoringRoleArn'
    | 'EnablePerformanceInsights'
    | 'PerformanceInsightsRetentionPeriod'
    | 'PerformanceInsightsKMSKeyId'
  >
>

const members = [
  'MonitoringInterval',
  'MonitoringRoleArn',
  'PerformanceInsightsEnabled',
  'PerformanceInsightsRetentionPeriod',
  'PerformanceInsightsKMSKeyId',
] as const
type Shown = Pick<DBInstance, (typeof members)[number]>

/** An instance without what `monitoringOf` makes. */
export function withoutMonitoring(configuration: Partial<DBInstance>): Partial<DBInstance> {
  const rest = { ...configuration }
  for (const name of members) delete rest[name]
  return rest
}

const intervals = [0, 1, 5, 10, 15, 30, 60]

/**
 * How an instance is watched from now on.
 *
 * @param before how it was, or how what it is made of is
 * @throws InvalidParameterValue, InvalidParameterCombination, KMSKeyNotAccessibleFault
 */
export function monitoringOf(call: Call, wish: Wish, before: Shown): Shown {
  const interval = wish.MonitoringInterval ?? before.MonitoringInterval ?? 0
  if (!intervals.includes(interval)) {
    throw invalidParameterValue(
      `Invalid monitoring interval: ${interval}. Valid values are ${intervals.join(', ')}.`,
    )
  }
  if (interval === 0 && wish.MonitoringRoleArn) {
    throw invalidParameterCombination(
      'You must specify a MonitoringInterval value other than 0 when you specify a MonitoringRoleARN value.',
    )
  }
  const role = wish.MonitoringRoleArn || before.MonitoringRoleArn
  if (interval > 0 && !role) {
    throw invalidParameterCombination(
      'A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.',
    )
  }
  return {
    MonitoringInterval: interval,
    ...(interval > 0 && { MonitoringRoleArn: role }),
    ...insightsOf(call, wish, before),
  }
}

function insightsOf(call: Call, wish: Wish, before: Shown): Shown {
  const enabled = wish.EnablePerformanceInsights ?? before.PerformanceInsightsEnabled ?? false
  if (!enabled) return { PerformanceInsightsEnabled: false }
  const days =
    wish.PerformanceInsightsRetentionPeriod ?? before.PerformanceInsightsRetentionPeriod ?? 7
  const isWhole = days % 31 === 0 && days >= 31 && days <= 23 * 31
  if (days !== 7 && days !== 731 && !isWhole) {
    throw invalidParameterValue(
      `Invalid Performance Insights retention period: ${days}. Valid values are 7, 731 and multiples of 31 up to 713.`,
    )
  }
  const chosen = wish.PerformanceInsightsKMSKeyId ?? before.PerformanceInsightsKMSKeyId
  return {
    PerformanceInsightsEnabled: true,
    PerformanceInsightsRetentionPeriod: days,
    PerformanceInsightsKMSKeyId: keyArn(call, chosen),
  }
}

/** @throws InvalidParameterCombination for logs that the engine does not have */
export function checkLogTypes(
  engine: string,
  version: string,
  wanted: readonly string[] = [],
): void {
  const known = engineVersions().find((one) => one.engine.engine === engine)?.engine.logTypes ?? []
  const unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    const names = unknown.map((name) => `'${name}'`).join(',')
    throw invalidParameterCombination(
      `You cannot use the log types ${names} with engine version ${engine} ${version}. For supported log types, see the documentation.`,
    )
  }
}
