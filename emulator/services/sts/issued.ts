import type { Credentials, PolicyDescriptorType } from '@aws-sdk/client-sts'
import type { Call } from '../../operation.ts'
import type { IssuedSession } from '../../ports.ts'
import { tooManyPolicyArns } from './errors.ts'
import { packedSize } from './packed-size.ts'

/** Credentials as every operation that makes them shows them. */
export const credentialsOf = (session: IssuedSession): Credentials => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.sessionToken,
  Expiration: new Date(session.expiresAt),
})

/** When a session that starts now ends, to the second. */
export const expiryOf = (now: number, seconds: number): number =>
  now - (now % 1000) + seconds * 1000

const maxPolicyArns = 10

/**
 * The session policies of a request, and how much room they take together with the session's tags.
 *
 * @throws MalformedPolicyDocument, PackedPolicyTooLarge, ValidationError
 */
export function sessionPolicies(
  { db, ports }: Call,
  account: string,
  given: { Policy?: string | undefined; PolicyArns?: readonly PolicyDescriptorType[] | undefined },
  tags: Readonly<Record<string, string>>,
): { policies: readonly string[]; size: { PackedPolicySize?: number } } {
  const { Policy: inline, PolicyArns = [] } = given
  const arns = PolicyArns.flatMap(({ arn }) => (arn === undefined ? [] : [arn]))
  if (arns.length > maxPolicyArns) throw tooManyPolicyArns(arns.length)
  const policies = ports.sessions.policies(db, account, { inline, arns })
  const percent = packedSize(inline === undefined ? arns : [inline, ...arns], tags)
  return { policies, size: percent === undefined ? {} : { PackedPolicySize: percent } }
}
