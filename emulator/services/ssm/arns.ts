import type { Call } from '../../operation.ts'

type Place = Pick<Call, 'account' | 'region'>

const partitionOf = (region: string) =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

/**
 * `arn:aws:ssm:us-east-1:123456789012:parameter/app/db`; AWS's own parameters belong to no account.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function parameterArn({ account, region }: Place, name: string): string {
  const owner = isPublicName(name) ? '' : account
  return `arn:${partitionOf(region)}:ssm:${region}:${owner}:parameter/${name.replace(/^\//, '')}`
}

/** A name of AWS's own parameters: those are the same for everyone. */
export const isPublicName = (name: string): boolean => name.startsWith('/aws/')
