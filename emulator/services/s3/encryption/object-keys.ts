import type { Call } from '../../../operation.ts'
import type { EncryptionContext, KeyScope } from '../../../ports.ts'
import type { ContentCipher } from '../../../store/content-cipher.ts'
import { withoutAbsent } from '../object-settings.ts'
import type { Bucket } from '../rows/buckets.ts'
import type { Encryption } from '../rows/object-versions.ts'
import { chooseEncryption, type EncryptionInput } from './choice.ts'
import type { CustomerKey } from './customer-keys.ts'
import { asS3Error } from './errors.ts'
import { masterKey, seal, unseal } from './seals.ts'

/** How an object's bytes can be decrypted, besides what answers say of its encryption. */
export interface StoredCipher {
  /** The key of the object's one file; absent where each part has its own. */
  readonly seal?: string
  /** The object's key as only KMS opens it, base64. */
  readonly dataKey?: string
  readonly context?: EncryptionContext
}

export type KeyCall = Pick<Call, 'db' | 'ids' | 'now' | 'ports' | 'account' | 'region'>

/** An object's key at work: it seals the keys of the object's files. */
export interface ObjectKey {
  readonly key: Buffer
  /** What answers, and the row, say of the encryption. */
  readonly encryption: Encryption
  readonly cipher: StoredCipher
  /** What only the answer to the write repeats. */
  readonly echo: { readonly SSEKMSEncryptionContext?: string }
}

/**
 * Makes the key of a new object.
 *
 * @throws AwsError as `chooseEncryption`, and KMS's refusals: `KMS.DisabledException`, …
 */
export function newObjectKey(input: EncryptionInput, bucket: Bucket, call: KeyCall): ObjectKey {
  const chosen = chooseEncryption(input, bucket, call)
  switch (chosen.kind) {
    case 'AES256':
      return {
        key: masterKey(call),
        encryption: { ServerSideEncryption: 'AES256' },
        cipher: {},
        echo: {},
      }
    case 'customer': {
      const { key, md5 } = chosen.customer
      const encryption = { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: md5 } as const
      return { key, encryption, cipher: {}, echo: {} }
    }
    case 'kms': {
      const { algorithm, keyId, bucketKey, context, ownContext } = chosen
      const { keyArn, plaintext, wrapped } = asS3Error(() =>
        call.ports.kms.generateDataKey(kmsScope(call, bucket.region), {
          service: 's3',
          keyId,
          context,
        }),
      )
      return {
        key: plaintext,
        encryption: {
          ServerSideEncryption: algorithm,
          SSEKMSKeyId: keyArn,
          ...(bucketKey && { BucketKeyEnabled: true }),
        },
        cipher: { dataKey: wrapped.toString('base64'), context },
        echo: withoutAbsent({ SSEKMSEncryptionContext: ownContext }),
      }
    }
  }
}

export const kmsScope = (
  { db, ids, now, account }: Pick<Call, 'db' | 'ids' | 'now' | 'account'>,
  region: string,
): KeyScope => ({ db, ids, now, account, region })

/** An object, or an upload that will be one. */
interface Encrypted {
  readonly encryption: Encryption
  readonly cipher: StoredCipher | null
}

/**
 * The key of an object that is there.
 *
 * @param customer the request's key, checked to be the object's
 */
export function objectKeyOf(
  call: KeyCall,
  { encryption, cipher }: Encrypted,
  customer: CustomerKey | undefined,
): Buffer {
  if (customer) return customer.key
  const { dataKey, context = {} } = cipher ?? {}
  if (dataKey === undefined) return masterKey(call)
  const region = encryption.SSEKMSKeyId!.split(':')[3]!
  return asS3Error(() =>
    call.ports.kms.decrypt(kmsScope(call, region), Buffer.from(dataKey, 'base64'), context),
  )
}

/** What a row keeps of a new object in one file. */
export const sealedFile = (
  call: Pick<Call, 'ids'>,
  { key, cipher }: ObjectKey,
  file: ContentCipher | undefined,
): StoredCipher => (file ? { seal: seal(call, key, file), ...cipher } : cipher)

/** What a file is encrypted with; undefined for a plain one. */
export const openedFile = (
  objectKey: Buffer,
  sealed: string | null | undefined,
): ContentCipher | undefined => (sealed ? unseal(objectKey, sealed) : undefined)

/**
 * Only what SSE-S3 encrypts has the MD5 of its bytes for an ETag.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export const newETag = (call: Pick<Call, 'ids'>, encryption: Encryption, md5: Buffer): string =>
  hasMd5(encryption) ? md5.toString('hex') : opaqueETag(call)

export const opaqueETag = ({ ids }: Pick<Call, 'ids'>): string => ids.bytes(16).toString('hex')

/** Whether the ETag of an object in one piece is its bytes' MD5. */
export const hasMd5 = ({
  ServerSideEncryption: algorithm = 'AES256',
  SSECustomerAlgorithm,
}: Encryption) => algorithm === 'AES256' && SSECustomerAlgorithm === undefined
