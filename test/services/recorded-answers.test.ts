import {
  AttachUserPolicyCommand,
  CreateServiceLinkedRoleCommand,
  IAMClient,
  ListServiceSpecificCredentialsCommand,
} from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  KMSClient,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

// Answers of AWS that its documentation leaves open, as they were recorded of AWS by other people's suites.

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable('was not refused'),
    (error: { name: string; message: string; $metadata: { httpStatusCode: number } }) => error,
  )

test('KMS answers 400 whatever is wrong, and nothing where it says nothing', async () => {
  const kms = emulator.client(KMSClient)
  const KeyId = '134f2428-cec1-4b25-a1ae-9048164dba47'
  expect(await refusal(kms.send(new DescribeKeyCommand({ KeyId })))).toMatchObject({
    name: 'NotFoundException',
    $metadata: { httpStatusCode: 400 },
  })
  const tags = Array.from({ length: 51 }, (_, i) => ({ TagKey: `k${i}`, TagValue: 'v' }))
  expect(await refusal(kms.send(new CreateKeyCommand({ Tags: tags })))).toMatchObject({
    name: 'TagException',
    message: 'Too many tags',
  })
  const rsa = new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })
  const { KeyMetadata } = await kms.send(rsa)
  const rotate = new RotateKeyOnDemandCommand({ KeyId: KeyMetadata!.KeyId })
  expect((await refusal(kms.send(rotate))).name).toBe('UnsupportedOperationException')
  const bodies: string[] = []
  const reading = emulator.client(KMSClient)
  reading.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { body } = result.response as { body: AsyncIterable<Uint8Array> }
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      bodies.push(Buffer.concat(chunks).toString())
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  const CiphertextBlob = Buffer.alloc(200)
  await refusal(reading.send(new DecryptCommand({ CiphertextBlob })))
  expect(bodies).toEqual(['{"__type":"InvalidCiphertextException"}'])
})

test('Secrets Manager wants a token of those who make versions, and refuses impossible names', async () => {
  const plain = emulator.client(SecretsManagerClient)
  const tokenless = emulator.client(SecretsManagerClient)
  tokenless.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: Uint8Array | string; headers: Record<string, string> }
      const { ClientRequestToken: _, ...body } = JSON.parse(
        Buffer.from(request.body).toString(),
      ) as Record<string, unknown>
      request.body = JSON.stringify(body)
      request.headers['content-length'] = String(Buffer.byteLength(request.body))
      return next(args)
    },
    { step: 'build', priority: 'low' },
  )
  const create = (Name: string) => new CreateSecretCommand({ Name, SecretString: 'x' })
  expect(await refusal(tokenless.send(create('tokenless')))).toMatchObject({
    name: 'InvalidRequestException',
    message: 'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  })
  for (const command of [
    create('Inv Name'),
    new DescribeSecretCommand({ SecretId: ' Inv*Name? ' }) as never,
  ]) {
    expect(await refusal(plain.send(command))).toMatchObject({
      name: 'ValidationException',
      message:
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    })
  }
  const { VersionId: first } = await plain.send(create('staged'))
  const SecretId = 'staged'
  const put = (VersionStages?: string[]) =>
    plain.send(new PutSecretValueCommand({ SecretId, SecretString: 'y', VersionStages }))
  const { VersionId: second } = await put(['AWSPENDING'])
  const move = { RemoveFromVersionId: first, MoveToVersionId: second, VersionStage: 'AWSCURRENT' }
  await plain.send(new UpdateSecretVersionStageCommand({ SecretId, ...move }))
  await put()
  const { Versions } = await plain.send(new ListSecretVersionIdsCommand({ SecretId }))
  expect(Versions!.find(({ VersionId }) => VersionId === second)!.VersionStages).toEqual([
    'AWSPREVIOUS',
  ])
})

test('what is no ARN is quoted by STS and not parsed by IAM', async () => {
  const sts = emulator.client(STSClient)
  for (const RoleArn of ['nothing-valid-in-here', 'arn::b:::something/test-role']) {
    const call = sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'one' }))
    expect((await refusal(call)).message).toBe(`${RoleArn} is invalid`)
  }
  const iam = emulator.client(IAMClient)
  const attach = { UserName: 'student', PolicyArn: 'longpolicynamebutnoarn' }
  expect(await refusal(iam.send(new AttachUserPolicyCommand(attach)))).toMatchObject({
    name: 'ValidationError',
    message: 'Invalid ARN:  Could not be parsed!',
  })
  const list = new ListServiceSpecificCredentialsCommand({ UserName: 'student' })
  expect((await iam.send(list)).IsTruncated).toBeUndefined()
  const lex = { AWSServiceName: 'lexv2.amazonaws.com', CustomSuffix: 'mine' }
  const { Role } = await iam.send(new CreateServiceLinkedRoleCommand(lex))
  expect(Role!.RoleName).toBe('AWSServiceRoleForLexV2Bots_mine')
})

test('Parameter Store looks for no name that cannot be', async () => {
  const ssm = emulator.client(SSMClient)
  for (const Name of ['/a//b', 'a/b']) {
    expect((await refusal(ssm.send(new GetParameterCommand({ Name })))).name).toBe(
      'ValidationException',
    )
  }
})
