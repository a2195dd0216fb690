import type { Call, Permission } from '../../operation.ts'
import type { AccessPoint } from '../../ports.ts'
import { accessPointArn } from './arns.ts'
import { noSuchAccessPoint } from './errors.ts'
import type { AccountInput } from './on-account.ts'
import { findAccessPoint } from './rows/access-points.ts'

interface AccessPointInput extends AccountInput {
  readonly Name?: string | undefined
}

/** @throws AwsError `NoSuchAccessPoint` */
export function requireAccessPoint({ Name = '' }: AccessPointInput, call: Call): AccessPoint {
  const found = findAccessPoint(call.db, call, Name)
  if (!found) throw noSuchAccessPoint(Name)
  return found
}

/** What policies may ask about an access point. */
export const accessPointKeys = ({
  arn,
  account,
  vpcId,
}: Pick<AccessPoint, 'arn' | 'account' | 'vpcId'>) => ({
  's3:DataAccessPointArn': arn,
  's3:DataAccessPointAccount': account,
  's3:AccessPointNetworkOrigin': vpcId === null ? 'Internet' : 'VPC',
})

/** The permission for an action on the request's access point. They don't work across accounts. */
export function onAccessPoint(action: string, input: AccessPointInput, call: Call): Permission {
  const { account, region, db } = call
  const { AccountId = account, Name = '' } = input
  const found = AccountId === account ? findAccessPoint(db, call, Name) : undefined
  return {
    action,
    resource: accessPointArn({ account: AccountId, region }, Name),
    resourceAccount: AccountId,
    context: found ? { ...accessPointKeys(found), ...resourceTagKeys(found.tags) } : {},
  }
}

/** `aws:ResourceTag/<key>` */
export const resourceTagKeys = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]))
