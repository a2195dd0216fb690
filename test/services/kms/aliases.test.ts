import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { account, refusal, useKms } from './support.ts'

const { send, createKey, clientIn } = useKms()

const aliasArn = (name: string) => `arn:aws:kms:us-east-1:${account}:alias/${name}`
const create = (AliasName: string, TargetKeyId: string) =>
  send(new CreateAliasCommand({ AliasName, TargetKeyId }))
const keyOf = async (KeyId: string) =>
  (await send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!.KeyId

test('an alias and its ARN stand for the key', async () => {
  const { KeyId, Arn } = await createKey()
  await create('alias/app/main', Arn)
  expect(await keyOf('alias/app/main')).toBe(KeyId)
  expect(await keyOf(aliasArn('app/main'))).toBe(KeyId)
  const Plaintext = Buffer.from('x')
  const sealed = await send(new EncryptCommand({ KeyId: 'alias/app/main', Plaintext }))
  expect(sealed.KeyId).toBe(Arn)
  const { Aliases } = await send(new ListAliasesCommand({ KeyId }))
  expect(Aliases).toEqual([
    {
      AliasName: 'alias/app/main',
      AliasArn: aliasArn('app/main'),
      TargetKeyId: KeyId,
      CreationDate: expect.any(Date),
      LastUpdatedDate: expect.any(Date),
    },
  ])
})

test('UpdateAlias points an alias to another key of its kind', async () => {
  const [one, two, rsa] = [
    await createKey(),
    await createKey(),
    await createKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
  ]
  const update = (TargetKeyId: string) =>
    send(new UpdateAliasCommand({ AliasName: 'alias/a', TargetKeyId }))
  expect(await refusal(update(two.KeyId))).toBe(
    `NotFoundException: Alias ${aliasArn('a')} is not found.`,
  )
  await create('alias/a', one.KeyId)
  await update(two.KeyId)
  expect(await keyOf('alias/a')).toBe(two.KeyId)
  expect(await refusal(update(rsa.KeyId))).toMatch(/^ValidationException/)
  await send(new ScheduleKeyDeletionCommand({ KeyId: one.KeyId }))
  expect(await refusal(update(one.KeyId))).toBe(
    `KMSInvalidStateException: ${one.Arn} is pending deletion.`,
  )
  expect(await keyOf('alias/a')).toBe(two.KeyId)
})

test('DeleteAlias leaves the key', async () => {
  const { KeyId } = await createKey()
  await create('alias/a', KeyId)
  await send(new DeleteAliasCommand({ AliasName: 'alias/a' }))
  expect(await refusal(keyOf('alias/a'))).toBe(
    `NotFoundException: Alias ${aliasArn('a')} is not found.`,
  )
  expect(await refusal(send(new DeleteAliasCommand({ AliasName: 'alias/a' })))).toBe(
    `NotFoundException: Alias ${aliasArn('a')} is not found.`,
  )
  expect(await keyOf(KeyId)).toBe(KeyId)
})

test('CreateAlias refuses names that are taken, reserved or none', async () => {
  const { KeyId } = await createKey()
  await create('alias/a', KeyId)
  expect(await refusal(create('alias/a', KeyId))).toBe(
    `AlreadyExistsException: An alias with the name ${aliasArn('a')} already exists`,
  )
  expect(await refusal(create('a', KeyId))).toBe(
    'ValidationException: Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  )
  expect(await refusal(create('alias/aws/mine', KeyId))).toBe('NotAuthorizedException')
  expect(await refusal(create('alias/a:b', KeyId))).toBe(
    'ValidationException: alias/a:b contains invalid characters for an alias',
  )
  expect(await refusal(create('alias/a b', KeyId))).toBe(
    "ValidationException: 1 validation error detected: Value 'alias/a b' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
  )
  expect(await refusal(create('alias/b', 'alias/a'))).toBe(
    'ValidationException: Aliases must refer to keys. Not aliases',
  )
})

test('a key takes 50 aliases', async () => {
  const { KeyId } = await createKey()
  for (let number = 0; number < 50; number++) await create(`alias/a${number}`, KeyId)
  expect(await refusal(create('alias/more', KeyId))).toMatch(/^LimitExceededException/)
  const first = await send(new ListAliasesCommand({ KeyId, Limit: 30 }))
  const Marker = first.NextMarker
  const second = await send(new ListAliasesCommand({ KeyId, Marker }))
  const names = [...first.Aliases!, ...second.Aliases!].map(({ AliasName }) => AliasName)
  expect([first.Truncated, second.Truncated, new Set(names).size]).toEqual([true, false, 50])
})

test('an AWS managed key is made at the first use of its alias, one per region', async () => {
  const managed = async () =>
    (await send(new ListAliasesCommand({ Limit: 100 }))).Aliases!.find(
      ({ AliasName }) => AliasName === 'alias/aws/s3',
    )!
  expect(await managed()).toEqual({
    AliasName: 'alias/aws/s3',
    AliasArn: aliasArn('aws/s3'),
  })
  const KeyId = await keyOf('alias/aws/s3')
  expect((await managed()).TargetKeyId).toBe(KeyId)
  expect(await keyOf('alias/aws/s3')).toBe(KeyId)
  expect((await send(new ListKeysCommand({}))).Keys!.map((key) => key.KeyId)).toEqual([KeyId])
  const { KeyMetadata } = await send(new DescribeKeyCommand({ KeyId }))
  expect(KeyMetadata).toMatchObject({
    KeyManager: 'AWS',
    Description: 'Default key that protects my S3 objects when no other key is defined',
  })
  const { Policy } = await send(new GetKeyPolicyCommand({ KeyId }))
  expect(Policy).toContain('s3.us-east-1.amazonaws.com')
  const there = clientIn('eu-west-1')
  const other = await there.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }))
  expect(other.KeyMetadata!.KeyId).not.toBe(KeyId)
  expect(await send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({
    KeyRotationEnabled: true,
    RotationPeriodInDays: 365,
  })
})

test('an AWS managed key is for its service: not even an administrator uses or changes it', async () => {
  const KeyId = await keyOf('alias/aws/s3')
  const use = send(new EncryptCommand({ KeyId: 'alias/aws/s3', Plaintext: Buffer.from('x') }))
  expect(await refusal(use)).toMatch(
    /^AccessDeniedException: .* kms:Encrypt .* because no resource-based policy allows the kms:Encrypt action$/,
  )
  expect(await refusal(send(new ScheduleKeyDeletionCommand({ KeyId: KeyId! })))).toMatch(
    /^AccessDeniedException/,
  )
})
