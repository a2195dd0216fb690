import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { ebsEncryption } from '../rows/ebs-encryption.ts'
import { keyWithoutEncryption } from './errors.ts'

export interface WantedEncryption {
  readonly encrypted: boolean | undefined
  readonly kmsKeyId: string | undefined
  /** What the data comes from, where it is encrypted already: it stays so, with that key unless another is named. */
  readonly source?: { readonly encrypted: boolean; readonly kmsKeyId: string | null } | undefined
}

/** Whether data at rest is encrypted, and the ARN of the key. */
export interface Encryption {
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
  /** The key cannot be used. EC2 finds that out later: what was asked for comes up, and vanishes. */
  readonly failed: boolean
}

/**
 * Whether a new volume or copy is encrypted, and with which key: the one named, the source's, the account's
 * default for the region, or `alias/aws/ebs`.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html
 *
 * @throws InvalidParameterDependency for a key without encryption
 */
export function chooseEncryption(
  wanted: WantedEncryption,
  call: Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>,
): Encryption {
  const chosen = ebsEncryption(call)
  const encrypted =
    wanted.encrypted === true || wanted.source?.encrypted === true || chosen.byDefault
  if (!encrypted) {
    if (wanted.kmsKeyId) throw keyWithoutEncryption()
    return { encrypted: false, kmsKeyId: null, failed: false }
  }
  if (wanted.kmsKeyId && wanted.encrypted === false) throw keyWithoutEncryption()
  const keyId =
    wanted.kmsKeyId ??
    (wanted.source?.encrypted ? wanted.source.kmsKeyId : undefined) ??
    chosen.kmsKeyId ??
    undefined
  try {
    const key = call.ports.kms.resolve(call, { service: 'ebs', keyId })
    const usable = key.state === 'Enabled' && key.spec === 'SYMMETRIC_DEFAULT'
    return { encrypted: true, kmsKeyId: key.arn, failed: !usable }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { encrypted: true, kmsKeyId: keyId ?? null, failed: true }
  }
}
