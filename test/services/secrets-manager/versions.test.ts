import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

const put = async (SecretId: string, SecretString: string, VersionStages?: string[]) =>
  (await client.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages })))
    .VersionId!

const move = (input: Omit<UpdateSecretVersionStageCommandInput, 'SecretId'>, SecretId: string) =>
  client.send(new UpdateSecretVersionStageCommand({ SecretId, ...input }))

test('a new value makes the current one the previous one, and the one before deprecated', async () => {
  const { VersionId: first } = await secrets.create('kept')
  const second = await put('kept', 'two')
  const third = await put('kept', 'three')
  expect((await secrets.describe('kept')).VersionIdsToStages).toEqual({
    [second]: ['AWSPREVIOUS'],
    [third]: ['AWSCURRENT'],
  })
  expect(await secrets.value('kept', 'AWSPREVIOUS')).toBe('two')
  const list = async (IncludeDeprecated: boolean) => {
    const { Versions } = await client.send(
      new ListSecretVersionIdsCommand({ SecretId: 'kept', IncludeDeprecated }),
    )
    return Versions!.map(({ VersionId }) => VersionId)
  }
  expect(await list(false)).toEqual([second, third])
  expect(await list(true)).toEqual([first, second, third])
  const old = await client.send(new GetSecretValueCommand({ SecretId: 'kept', VersionId: first! }))
  expect(old.SecretString).toBe('hunter2')
  await expect(
    client.send(
      new GetSecretValueCommand({
        SecretId: 'kept',
        VersionId: first!,
        VersionStage: 'AWSCURRENT',
      }),
    ),
  ).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: 'You provided a VersionStage that is not associated to the provided VersionId.',
  })
})

test('labels move from the version that has them', async () => {
  const { VersionId: first } = await secrets.create('rotated')
  const second = await put('rotated', 'new', ['AWSPENDING'])
  expect(await secrets.value('rotated')).toBe('hunter2')
  await expect(
    move({ VersionStage: 'AWSCURRENT', MoveToVersionId: second }, 'rotated'),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${first}, so you must explicitly reference that version in RemoveFromVersionId.`,
  })
  await move(
    { VersionStage: 'AWSCURRENT', MoveToVersionId: second, RemoveFromVersionId: first },
    'rotated',
  )
  expect((await secrets.describe('rotated')).VersionIdsToStages).toEqual({
    [first!]: ['AWSPREVIOUS'],
    [second]: ['AWSPENDING', 'AWSCURRENT'],
  })
  expect(await secrets.value('rotated')).toBe('new')
  await move({ VersionStage: 'AWSPENDING', RemoveFromVersionId: second }, 'rotated')
  await expect(
    move({ VersionStage: 'AWSCURRENT', RemoveFromVersionId: second }, 'rotated'),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('PutSecretValue needs a value, and takes one only once per token', async () => {
  await secrets.create('put')
  await expect(client.send(new PutSecretValueCommand({ SecretId: 'put' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: 'You must provide either SecretString or SecretBinary.',
  })
  const token = '99999999-2222-3333-4444-555555555555'
  const again = (SecretString: string) =>
    client.send(
      new PutSecretValueCommand({ SecretId: 'put', SecretString, ClientRequestToken: token }),
    )
  await again('once')
  await again('once')
  await expect(again('twice')).rejects.toMatchObject({ name: 'ResourceExistsException' })
})
