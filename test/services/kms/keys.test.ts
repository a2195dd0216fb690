import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  paginateListKeys,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
  type CreateKeyCommandInput,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { account, day, refusal, text, useKms } from './support.ts'

const { emulator, send, createKey, clientIn, root } = useKms()

const stateOf = async (KeyId: string) =>
  (await send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!.KeyState
const encrypt = (KeyId: string) => send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))

describe('CreateKey', () => {
  test('makes an enabled symmetric key that is described as it was made', async () => {
    const made = await createKey({ Description: 'mine', Tags: [{ TagKey: 'a', TagValue: 'b' }] })
    expect(made).toMatchObject({
      AWSAccountId: account,
      Arn: `arn:aws:kms:us-east-1:${account}:key/${made.KeyId}`,
      Description: 'mine',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    })
    expect(made.KeyId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(Math.abs(made.CreationDate.getTime() - emulator().now())).toBeLessThan(5000)
    for (const KeyId of [made.KeyId, made.Arn]) {
      expect((await send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toEqual(made)
    }
    const { Tags } = await send(new ListResourceTagsCommand({ KeyId: made.KeyId }))
    expect(Tags).toEqual([{ TagKey: 'a', TagValue: 'b' }])
  })

  test.each([
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'EncryptionAlgorithms'],
    ['ECC_NIST_P521', 'SIGN_VERIFY', 'SigningAlgorithms'],
    ['HMAC_384', 'GENERATE_VERIFY_MAC', 'MacAlgorithms'],
    ['ECC_NIST_P256', 'KEY_AGREEMENT', 'KeyAgreementAlgorithms'],
  ] as const)('makes a key of the spec %s for %s', async (KeySpec, KeyUsage, list) => {
    const made = await createKey({ KeySpec, KeyUsage })
    expect(made).toMatchObject({ KeySpec, KeyUsage, CustomerMasterKeySpec: KeySpec })
    expect(made[list].length).toBeGreaterThan(0)
  })

  test('a multi-Region key is a primary without replicas', async () => {
    const { KeyId, MultiRegionConfiguration, Arn } = await createKey({ MultiRegion: true })
    expect(KeyId).toMatch(/^mrk-[\da-f]{32}$/)
    expect(MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn, Region: 'us-east-1' },
      ReplicaKeys: [],
    })
  })

  test.each<[CreateKeyCommandInput, string]>([
    [
      { KeySpec: 'HMAC_256' },
      'ValidationException: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ],
    [
      { KeyUsage: 'SIGN_VERIFY' },
      'ValidationException: KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT',
    ],
    [
      { Tags: [1, 2].map((n) => ({ TagKey: 'k', TagValue: String(n) })) },
      'TagException: Duplicate tag keys',
    ],
  ])('refuses %j', async (input, expected) => {
    expect(await refusal(createKey(input))).toBe(expected)
    expect((await send(new ListKeysCommand({}))).Keys).toEqual([])
  })

  test('refuses material from outside, and what is no spec', async () => {
    expect(await refusal(createKey({ Origin: 'EXTERNAL' }))).toMatch(
      /^UnsupportedOperationException: .*EXTERNAL/,
    )
    expect(await refusal(send(new CreateKeyCommand({ KeySpec: 'DES' as never })))).toMatch(
      /^ValidationException: 1 validation error detected: Value 'DES' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: \[/,
    )
  })
})

describe('a key that is named', () => {
  test('is found in its own region and account only', async () => {
    const { KeyId, Arn } = await createKey()
    const elsewhere = clientIn('eu-west-1')
    expect(await refusal(elsewhere.send(new DescribeKeyCommand({ KeyId })))).toBe(
      `NotFoundException: Key 'arn:aws:kms:eu-west-1:${account}:key/${KeyId}' does not exist`,
    )
    expect(await refusal(elsewhere.send(new DescribeKeyCommand({ KeyId: Arn })))).toBe(
      'NotFoundException: Invalid arn us-east-1',
    )
    const stranger = root('999999999999')
    expect(await refusal(stranger.send(new DescribeKeyCommand({ KeyId })))).toBe(
      `NotFoundException: Key 'arn:aws:kms:us-east-1:999999999999:key/${KeyId}' does not exist`,
    )
    expect(await refusal(stranger.send(new DescribeKeyCommand({ KeyId: Arn })))).toMatch(
      /^AccessDeniedException: User: arn:aws:iam::999999999999:root is not authorized to perform: kms:DescribeKey/,
    )
    expect((await stranger.send(new ListKeysCommand({}))).Keys).toEqual([])
  })

  test.each([
    ['fake-key-id', "NotFoundException: Invalid keyId 'fake-key-id'"],
    [
      'alias/none',
      `NotFoundException: Alias arn:aws:kms:us-east-1:${account}:alias/none is not found.`,
    ],
    ['arn:aws:s3:::bucket', 'InvalidArnException: Invalid arn arn:aws:s3:::bucket'],
  ])('%s is not found', async (KeyId, expected) => {
    expect(await refusal(send(new DescribeKeyCommand({ KeyId })))).toBe(expected)
  })

  test('operations that change a key take no alias', async () => {
    const { KeyId } = await createKey()
    await send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: KeyId }))
    expect(await refusal(send(new DisableKeyCommand({ KeyId: 'alias/mine' })))).toBe(
      "NotFoundException: Invalid keyId 'alias/mine'",
    )
    expect(await stateOf('alias/mine')).toBe('Enabled')
  })
})

test('ListKeys gives every key once, page by page', async () => {
  const ids = await Promise.all(Array.from({ length: 7 }, async () => (await createKey()).KeyId))
  const listed: string[] = []
  let pages = 0
  const client = clientIn('us-east-1')
  for await (const { Keys, Truncated } of paginateListKeys({ client, pageSize: 3 }, {})) {
    pages += 1
    expect(Truncated).toBe(pages < 3)
    listed.push(...Keys!.map(({ KeyId }) => KeyId!))
  }
  expect(pages).toBe(3)
  expect(new Set(listed)).toEqual(new Set(ids))
  expect(listed).toHaveLength(7)
  expect(await refusal(send(new ListKeysCommand({ Marker: 'nonsense' })))).toMatch(
    /^InvalidMarkerException/,
  )
})

test('a disabled key encrypts nothing until it is enabled again', async () => {
  const { KeyId, Arn } = await createKey()
  await send(new DisableKeyCommand({ KeyId }))
  expect((await send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({
    Enabled: false,
    KeyState: 'Disabled',
  })
  expect(await refusal(encrypt(KeyId))).toBe(`DisabledException: ${Arn} is disabled.`)
  await send(new EnableKeyCommand({ KeyId }))
  await encrypt(KeyId)
})

describe('ScheduleKeyDeletion', () => {
  test('deletes the key with its aliases when the waiting period is over, not before', async () => {
    const { KeyId, Arn } = await createKey()
    await send(new CreateAliasCommand({ AliasName: 'alias/doomed', TargetKeyId: KeyId }))
    const scheduled = await send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    expect(scheduled).toMatchObject({
      KeyId: Arn,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 7,
    })
    const left = scheduled.DeletionDate!.getTime() - emulator().now()
    expect(Math.abs(left - 7 * day)).toBeLessThan(5000)
    expect(await refusal(encrypt(KeyId))).toBe(
      `KMSInvalidStateException: ${Arn} is pending deletion.`,
    )
    await emulator().advance(6.9 * day)
    expect(await stateOf(KeyId)).toBe('PendingDeletion')
    await emulator().advance(0.2 * day)
    expect(await refusal(send(new DescribeKeyCommand({ KeyId })))).toBe(
      `NotFoundException: Key '${Arn}' does not exist`,
    )
    const { Aliases } = await send(new ListAliasesCommand({}))
    expect(Aliases!.map(({ AliasName }) => AliasName)).not.toContain('alias/doomed')
  })

  test('a cancelled deletion leaves the key disabled, for good', async () => {
    const { KeyId, Arn } = await createKey()
    expect(await refusal(send(new CancelKeyDeletionCommand({ KeyId })))).toBe(
      `KMSInvalidStateException: ${Arn} is not pending deletion.`,
    )
    await send(new ScheduleKeyDeletionCommand({ KeyId }))
    expect(await refusal(send(new ScheduleKeyDeletionCommand({ KeyId })))).toBe(
      `KMSInvalidStateException: ${Arn} is pending deletion.`,
    )
    expect(await send(new CancelKeyDeletionCommand({ KeyId }))).toMatchObject({ KeyId: Arn })
    await emulator().advance(40 * day)
    expect(await stateOf(KeyId)).toBe('Disabled')
  })

  test.each([6, 31])('refuses to wait %d days', async (PendingWindowInDays) => {
    const { KeyId } = await createKey()
    const call = send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))
    expect(await refusal(call)).toMatch(/^ValidationException: .*7.*30/)
    expect(await stateOf(KeyId)).toBe('Enabled')
  })
})

test('tags and the description of a key change', async () => {
  const { KeyId } = await createKey({ Tags: [{ TagKey: 'a', TagValue: '1' }] })
  const Tags = [
    { TagKey: 'a', TagValue: '2' },
    { TagKey: 'b', TagValue: '' },
  ]
  await send(new TagResourceCommand({ KeyId, Tags }))
  const tags = async () => (await send(new ListResourceTagsCommand({ KeyId }))).Tags
  expect(await tags()).toEqual(Tags)
  await send(new UntagResourceCommand({ KeyId, TagKeys: ['a', 'none'] }))
  expect(await tags()).toEqual([{ TagKey: 'b', TagValue: '' }])
  expect(
    await refusal(
      send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'aws:x', TagValue: '' }] })),
    ),
  ).toMatch(/^TagException/)
  await send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'new' }))
  const { KeyMetadata } = await send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata!.Description).toBe('new')
})

test("a key has AWS's default policy", async () => {
  const { KeyId } = await createKey()
  const { Policy, PolicyName } = await send(new GetKeyPolicyCommand({ KeyId }))
  expect(PolicyName).toBe('default')
  expect(JSON.parse(Policy!)).toEqual({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })
})

test('keys outlive a save and restore, and still decrypt', async () => {
  const { KeyId } = await createKey()
  const { CiphertextBlob } = await encrypt(KeyId)
  const archive = await buffer(emulator().save())
  emulator().reset()
  expect(await refusal(send(new DecryptCommand({ CiphertextBlob })))).toMatch(
    /^AccessDeniedException: The ciphertext refers to a customer master key that does not exist/,
  )
  await emulator().restore(Readable.from([archive]))
  expect(text((await send(new DecryptCommand({ CiphertextBlob }))).Plaintext)).toBe('x')
})
