import {
  BatchGetSecretValueCommand,
  DeleteSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  type ListSecretsCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { secretsOf } from './support.ts'

let emulator: TestEmulator
let client: SecretsManagerClient
let secrets: ReturnType<typeof secretsOf>
beforeAll(async () => {
  emulator = await startTestEmulator()
  client = emulator.client(SecretsManagerClient)
  secrets = secretsOf(client)
})
afterAll(() => emulator.close())

const day = 24 * 3600 * 1000

describe('a secret', () => {
  test('is found by its name, its ARN and its ARN without the suffix', async () => {
    const { ARN } = await secrets.create('app/db')
    expect(ARN).toMatch(
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:app\/db-[A-Za-z\d]{6}$/,
    )
    expect(await secrets.value('app/db')).toBe('hunter2')
    expect(await secrets.value(ARN!)).toBe('hunter2')
    expect(await secrets.value(ARN!.slice(0, -7))).toBe('hunter2')
    await expect(secrets.value('app')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    })
    const elsewhere = secretsOf(emulator.client(SecretsManagerClient, { region: 'eu-west-1' }))
    await expect(elsewhere.value('app/db')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })

  test('may be bytes, and may be without a value', async () => {
    const bytes = Buffer.from([0, 255, 1])
    await secrets.create('bytes', { SecretString: undefined, SecretBinary: bytes })
    const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: 'bytes' }))
    expect(Buffer.from(SecretBinary!)).toEqual(bytes)
    const made = await secrets.create('empty', { SecretString: undefined })
    expect(made.VersionId).toBeUndefined()
    await expect(secrets.value('empty')).rejects.toMatchObject({
      message:
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    })
  })

  test('is made once: the same request again changes nothing', async () => {
    const ClientRequestToken = '11111111-2222-3333-4444-555555555555'
    const first = await secrets.create('once', { ClientRequestToken })
    const second = await secrets.create('once', { ClientRequestToken })
    expect(second.ARN).toBe(first.ARN)
    expect(second.VersionId).toBe(ClientRequestToken)
    await expect(
      secrets.create('once', { ClientRequestToken, SecretString: 'other' }),
    ).rejects.toMatchObject({
      name: 'ResourceExistsException',
      message: `You can't use ClientRequestToken ${ClientRequestToken} because that value is already in use for a version of secret ${first.ARN}.`,
    })
    await expect(secrets.create('once')).rejects.toMatchObject({
      name: 'ResourceExistsException',
      message: 'The operation failed because the secret once already exists.',
    })
  })

  test('is described without its value, and updated', async () => {
    await secrets.create('described', { Description: 'first', Tags: [{ Key: 'a', Value: 'b' }] })
    await client.send(new UpdateSecretCommand({ SecretId: 'described', Description: 'second' }))
    const described = await secrets.describe('described')
    expect(described).toMatchObject({ Description: 'second', Tags: [{ Key: 'a', Value: 'b' }] })
    expect(Object.values(described.VersionIdsToStages!)).toEqual([['AWSCURRENT']])
    expect(JSON.stringify(described)).not.toContain('hunter2')
    await client.send(
      new TagResourceCommand({ SecretId: 'described', Tags: [{ Key: 'c', Value: 'd' }] }),
    )
    await client.send(new UntagResourceCommand({ SecretId: 'described', TagKeys: ['a'] }))
    expect((await secrets.describe('described')).Tags).toEqual([{ Key: 'c', Value: 'd' }])
  })
})

describe('DeleteSecret', () => {
  test('waits for its recovery window, in which the secret can be restored', async () => {
    await secrets.create('recovered')
    const remove = () =>
      client.send(new DeleteSecretCommand({ SecretId: 'recovered', RecoveryWindowInDays: 7 }))
    const { DeletionDate } = await remove()
    expect(DeletionDate!.getTime() - emulator.now()).toBeGreaterThan(6 * day)
    await expect(secrets.value('recovered')).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    })
    await expect(secrets.create('recovered')).rejects.toMatchObject({
      name: 'InvalidRequestException',
    })
    await client.send(new RestoreSecretCommand({ SecretId: 'recovered' }))
    await emulator.advance(8 * day)
    expect(await secrets.value('recovered')).toBe('hunter2')
    await remove()
    await emulator.advance(8 * day)
    await expect(secrets.describe('recovered')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    await secrets.create('recovered')
  })

  test('by force is at once, and of what is not there too', async () => {
    await secrets.create('forced')
    const force = { SecretId: 'forced', ForceDeleteWithoutRecovery: true }
    await client.send(new DeleteSecretCommand(force))
    await expect(secrets.value('forced')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    await client.send(new DeleteSecretCommand(force))
    await expect(
      client.send(new DeleteSecretCommand({ ...force, RecoveryWindowInDays: 7 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await expect(
      client.send(new DeleteSecretCommand({ SecretId: 'forced', RecoveryWindowInDays: 6 })),
    ).rejects.toMatchObject({
      message: 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    })
  })
})

describe('ListSecrets', () => {
  const list = async (input: ListSecretsCommandInput) =>
    (await client.send(new ListSecretsCommand(input))).SecretList!.map(({ Name }) => Name)

  test('filters by the beginning of names and tags, and by words of descriptions', async () => {
    await secrets.create('list/OrderDb', { Description: 'Orders of the shop' })
    await secrets.create('list/users', {
      Description: 'users',
      Tags: [{ Key: 'listed', Value: 'yes' }],
    })
    const byKey = (Key: 'name' | 'description' | 'tag-key' | 'all', ...Values: string[]) =>
      list({ Filters: [{ Key, Values }] })
    expect(await byKey('name', 'list/')).toEqual(['list/OrderDb', 'list/users'])
    expect(await byKey('description', 'SHOP orders')).toEqual(['list/OrderDb'])
    expect(await byKey('tag-key', 'list')).toEqual(['list/users'])
    expect(await byKey('all', 'db')).toContain('list/OrderDb')
    expect(await byKey('name', '!list/')).not.toContain('list/users')
  })

  test('comes in pages', async () => {
    const first = await client.send(new ListSecretsCommand({ MaxResults: 2 }))
    expect(first.SecretList).toHaveLength(2)
    const rest = await client.send(new ListSecretsCommand({ NextToken: first.NextToken }))
    const names = rest.SecretList!.map(({ Name }) => Name)
    expect(names).not.toContain(first.SecretList![0]!.Name)
    await expect(
      client.send(new ListSecretsCommand({ NextToken: 'nonsense' })),
    ).rejects.toMatchObject({ name: 'InvalidNextTokenException' })
  })
})

test('BatchGetSecretValue tells of each secret that it can not read', async () => {
  await secrets.create('batched')
  const { SecretValues, Errors } = await client.send(
    new BatchGetSecretValueCommand({ SecretIdList: ['batched', 'missing'] }),
  )
  expect(SecretValues).toMatchObject([{ Name: 'batched', SecretString: 'hunter2' }])
  expect(Errors).toMatchObject([{ SecretId: 'missing', ErrorCode: 'ResourceNotFoundException' }])
})

test('GetRandomPassword has each kind of character that is not excluded', async () => {
  const password = async (input: object) =>
    (await client.send(new GetRandomPasswordCommand(input))).RandomPassword!
  const usual = await password({})
  expect(usual).toHaveLength(32)
  for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[!-/:-@[-`{-~]/]) expect(usual).toMatch(kind)
  const plain = await password({
    PasswordLength: 100,
    ExcludePunctuation: true,
    ExcludeCharacters: 'aA1',
  })
  expect(plain).toMatch(/^[b-zB-Z02-9]{100}$/)
  await expect(password({ PasswordLength: 3 })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Password length is too short based on the required types.',
  })
})
