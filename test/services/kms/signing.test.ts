import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  createSign,
  diffieHellman,
  generateKeyPairSync,
  sign as nodeSign,
  verify as nodeVerify,
  type KeyObject,
} from 'node:crypto'
import {
  DeriveSharedSecretCommand,
  EncryptCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
  type SignCommandInput,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { digestFor, sign, verify } from '../../../emulator/services/kms/crypto/signatures.ts'
import { idSource } from '../../../emulator/ids.ts'
import { refusal, useKms } from './support.ts'

const { send, createKey } = useKms()

const Message = Buffer.from('a message')
const hashName = (algorithm: string) => `sha${algorithm.slice(-3)}`

const publicKeyOf = async (KeyId: string) => {
  const { PublicKey } = await send(new GetPublicKeyCommand({ KeyId }))
  return createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
}

/** How Node, which knows nothing of our code, takes the key for an algorithm. */
const nodeKey = (key: KeyObject, algorithm: string) =>
  algorithm.includes('PSS')
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : key

describe.each([
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'RSA_2048',
] as const)('a key of the spec %s', (KeySpec) => {
  test('signs messages and digests as OpenSSL does, and verifies', async () => {
    const { KeyId, Arn, SigningAlgorithms } = await createKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' })
    const key = await publicKeyOf(KeyId)
    for (const SigningAlgorithm of SigningAlgorithms) {
      const name = hashName(SigningAlgorithm)
      const digest = createHash(name).update(Message).digest()
      const raw = { KeyId, Message, SigningAlgorithm }
      const digested = { KeyId, Message: digest, MessageType: 'DIGEST', SigningAlgorithm } as const
      for (const input of [raw, digested] satisfies SignCommandInput[]) {
        const { Signature } = await send(new SignCommand(input))
        expect(nodeVerify(name, Message, nodeKey(key, SigningAlgorithm), Signature!)).toBe(true)
        for (const asked of [raw, digested] satisfies SignCommandInput[]) {
          expect(await send(new VerifyCommand({ ...asked, Signature }))).toMatchObject({
            KeyId: Arn,
            SignatureValid: true,
            SigningAlgorithm,
          })
        }
        const other = { ...raw, Message: Buffer.from('another'), Signature }
        expect(await refusal(send(new VerifyCommand(other)))).toBe('KMSInvalidSignatureException')
      }
    }
  })
})

test('verifies what OpenSSL signed, and no signature with a changed byte', () => {
  for (const [spec, pair, algorithms] of [
    ['ECC_NIST_P521', generateKeyPairSync('ec', { namedCurve: 'secp521r1' }), ['ECDSA_SHA_512']],
    ['ECC_NIST_P256', generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), ['ECDSA_SHA_256']],
    [
      'RSA_2048',
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      ['RSASSA_PSS_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_256'],
    ],
  ] as const) {
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' })
    const material = { publicKey, secret: Buffer.alloc(0) }
    for (const algorithm of algorithms) {
      const key = nodeKey(pair.privateKey, algorithm)
      const signature = nodeSign(hashName(algorithm), Message, key)
      const digest = digestFor(algorithm, Message, false)!
      expect(verify(spec, material, algorithm, digest, signature)).toBe(true)
      for (let at = 0; at < signature.length; at += 5) {
        const changed = Buffer.from(signature)
        changed[at]! ^= 4
        expect(verify(spec, material, algorithm, digest, changed)).toBe(false)
      }
      for (const cut of [0, 1, 9, signature.length - 1]) {
        expect(verify(spec, material, algorithm, digest, signature.subarray(0, cut))).toBe(false)
      }
    }
  }
})

test('a hundred ECDSA signatures, short numbers among them, are all good', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
  const ids = idSource('ecdsa')
  for (let round = 0; round < 100; round++) {
    const message = Buffer.from(String(round))
    const digest = digestFor('ECDSA_SHA_256', message, false)!
    const made = sign(ids, 'ECC_NIST_P256', { secret, publicKey: null }, 'ECDSA_SHA_256', digest)
    expect(nodeVerify('sha256', message, publicKey, made)).toBe(true)
    const theirs = createSign('sha256').update(message).sign(privateKey)
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    const pair = { secret, publicKey: spki }
    expect(verify('ECC_NIST_P256', pair, 'ECDSA_SHA_256', digest, theirs)).toBe(true)
  }
})

test.each<[SigningAlgorithmSpec, Partial<SignCommandInput>, string]>([
  [
    'ECDSA_SHA_256',
    { MessageType: 'DIGEST' },
    'ValidationException: Digest is invalid length for algorithm ECDSA_SHA_256.',
  ],
  [
    'RSASSA_PSS_SHA_256',
    {},
    'InvalidKeyUsageException: Algorithm RSASSA_PSS_SHA_256 is incompatible with key spec ECC_NIST_P256.',
  ],
  [
    'ECDSA_SHA_256',
    { Message: Buffer.alloc(4097) },
    "ValidationException: 1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
  ],
])('Sign by %s refuses %j', async (SigningAlgorithm, rest, expected) => {
  const { KeyId } = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const input = { KeyId, Message, SigningAlgorithm, ...rest }
  expect(await refusal(send(new SignCommand(input)))).toBe(expected)
})

test('GetPublicKey says what the key is for; a symmetric key has none', async () => {
  const { KeyId } = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  expect(await send(new GetPublicKeyCommand({ KeyId }))).toMatchObject({
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ECDSA_SHA_256'],
  })
  const symmetric = await createKey()
  const call = send(new GetPublicKeyCommand({ KeyId: symmetric.KeyId }))
  expect(await refusal(call)).toMatch(/^UnsupportedOperationException/)
})

test.each([224, 256, 384, 512] as const)(
  'an HMAC_%d key makes MACs and checks them',
  async (bits) => {
    const { KeyId, Arn } = await createKey({
      KeySpec: `HMAC_${bits}`,
      KeyUsage: 'GENERATE_VERIFY_MAC',
    })
    const MacAlgorithm = `HMAC_SHA_${bits}` as const
    const made = await send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm }))
    expect(made).toMatchObject({ KeyId: Arn, MacAlgorithm })
    expect(made.Mac).toHaveLength(createHmac(`sha${bits}`, 'x').digest().length)
    const check = (message: Buffer, Mac = made.Mac) =>
      send(new VerifyMacCommand({ KeyId, Message: message, MacAlgorithm, Mac }))
    expect(await check(Message)).toMatchObject({ MacValid: true })
    expect(await refusal(check(Buffer.from('other')))).toBe('KMSInvalidMacException')
    expect(await refusal(check(Message, made.Mac!.subarray(1)))).toBe('KMSInvalidMacException')
  },
)

test('a MAC is by the algorithm of the key, and of a key for MACs', async () => {
  const hmac = await createKey({ KeySpec: 'HMAC_224', KeyUsage: 'GENERATE_VERIFY_MAC' })
  const mac = (KeyId: string) =>
    send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' }))
  expect(await refusal(mac(hmac.KeyId))).toBe(
    'InvalidKeyUsageException: Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
  )
  const { KeyId, Arn } = await createKey()
  expect(await refusal(mac(KeyId))).toBe(
    `InvalidKeyUsageException: ${Arn} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.`,
  )
  const encrypted = send(new EncryptCommand({ KeyId: hmac.KeyId, Plaintext: Message }))
  expect(await refusal(encrypted)).toMatch(/^InvalidKeyUsageException/)
})

test('DeriveSharedSecret comes to the secret that the other side comes to', async () => {
  const { KeyId } = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' })
  const ours = await publicKeyOf(KeyId)
  const theirs = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const derive = (key: KeyObject) =>
    send(
      new DeriveSharedSecretCommand({
        KeyId,
        KeyAgreementAlgorithm: 'ECDH',
        PublicKey: key.export({ type: 'spki', format: 'der' }),
      }),
    )
  const { SharedSecret } = await derive(theirs.publicKey)
  const expected = diffieHellman({ privateKey: theirs.privateKey, publicKey: ours })
  expect(Buffer.from(SharedSecret!)).toEqual(expected)
  const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  expect(await refusal(derive(other.publicKey))).toMatch(/^ValidationException/)
})
