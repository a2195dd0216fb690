import type { RequestedServiceQuotaChange, ServiceQuota } from '@aws-sdk/client-service-quotas'
import type { Call } from '../../operation.ts'
import { findQuota, services } from './facts.ts'
import type { QuotaFact } from './facts.ts'
import type { RequestRow } from './rows/requests.ts'

type Place = Pick<Call, 'account' | 'region'>

/** `arn:aws:servicequotas:us-east-1:123456789012:ec2/L-1216C47A`; a default belongs to nobody. */
export function quotaArn({ account, region }: Place, quota: QuotaFact, isDefault = false): string {
  const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws'
  const place = quota.global ? '' : region
  return `arn:${partition}:servicequotas:${place}:${isDefault ? '' : account}:${quota.service}/${quota.code}`
}

/** A quota as it is shown. */
export function shownQuota(
  place: Place,
  quota: QuotaFact,
  value: number,
  isDefault = false,
): ServiceQuota {
  return {
    ServiceCode: quota.service,
    ServiceName: services()[quota.service]!,
    QuotaArn: quotaArn(place, quota, isDefault),
    QuotaCode: quota.code,
    QuotaName: quota.name,
    Value: value,
    Unit: 'None',
    Adjustable: quota.adjustable ?? true,
    GlobalQuota: quota.global ?? false,
    ...(isDefault ? {} : { QuotaAppliedAtLevel: 'ACCOUNT' as const }),
    ...(quota.usageClass && quota.resource
      ? {
          UsageMetric: {
            MetricNamespace: 'AWS/Usage',
            MetricName: 'ResourceCount',
            MetricDimensions: {
              Class: `${quota.resource}/${quota.usageClass}`,
              Resource: 'vCPU',
              Service: 'EC2',
              Type: 'Resource',
            },
            MetricStatisticRecommendation: 'Maximum',
          },
        }
      : {}),
  }
}

export function shownRequest(place: Place, row: RequestRow): RequestedServiceQuotaChange {
  const quota = findQuota(row.service, row.code)!
  return {
    Id: row.id,
    ...(row.case_id === null ? {} : { CaseId: row.case_id }),
    ServiceCode: row.service,
    ServiceName: services()[row.service]!,
    QuotaCode: row.code,
    QuotaName: quota.name,
    DesiredValue: row.desired,
    Status: row.status,
    Created: new Date(row.created_at),
    LastUpdated: new Date(row.updated_at),
    Requester: row.requester,
    QuotaArn: quotaArn(place, quota),
    GlobalQuota: quota.global ?? false,
    Unit: 'None',
    QuotaRequestedAtLevel: 'ACCOUNT',
  }
}
