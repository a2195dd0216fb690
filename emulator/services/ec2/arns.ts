import type { Call } from '../../operation.ts'

/**
 * The ARN of an EC2 resource; `*` as the id for one that does not exist yet.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
 */
export function arnOf(
  { account, region }: Pick<Call, 'account' | 'region'>,
  type: string,
  id: string,
): string {
  // Images and snapshots belong to no account in their ARNs: they are shared between accounts.
  const owner = type === 'image' || type === 'snapshot' ? '' : account
  // What belongs to an IP address manager is in no region.
  const place = /^ipam(?:-|$)/.test(type) ? '' : region
  return `arn:${partitionOf(region)}:ec2:${place}:${owner}:${type}/${id}`
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}
