import type { Call } from '../../operation.ts'
import { namedPrincipals, validatePolicy } from '../../policy/validation/index.ts'
import { malformedPolicy, policyTooLarge } from './access-errors.ts'
import { accountOfCanonicalUser } from './owners.ts'
import type { Bucket } from './rows/buckets.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
const maxBytes = 20 * 1024

/**
 * A bucket policy as it is kept and answered: without white space, principals named by ARN.
 *
 * @throws AwsError `MalformedPolicy`, `PolicyTooLarge`
 */
export function acceptedPolicy(text: string, bucket: Bucket, call: Call): string {
  const problem = validatePolicy(text, 'bucket', { bucket: bucket.name })
  if (problem !== undefined) throw malformedPolicy(problem)
  if (Buffer.byteLength(text) > maxBytes) throw policyTooLarge()
  for (const { kind, value } of namedPrincipals(text)) {
    if (!exists(kind, value, call)) throw malformedPolicy('Invalid principal in policy')
  }
  const policy = JSON.parse(text) as { Statement: Statement | Statement[] }
  for (const statement of [policy.Statement].flat()) {
    for (const element of ['Principal', 'NotPrincipal'] as const) {
      if (statement[element] !== undefined) statement[element] = byArn(statement[element])
    }
  }
  return JSON.stringify(policy)
}

type Statement = Record<string, unknown>

/** Users and roles have to be there, in whatever account; of accounts, every one is. */
function exists(kind: string, value: string, { ports, db }: Call): boolean {
  if (kind === 'CanonicalUser') return accountOfCanonicalUser(value) !== undefined
  if (kind !== 'AWS' || !/^arn:[^:]*:iam::\d{12}:(?:user|role)\//.test(value)) return true
  return ports.principals?.exists(db, value) ?? true
}

/** AWS writes an account, however it was named, as its root's ARN. */
function byArn(principal: unknown): unknown {
  if (typeof principal !== 'object' || principal === null) return principal
  const { AWS, CanonicalUser, ...others } = principal as Record<string, string | string[]>
  const users = [CanonicalUser ?? []].flat().map((id) => rootArn(accountOfCanonicalUser(id)!))
  const named = [AWS ?? []].flat().map((one) => (/^\d{12}$/.test(one) ? rootArn(one) : one))
  const all = [...named, ...users]
  if (all.length === 0) return principal
  return { ...others, AWS: all.length === 1 && !Array.isArray(AWS) ? all[0] : all }
}

const rootArn = (account: string) => `arn:aws:iam::${account}:root`
