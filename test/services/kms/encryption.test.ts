import { constants, createPrivateKey, createPublicKey, publicEncrypt } from 'node:crypto'
import {
  CreateAliasCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  ReEncryptCommand,
  type EncryptCommandInput,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { refusal, text, useKms } from './support.ts'

const { send, createKey, clientIn } = useKms()

const Plaintext = Buffer.from('the secret')
const encrypt = async (KeyId: string, rest: Partial<EncryptCommandInput> = {}) =>
  (await send(new EncryptCommand({ KeyId, Plaintext, ...rest }))).CiphertextBlob!

describe('Encrypt and Decrypt', () => {
  test('a ciphertext says itself which key it needs', async () => {
    const { KeyId, Arn, CurrentKeyMaterialId } = await createKey()
    await createKey()
    const CiphertextBlob = await encrypt(KeyId)
    const opened = await send(new DecryptCommand({ CiphertextBlob }))
    expect(text(opened.Plaintext)).toBe('the secret')
    expect(opened).toMatchObject({
      KeyId: Arn,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: CurrentKeyMaterialId,
    })
    expect(Buffer.from(CiphertextBlob).includes(Plaintext)).toBe(false)
    expect(Buffer.from(await encrypt(KeyId))).not.toEqual(Buffer.from(CiphertextBlob))
  })

  test('takes the encryption context it was encrypted with, in any order, and no other', async () => {
    const { KeyId } = await createKey()
    const CiphertextBlob = await encrypt(KeyId, { EncryptionContext: { a: '1', b: '2' } })
    const open = (EncryptionContext?: Record<string, string>) =>
      send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
    expect(text((await open({ b: '2', a: '1' })).Plaintext)).toBe('the secret')
    for (const context of [undefined, {}, { a: '1' }, { a: '1', b: '3' }, { a: '1b', '': '2' }]) {
      expect(await refusal(open(context))).toBe('InvalidCiphertextException')
    }
  })

  test('every changed byte of a ciphertext is found', async () => {
    const { KeyId } = await createKey()
    const good = Buffer.from(await encrypt(KeyId))
    for (let at = 0; at < good.length; at += 3) {
      const CiphertextBlob = Buffer.from(good)
      CiphertextBlob[at]! ^= 1
      expect(await refusal(send(new DecryptCommand({ CiphertextBlob })))).toMatch(
        /^(?:InvalidCiphertextException$|AccessDeniedException: The ciphertext refers)/,
      )
    }
    for (const CiphertextBlob of [good.subarray(0, 40), Buffer.from('nonsense')]) {
      expect(await refusal(send(new DecryptCommand({ CiphertextBlob })))).toBe(
        'InvalidCiphertextException',
      )
    }
  })

  test('names another key than the one it was encrypted with: IncorrectKeyException', async () => {
    const [one, two] = [await createKey(), await createKey()]
    const CiphertextBlob = await encrypt(one.KeyId)
    await send(new CreateAliasCommand({ AliasName: 'alias/one', TargetKeyId: one.KeyId }))
    await send(new DecryptCommand({ CiphertextBlob, KeyId: 'alias/one' }))
    expect(await refusal(send(new DecryptCommand({ CiphertextBlob, KeyId: two.KeyId })))).toBe(
      'IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation.',
    )
  })

  test('needs an enabled key of this region', async () => {
    const { KeyId, Arn } = await createKey()
    const CiphertextBlob = await encrypt(KeyId)
    expect(await refusal(clientIn('eu-west-1').send(new DecryptCommand({ CiphertextBlob })))).toBe(
      'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    )
    await send(new DisableKeyCommand({ KeyId }))
    expect(await refusal(send(new DecryptCommand({ CiphertextBlob })))).toBe(
      `DisabledException: ${Arn} is disabled.`,
    )
  })

  test('4096 bytes are the most, none too few', async () => {
    const { KeyId } = await createKey()
    const CiphertextBlob = await encrypt(KeyId, { Plaintext: Buffer.alloc(4096) })
    expect((await send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toHaveLength(4096)
    expect(await refusal(encrypt(KeyId, { Plaintext: Buffer.alloc(4097) }))).toBe(
      "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    )
    expect(await refusal(encrypt(KeyId, { Plaintext: Buffer.alloc(0) }))).toBe(
      "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
  })

  test('a dry run of what would succeed says so', async () => {
    const { KeyId } = await createKey()
    expect(await refusal(encrypt(KeyId, { DryRun: true }))).toMatch(/^DryRunOperationException/)
  })
})

describe('an RSA key', () => {
  const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256'
  const rsa = () => createKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })

  test('decrypts what its public key has encrypted outside', async () => {
    const { KeyId } = await rsa()
    const { PublicKey } = await send(new GetPublicKeyCommand({ KeyId }))
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const sealed = publicEncrypt({ key, padding, oaepHash: 'sha256' }, Plaintext)
    for (const CiphertextBlob of [sealed, await encrypt(KeyId, { EncryptionAlgorithm })]) {
      const input = { KeyId, CiphertextBlob, EncryptionAlgorithm } as const
      expect(text((await send(new DecryptCommand(input))).Plaintext)).toBe('the secret')
    }
  })

  test('refuses what does not fit, other algorithms and an encryption context', async () => {
    const { KeyId } = await rsa()
    const big = { EncryptionAlgorithm, Plaintext: Buffer.alloc(191) } as const
    expect(await refusal(encrypt(KeyId, big))).toBe(
      'ValidationException: Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.',
    )
    expect(await refusal(encrypt(KeyId))).toBe(
      'InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    )
    expect(
      await refusal(encrypt(KeyId, { EncryptionAlgorithm, EncryptionContext: { a: '1' } })),
    ).toMatch(/^ValidationException/)
  })
})

test('a key is only for its usage', async () => {
  const { KeyId, Arn } = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  expect(await refusal(encrypt(KeyId))).toBe(
    `InvalidKeyUsageException: ${Arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
  )
})

test('ReEncrypt changes the key and the context, and shows nobody the plaintext', async () => {
  const [one, two] = [await createKey(), await createKey()]
  const CiphertextBlob = await encrypt(one.KeyId, { EncryptionContext: { a: '1' } })
  const changed = await send(
    new ReEncryptCommand({
      CiphertextBlob,
      SourceEncryptionContext: { a: '1' },
      DestinationKeyId: two.KeyId,
      DestinationEncryptionContext: { b: '2' },
    }),
  )
  expect(changed).toMatchObject({ SourceKeyId: one.Arn, KeyId: two.Arn })
  expect('Plaintext' in changed).toBe(false)
  const opened = await send(
    new DecryptCommand({
      CiphertextBlob: changed.CiphertextBlob,
      EncryptionContext: { b: '2' },
      KeyId: two.KeyId,
    }),
  )
  expect(text(opened.Plaintext)).toBe('the secret')
})

describe('data keys', () => {
  test('GenerateDataKey gives a key plain and wrapped', async () => {
    const { KeyId, Arn } = await createKey()
    const EncryptionContext = { file: 'a' }
    for (const [wanted, length] of [
      [{ KeySpec: 'AES_256' }, 32],
      [{ KeySpec: 'AES_128' }, 16],
      [{ NumberOfBytes: 100 }, 100],
    ] as const) {
      const made = await send(new GenerateDataKeyCommand({ KeyId, EncryptionContext, ...wanted }))
      expect(made.KeyId).toBe(Arn)
      expect(made.Plaintext).toHaveLength(length)
      const { CiphertextBlob } = made
      const opened = await send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))
      expect(opened.Plaintext).toEqual(made.Plaintext)
    }
  })

  test('without plaintext there is none', async () => {
    const { KeyId } = await createKey()
    const input = { KeyId, KeySpec: 'AES_256' } as const
    const made = await send(new GenerateDataKeyWithoutPlaintextCommand(input))
    expect('Plaintext' in made).toBe(false)
    const { CiphertextBlob } = made
    expect((await send(new DecryptCommand({ CiphertextBlob }))).Plaintext).toHaveLength(32)
  })

  test('want either a length or a spec, and a symmetric key', async () => {
    const { KeyId } = await createKey()
    const either = 'ValidationException: Please specify either number of bytes or key spec.'
    expect(await refusal(send(new GenerateDataKeyCommand({ KeyId })))).toBe(either)
    const both = { KeyId, KeySpec: 'AES_256', NumberOfBytes: 32 } as const
    expect(await refusal(send(new GenerateDataKeyCommand(both)))).toBe(either)
    const rsa = await createKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const asymmetric = { KeyId: rsa.KeyId, KeySpec: 'AES_256' } as const
    expect(await refusal(send(new GenerateDataKeyCommand(asymmetric)))).toBe(
      'InvalidKeyUsageException: You cannot generate a data key with an asymmetric CMK',
    )
  })

  test('GenerateDataKeyPair gives a pair whose wrapped private key opens to the plain one', async () => {
    const { KeyId } = await createKey()
    const KeyPairSpec = 'ECC_NIST_P256'
    const made = await send(new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec }))
    const CiphertextBlob = made.PrivateKeyCiphertextBlob
    const { Plaintext: opened } = await send(new DecryptCommand({ CiphertextBlob }))
    expect(opened).toEqual(made.PrivateKeyPlaintext)
    const der = { key: Buffer.from(opened!), format: 'der', type: 'pkcs8' } as const
    const publicKey = createPublicKey(createPrivateKey(der))
    expect(publicKey.export({ type: 'spki', format: 'der' })).toEqual(Buffer.from(made.PublicKey!))
    const input = { KeyId, KeyPairSpec } as const
    const without = await send(new GenerateDataKeyPairWithoutPlaintextCommand(input))
    expect('PrivateKeyPlaintext' in without).toBe(false)
  })

  test('GenerateRandom gives as many bytes as are asked for', async () => {
    const random = async (NumberOfBytes?: number) =>
      (await send(new GenerateRandomCommand({ NumberOfBytes }))).Plaintext
    expect(await random(1024)).toHaveLength(1024)
    expect(await random(16)).not.toEqual(await random(16))
    expect(await refusal(random())).toBe('ValidationException: NumberOfBytes is required.')
    expect(await refusal(random(1025))).toBe(
      "ValidationException: 1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
    )
  })
})
