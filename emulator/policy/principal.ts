import type { Principal } from './request.ts'
import { Malformed, isObject, textsOf } from './json.ts'

/**
 * How a resource policy names a caller, and so what its Allow is worth within the account:
 * - `direct`: the caller itself, or everyone. Silence of a boundary or session policy doesn't limit it.
 * - `limited`: the role or user behind a session. A boundary and session policy still have to allow.
 * - `account`: the account. It only delegates: an identity policy has to allow.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export type Grant = 'direct' | 'limited' | 'account'

export interface PrincipalElement {
  readonly expected: readonly string[]
  /** @returns the strongest way in which the element names the caller; undefined where it doesn't */
  grantTo(principal: Principal): Grant | undefined
  /** Whether a `NotPrincipal` with these principals leaves the caller out. */
  exempts(principal: Principal): boolean
}

const kinds = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const
type Kind = (typeof kinds)[number]

const isKind = (name: string): name is Kind => (kinds as readonly string[]).includes(name)

/** @throws Malformed */
export function compilePrincipal(element: unknown): PrincipalElement {
  const named = readPrincipals(element)
  const everyone = named.AWS.has('*')
  return {
    expected: kinds.flatMap((kind) =>
      [...named[kind]].map((text) => (kind === 'AWS' ? text : `${kind}:${text}`)),
    ),
    grantTo: (principal) => (everyone ? 'direct' : grantByName(named, principal)),
    exempts: (principal) => everyone || exemptByName(named, principal),
  }
}

type Named = Readonly<Record<Kind, ReadonlySet<string>>>

/** `"*"` and `{"AWS": "*"}` mean the same. An ARN's wildcards are plain text: principals are named whole. */
function readPrincipals(element: unknown): Named {
  const named = {
    AWS: new Set<string>(),
    Service: new Set<string>(),
    Federated: new Set<string>(),
    CanonicalUser: new Set<string>(),
  }
  if (element === '*') named.AWS.add('*')
  else if (isObject(element)) {
    for (const [kind, value] of Object.entries(element)) {
      if (!isKind(kind)) throw new Malformed(`there is no kind of principal ${kind}`)
      for (const text of textsOf(value, kind)) named[kind].add(text)
    }
  } else throw new Malformed('the principal is neither "*" nor an object')
  return named
}

function grantByName(named: Named, principal: Principal): Grant | undefined {
  const { type, arn } = principal
  if (type === 'Anonymous' || arn === null) return undefined
  // "The service principal in an IAM policy can't be "Service": "*"": it names nobody.
  if (type === 'Service') return named.Service.has(arn) ? 'direct' : undefined
  if (type === 'Root') return namesAccount(named, principal.accountId) ? 'account' : undefined
  if (named.AWS.has(arn) || (type === 'FederatedUser' && named.Federated.has(arn))) return 'direct'
  const behind = identityBehind(principal)
  if (behind !== undefined && named.AWS.has(behind)) return 'limited'
  return namesAccount(named, principal.accountId) ? 'account' : undefined
}

/** The role of a role session, or the user who asked for a federated session. */
function identityBehind({ type, arn, roleArn, userArn }: Principal): string | undefined {
  if (type === 'FederatedUser') return userArn
  if (type !== 'AssumedRole') return undefined
  return (
    roleArn ??
    arn?.replace(/^(arn:[^:]*):sts:([^:]*:[^:]*):assumed-role\/(.*)\/[^/]*$/s, '$1:iam:$2:role/$3')
  )
}

function namesAccount({ AWS }: Named, accountId: string): boolean {
  if (accountId === '') return false
  if (AWS.has(accountId)) return true
  for (const partition of partitions)
    if (AWS.has(`arn:${partition}:iam::${accountId}:root`)) return true
  return false
}

const partitions = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
  'aws-eusc',
]

/**
 * AWS may check the account first, then the role, then its session, and each has to be left out: "When you use
 * NotPrincipal with Deny, you must also specify the account ARN of the not-denied principal."
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function exemptByName(named: Named, principal: Principal): boolean {
  const { type, arn, accountId } = principal
  if (type === 'Anonymous' || arn === null) return false
  if (type === 'Service') return named.Service.has(arn)
  if (!namesAccount(named, accountId)) return false
  if (type === 'Root') return true
  const role = type === 'AssumedRole' ? identityBehind(principal) : undefined
  return named.AWS.has(arn) && (role === undefined || named.AWS.has(role))
}
