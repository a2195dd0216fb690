import type { GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse } from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { rootArn, userArn } from '../arns.ts'
import { notYourAccessKey } from '../credential-errors.ts'
import { findAccessKeyUse, findKeyOwner } from '../rows/access-key-uses.ts'
import { date } from '../subjects.ts'

export const GetAccessKeyLastUsed = operation<
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse
>({
  authorize({ AccessKeyId }, { db, account }) {
    const owner = findKeyOwner(db, account, AccessKeyId!)
    if (owner && owner.name === null) return [rootArn(account)]
    return [owner ? userArn(account, owner.path, owner.name) : userArn(account, '/', '*')]
  },
  run({ AccessKeyId }, { db, account, caller }) {
    const owner = findKeyOwner(db, account, AccessKeyId!)
    // A key that is not the account's may be another's: who asks learns nothing of it.
    if (!owner) throw notYourAccessKey(caller.arn!, AccessKeyId!)
    const use = findAccessKeyUse(db, AccessKeyId!)
    return {
      ...(owner.name !== null && { UserName: owner.name }),
      AccessKeyLastUsed: use
        ? { LastUsedDate: date(use.usedAt), ServiceName: use.service, Region: use.region }
        : { ServiceName: 'N/A', Region: 'N/A' },
    }
  },
})
