import type { Call } from '../../operation.ts'
import { bothValues, noValue } from './errors.ts'
import type { Secret } from './rows/secrets.ts'
import type { Version } from './rows/versions.ts'
import { unseal, type Value } from './sealing.ts'

interface Given {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
}

/** What a request sets, if it does. @throws InvalidParameterException for both */
export function givenValue({ SecretString, SecretBinary }: Given): Value | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) throw bothValues()
  if (SecretString !== undefined) return { kind: 'string', bytes: Buffer.from(SecretString) }
  if (SecretBinary !== undefined) return { kind: 'binary', bytes: Buffer.from(SecretBinary) }
  return undefined
}

/** @throws InvalidRequestException for none */
export function requiredValue(given: Given): Value {
  const value = givenValue(given)
  if (!value) throw noValue()
  return value
}

/** A version's value, as it is answered. */
export function answeredValue(call: Call, secret: Secret, version: Version) {
  const bytes = unseal({ ...call, account: secret.account }, secret, version)
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.kind === 'string' ? { SecretString: bytes.toString() } : { SecretBinary: bytes }),
    VersionStages: [...version.stages],
    CreatedDate: new Date(version.createdAt),
  }
}
