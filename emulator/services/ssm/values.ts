import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Call, Permission } from '../../operation.ts'
import { AwsError } from '../../errors.ts'
import type { KeyScope } from '../../ports.ts'
import { parameterArn } from './arns.ts'
import { invalidKeyId } from './errors.ts'
import type { VersionRow } from './rows/parameters.ts'

// SecureString: KMS encrypts the value, in the parameter's context.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html

const contextOf = (call: Pick<Call, 'account' | 'region'>, name: string) => ({
  PARAMETER_ARN: parameterArn(call, name),
})

/** What putting a SecureString needs of its key: an advanced parameter is encrypted by a data key of its own. */
export function encryptPermissions(
  call: Call,
  wanted: { name: string; keyId: string | undefined; tier: string },
): readonly Permission[] {
  return keyErrors(() =>
    call.ports.kms.permissions(call, {
      service: 'ssm',
      keyId: wanted.keyId,
      operations: [wanted.tier === 'Advanced' ? 'GenerateDataKey' : 'Encrypt'],
      context: contextOf(call, wanted.name),
    }),
  )
}

export const decryptPermissions = (
  call: Call,
  name: string,
  wrapped: Buffer,
): readonly Permission[] =>
  call.ports.kms.permissions(call, {
    service: 'ssm',
    wrapped,
    operations: ['Decrypt'],
    context: contextOf(call, name),
  })

/** @throws InvalidKeyId for what is no usable key */
export function encryptValue(
  call: Call,
  name: string,
  keyId: string | undefined,
  value: string,
): { value: Buffer; wrappedKey: Buffer } {
  const key = keyErrors(() =>
    call.ports.kms.generateDataKey(call, { service: 'ssm', keyId, context: contextOf(call, name) }),
  )
  const iv = call.ids.bytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.plaintext, iv)
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()])
  return { value: Buffer.concat([iv, cipher.getAuthTag(), text]), wrappedKey: key.wrapped }
}

/** A version's value as it is shown: without decryption, a SecureString's is its ciphertext. */
export function shownValue(
  call: KeyScope & Pick<Call, 'ports'>,
  name: string,
  row: Pick<VersionRow, 'value' | 'wrapped_key'>,
  withDecryption: boolean | undefined,
): string {
  if (row.wrapped_key === null) return row.value.toString('utf8')
  if (!withDecryption) return Buffer.concat([row.wrapped_key, row.value]).toString('base64')
  const wrapped = row.wrapped_key
  const key = keyErrors(() => call.ports.kms.decrypt(call, wrapped, contextOf(call, name)))
  const decipher = createDecipheriv('aes-256-gcm', key, row.value.subarray(0, 12))
  decipher.setAuthTag(row.value.subarray(12, 28))
  return Buffer.concat([decipher.update(row.value.subarray(28)), decipher.final()]).toString('utf8')
}

/** KMS's own errors come as `InvalidKeyId`, with KMS's words. */
function keyErrors<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw invalidKeyId(
      `${error.message} (Service: AWSKMS; Status Code: 400; Error Code: ${error.code})`,
    )
  }
}
