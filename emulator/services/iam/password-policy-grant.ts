import type { Call, Permission } from '../../operation.ts'
import { findPasswordPolicy } from './rows/password-policies.ts'

/**
 * What the account grants every user that may change its password: `iam:ChangePassword` for itself and
 * `iam:GetAccountPasswordPolicy`. AWS attaches no policy for it: "IAM applies the permissions at the account-level
 * for all users in the account", and a deny still counts, which is how a resource's policy works.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
export function grantOfPasswordPolicy({
  caller,
  db,
  account,
}: Call): Pick<Permission, 'resourcePolicy'> {
  if (caller.type !== 'IAMUser' || !findPasswordPolicy(db, account)?.usersMayChange) return {}
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: caller.arn },
    Action: ['iam:ChangePassword', 'iam:GetAccountPasswordPolicy'],
    Resource: '*',
  }
  return { resourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) }
}
