import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts'
import { noPermissionNeeded, operation } from '../../../operation.ts'
import { notWithSession } from '../errors.ts'
import { credentialsOf, expiryOf } from '../issued.ts'
import { checkMfa } from '../mfa.ts'

const defaultDuration = 43_200
const maxOfRoot = 3600

/** "No permissions are required": https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const GetSessionToken = operation<GetSessionTokenRequest, GetSessionTokenResponse>({
  authorize: noPermissionNeeded,
  run(input, call) {
    const { caller, db, ids, now, ports } = call
    if (caller.session) throw notWithSession('GetSessionToken')
    const asked = input.DurationSeconds ?? defaultDuration
    const seconds = caller.type === 'Root' ? Math.min(asked, maxOfRoot) : asked
    const session = ports.sessions.issue(db, ids, {
      account: caller.accountId,
      kind: 'user',
      holderId: caller.userId,
      name: '',
      expiresAt: expiryOf(now, seconds),
      session: {
        issuedAt: now,
        mfaAuthenticated: checkMfa(call, input),
        policies: [],
        tags: {},
      },
    })
    return { Credentials: credentialsOf(session) }
  },
})
