import type { Call } from '../operation.ts'
import type { Caller } from '../auth/caller.ts'

/**
 * The global condition keys that AWS puts into every request:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(call: Call): Record<string, string | readonly string[]> {
  const { caller, http } = call
  const context: Record<string, string | readonly string[]> = {
    'aws:CurrentTime': isoSeconds(call.now),
    'aws:EpochTime': String(Math.floor(call.now / 1000)),
    'aws:SourceIp': http.sourceIp,
    'aws:SecureTransport': String(http.secure),
    'aws:RequestedRegion': globalServices.has(call.service) ? 'us-east-1' : call.region,
    'aws:ViaAWSService': 'false',
    'aws:PrincipalIsAWSService': String(caller.type === 'Service'),
  }
  const { 'user-agent': userAgent, referer } = http.headers
  if (userAgent !== undefined) context['aws:UserAgent'] = userAgent
  if (referer !== undefined) context['aws:Referer'] = referer
  addPrincipal(context, caller)
  addSession(context, caller, call.now)
  return context
}

/** Their calls count as us-east-1, whatever region the client names. */
const globalServices: ReadonlySet<string> = new Set([
  'iam',
  'organizations',
  'route53',
  'cloudfront',
  'budgets',
  'account',
])

/** What `aws:PrincipalType` says: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
const principalTypes: Readonly<Record<Caller['type'], string>> = {
  IAMUser: 'User',
  AssumedRole: 'AssumedRole',
  FederatedUser: 'FederatedUser',
  Root: 'Account',
  Service: 'Service',
  Anonymous: 'Anonymous',
}

function addPrincipal(context: Record<string, string | readonly string[]>, caller: Caller): void {
  context['aws:PrincipalType'] = principalTypes[caller.type]
  if (caller.type === 'Anonymous') {
    context['aws:userid'] = 'anonymous'
    return
  }
  if (caller.type === 'Service') {
    if (caller.arn !== null) context['aws:PrincipalServiceName'] = caller.arn
    return
  }
  context['aws:userid'] = caller.userId
  context['aws:PrincipalAccount'] = caller.accountId
  // In a role session the key has the role's ARN, not the session's.
  const arn = caller.roleArn ?? caller.arn
  if (arn !== null) context['aws:PrincipalArn'] = arn
  if (caller.type === 'IAMUser' && caller.userName !== undefined) {
    context['aws:username'] = caller.userName
  }
  for (const [key, value] of Object.entries({ ...caller.tags, ...caller.session?.tags })) {
    context[`aws:PrincipalTag/${key}`] = value
  }
}

function addSession(
  context: Record<string, string | readonly string[]>,
  { session }: Caller,
  now: number,
): void {
  // Long-term keys have no aws:MultiFactorAuthPresent at all, which is why policies ask with BoolIfExists.
  if (!session) return
  context['aws:TokenIssueTime'] = isoSeconds(session.issuedAt)
  context['aws:MultiFactorAuthPresent'] = String(session.mfaAuthenticated)
  if (session.mfaAuthenticated) {
    context['aws:MultiFactorAuthAge'] = String(
      Math.max(0, Math.floor((now - session.issuedAt) / 1000)),
    )
  }
  if (session.sourceIdentity !== undefined) {
    context['aws:SourceIdentity'] = session.sourceIdentity
  }
  Object.assign(context, session.context)
}

const isoSeconds = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
