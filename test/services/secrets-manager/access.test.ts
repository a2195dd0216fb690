import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
  StopReplicationToReplicaCommand,
  ValidateResourcePolicyCommand,
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

const policyFor = (Principal: unknown, Effect = 'Allow') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect, Principal, Action: 'secretsmanager:GetSecretValue', Resource: '*' },
  })

const putPolicy = (SecretId: string, ResourcePolicy: string, BlockPublicPolicy?: boolean) =>
  client.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy, BlockPublicPolicy }))

describe('a resource policy', () => {
  test('lets in users without policies of their own, and keeps out those with', async () => {
    const iam = emulator.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'app' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'app' }))
    const app = secretsOf(
      emulator.client(SecretsManagerClient, {
        credentials: {
          accessKeyId: AccessKey!.AccessKeyId,
          secretAccessKey: AccessKey!.SecretAccessKey,
        },
      }),
    )
    await secrets.create('shared')
    await expect(app.value('shared')).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await putPolicy('shared', policyFor({ AWS: 'arn:aws:iam::123456789012:user/app' }))
    expect(await app.value('shared')).toBe('hunter2')
    await putPolicy('shared', policyFor('*', 'Deny'))
    await expect(secrets.value('shared')).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await client.send(new DeleteResourcePolicyCommand({ SecretId: 'shared' }))
    expect(await secrets.value('shared')).toBe('hunter2')
    const none = await client.send(new GetResourcePolicyCommand({ SecretId: 'shared' }))
    expect(none.ResourcePolicy).toBeUndefined()
  })

  test('is refused with a syntax error, with principals that are not there, and where it is public', async () => {
    await secrets.create('guarded')
    await expect(putPolicy('guarded', 'no policy')).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'This resource policy contains a syntax error.',
    })
    await expect(
      putPolicy('guarded', policyFor({ AWS: 'arn:aws:iam::123456789012:user/nobody' })),
    ).rejects.toMatchObject({
      message: 'This resource policy contains an unsupported principal.',
    })
    await expect(putPolicy('guarded', policyFor('*'), true)).rejects.toMatchObject({
      name: 'PublicPolicyException',
    })
    const validate = (ResourcePolicy: string) =>
      client.send(new ValidateResourcePolicyCommand({ ResourcePolicy }))
    expect(await validate(policyFor('*'))).toMatchObject({ PolicyValidationPassed: false })
    expect(await validate(policyFor({ AWS: 'arn:aws:iam::123456789012:root' }))).toMatchObject({
      PolicyValidationPassed: true,
      ValidationErrors: [],
    })
  })
})

test('a secret is read with the key that it was encrypted by, and not without', async () => {
  const kms = emulator.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await secrets.create('locked', { KmsKeyId: KeyMetadata!.Arn })
  expect((await secrets.describe('locked')).KmsKeyId).toBe(KeyMetadata!.Arn)
  expect(await secrets.value('locked')).toBe('hunter2')
  await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId }))
  await expect(secrets.value('locked')).rejects.toMatchObject({ name: 'DecryptionFailure' })
  await expect(secrets.create('lost', { KmsKeyId: 'alias/nothing' })).rejects.toMatchObject({
    name: 'EncryptionFailure',
  })
})

describe('replicas', () => {
  test('follow their primary, and are changed only there', async () => {
    const there = emulator.client(SecretsManagerClient, { region: 'eu-west-1' })
    const replica = secretsOf(there)
    const { ARN } = await secrets.create('global')
    const { ReplicationStatus } = await client.send(
      new ReplicateSecretToRegionsCommand({
        SecretId: 'global',
        AddReplicaRegions: [{ Region: 'eu-west-1' }],
      }),
    )
    expect(ReplicationStatus).toEqual([{ Region: 'eu-west-1', Status: 'InSync' }])
    await client.send(new PutSecretValueCommand({ SecretId: 'global', SecretString: 'new' }))
    expect(await replica.value(ARN!.replace('us-east-1', 'eu-west-1'))).toBe('new')
    expect((await replica.describe('global')).PrimaryRegion).toBe('us-east-1')
    await expect(
      there.send(new PutSecretValueCommand({ SecretId: 'global', SecretString: 'mine' })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
    })
    await there.send(new StopReplicationToReplicaCommand({ SecretId: 'global' }))
    await there.send(new PutSecretValueCommand({ SecretId: 'global', SecretString: 'mine' }))
    expect(await secrets.value('global')).toBe('new')
    expect((await secrets.describe('global')).ReplicationStatus).toBeUndefined()
  })

  test('fail where another secret has the name, and go when their region is removed', async () => {
    const replica = secretsOf(emulator.client(SecretsManagerClient, { region: 'eu-west-2' }))
    await secrets.create('taken')
    await replica.create('taken', { SecretString: 'other' })
    const replicate = (ForceOverwriteReplicaSecret: boolean) =>
      client.send(
        new ReplicateSecretToRegionsCommand({
          SecretId: 'taken',
          AddReplicaRegions: [{ Region: 'eu-west-2' }],
          ForceOverwriteReplicaSecret,
        }),
      )
    expect((await replicate(false)).ReplicationStatus).toMatchObject([{ Status: 'Failed' }])
    expect(await replica.value('taken')).toBe('other')
    expect((await replicate(true)).ReplicationStatus).toMatchObject([{ Status: 'InSync' }])
    expect(await replica.value('taken')).toBe('hunter2')
    await client.send(
      new RemoveRegionsFromReplicationCommand({
        SecretId: 'taken',
        RemoveReplicaRegions: ['eu-west-2'],
      }),
    )
    await expect(replica.describe('taken')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})
