import type {
  GetAccessKeyInfoRequest,
  GetAccessKeyInfoResponse,
  GetCallerIdentityRequest,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts'
import { noPermissionNeeded, operation } from '../../../operation.ts'
import { accountOfAccessKeyId } from '../access-key-account.ts'
import { invalidClientToken } from '../errors.ts'

/** "No permissions are required", and a policy that denies it has no effect. */
export const GetCallerIdentity = operation<GetCallerIdentityRequest, GetCallerIdentityResponse>({
  authorize: noPermissionNeeded,
  run(_input, { caller }) {
    if (caller.arn === null) throw invalidClientToken()
    return { UserId: caller.userId, Account: caller.accountId, Arn: caller.arn }
  },
})

/** Of any key, of whatever account and state: an id that was never issued here still names an account. */
export const GetAccessKeyInfo = operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>({
  authorize: () => ['*'],
  run({ AccessKeyId }, { db, ports }) {
    const issued = ports.identities.findCredential(db, AccessKeyId!)
    const account = issued?.caller.accountId ?? accountOfAccessKeyId(AccessKeyId!)
    if (account === undefined) throw invalidClientToken()
    return { Account: account }
  },
})
