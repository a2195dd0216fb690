import type { Call, Permission } from '../../../operation.ts'
import type { Bucket } from '../rows/buckets.ts'
import type { Encryption } from '../rows/object-versions.ts'
import { chooseEncryption, type EncryptionInput } from './choice.ts'
import { asS3Error } from './errors.ts'
import { kmsScope, type StoredCipher } from './object-keys.ts'

// Who reads or writes what a KMS key encrypts needs that key's permission too:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms

/** What a new object's encryption needs. */
export function toEncrypt(
  input: EncryptionInput,
  bucket: Bucket,
  call: Call,
): readonly Permission[] {
  const chosen = chooseEncryption(input, bucket, call)
  if (chosen.kind !== 'kms') return []
  const { keyId, context } = chosen
  return asS3Error(() =>
    call.ports.kms.permissions(asker(call, bucket.region), {
      service: 's3',
      keyId,
      operations: ['GenerateDataKey'],
      context,
    }),
  )
}

/**
 * What working with an object that is there needs.
 *
 * @param operation `Decrypt` to read it, `GenerateDataKey` to add a part to an upload
 */
export function toUseKey(
  operation: 'Decrypt' | 'GenerateDataKey',
  object: { readonly encryption: Encryption; readonly cipher: StoredCipher | null } | undefined,
  call: Call,
): readonly Permission[] {
  const { dataKey, context = {} } = object?.cipher ?? {}
  if (dataKey === undefined) return []
  const region = object!.encryption.SSEKMSKeyId!.split(':')[3]!
  return asS3Error(() =>
    call.ports.kms.permissions(asker(call, region), {
      service: 's3',
      wrapped: Buffer.from(dataKey, 'base64'),
      operations: [operation],
      context,
    }),
  )
}

const asker = (call: Call, region: string) => ({
  ...kmsScope(call, region),
  caller: call.caller,
  operation: call.operation,
})
