import { createCipheriv, createDecipheriv } from 'node:crypto'
import { AwsError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { KeyScope } from '../../ports.ts'
import { decryptionFailure, encryptionFailure } from './errors.ts'
import type { Secret } from './rows/secrets.ts'
import type { Version } from './rows/versions.ts'

export type SealScope = KeyScope & { readonly ports: Ports }

/** A value as a request brings it. */
export interface Value {
  readonly kind: Version['kind']
  readonly bytes: Buffer
}

const service = 'secretsmanager'
const nonceLength = 12
const tagLength = 16

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
const contextOf = ({ arn }: Pick<Secret, 'arn'>, versionId: string) => ({
  SecretARN: arn,
  SecretVersionId: versionId,
})

/** Encrypts a value by a key of KMS's. @throws EncryptionFailure where the key does not serve */
export function seal(
  scope: SealScope,
  secret: Pick<Secret, 'arn' | 'kmsKeyId'>,
  versionId: string,
  { kind, bytes }: Value,
): Pick<Version, 'kind' | 'keyArn' | 'wrappedKey' | 'sealed'> {
  const { keyArn, plaintext, wrapped } = failing(encryptionFailure, () =>
    scope.ports.kms.generateDataKey(scope, {
      service,
      keyId: secret.kmsKeyId ?? undefined,
      context: contextOf(secret, versionId),
    }),
  )
  const nonce = scope.ids.bytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', plaintext, nonce)
  const text = Buffer.concat([cipher.update(bytes), cipher.final()])
  return {
    kind,
    keyArn,
    wrappedKey: wrapped,
    sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]),
  }
}

/** @throws DecryptionFailure where the key does not serve any more */
export function unseal(
  scope: SealScope,
  secret: Pick<Secret, 'arn'>,
  { id, wrappedKey, sealed }: Version,
): Buffer {
  const key = failing(decryptionFailure, () =>
    scope.ports.kms.decrypt(scope, wrappedKey, contextOf(secret, id)),
  )
  const tagAt = nonceLength + tagLength
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength))
  decipher.setAuthTag(sealed.subarray(nonceLength, tagAt))
  return Buffer.concat([decipher.update(sealed.subarray(tagAt)), decipher.final()])
}

/** What KMS refuses has Secrets Manager's own words. */
export function failing<T>(failure: () => AwsError, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof AwsError) throw failure()
    throw error
  }
}
