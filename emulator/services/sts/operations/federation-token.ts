import type { GetFederationTokenRequest, GetFederationTokenResponse } from '@aws-sdk/client-sts'
import { operation } from '../../../operation.ts'
import { notWithSession } from '../errors.ts'
import { credentialsOf, expiryOf, sessionPolicies } from '../issued.ts'
import { sessionTags, tagContext } from '../session-tags.ts'

const defaultDuration = 43_200
const maxOfRoot = 3600

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const GetFederationToken = operation<GetFederationTokenRequest, GetFederationTokenResponse>({
  authorize({ Name, Tags = [] }, { account, caller }) {
    if (caller.session) throw notWithSession('GetFederationToken')
    const resource = `arn:aws:sts::${account}:federated-user/${Name}`
    const context = tagContext(Tags)
    return [
      { action: 'sts:GetFederationToken', resource, context },
      ...(Tags.length > 0 ? [{ action: 'sts:TagSession', resource, context }] : []),
    ]
  },
  run(input, call) {
    const { account, caller, db, ids, now, ports } = call
    const asked = input.DurationSeconds ?? defaultDuration
    const seconds = caller.type === 'Root' ? Math.min(asked, maxOfRoot) : asked
    const tagFacts = sessionTags(input.Tags, [], undefined)
    const { policies, size } = sessionPolicies(call, account, input, tagFacts.tags)
    const session = ports.sessions.issue(db, ids, {
      account,
      kind: 'federated',
      holderId: caller.userId,
      name: input.Name!,
      expiresAt: expiryOf(now, seconds),
      session: { ...tagFacts, issuedAt: now, mfaAuthenticated: false, policies },
    })
    return {
      Credentials: credentialsOf(session),
      FederatedUser: { FederatedUserId: session.caller.userId, Arn: session.caller.arn! },
      ...size,
    }
  },
})
