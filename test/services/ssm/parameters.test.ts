import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let ssm: SSMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  ssm = emulator.client(SSMClient)
})
afterAll(() => emulator.close())
beforeEach(() => emulator.reset())

const put = (Name: string, Value: string, more: object = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }))
const get = async (Name: string, WithDecryption?: boolean) =>
  (await ssm.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter!

test('a parameter has versions, which are found by number and by label', async () => {
  expect(await put('/app/db', 'one', { Description: 'd' })).toMatchObject({
    Version: 1,
    Tier: 'Standard',
  })
  await expect(put('/app/db', 'two')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' })
  await put('/app/db', 'two', { Overwrite: true, Type: undefined })
  expect(await get('/app/db')).toMatchObject({
    Name: '/app/db',
    Value: 'two',
    Version: 2,
    Type: 'String',
    DataType: 'text',
    ARN: 'arn:aws:ssm:us-east-1:123456789012:parameter/app/db',
  })
  expect(await get('/app/db:1')).toMatchObject({ Value: 'one', Selector: ':1' })
  expect(await get('arn:aws:ssm:us-east-1:123456789012:parameter/app/db')).toMatchObject({
    Value: 'two',
  })
  await expect(get('/app/db:9')).rejects.toMatchObject({
    name: 'ParameterVersionNotFound',
    message:
      'Systems Manager could not find version 9 of /app/db. Verify the version and try again.',
  })
  await expect(put('/app/db', 'x', { Overwrite: true, Type: 'StringList' })).rejects.toMatchObject({
    name: 'HierarchyTypeMismatchException',
  })
  const label = (ParameterVersion: number, ...Labels: string[]) =>
    ssm.send(new LabelParameterVersionCommand({ Name: '/app/db', ParameterVersion, Labels }))
  await label(1, 'prod')
  await label(2, 'prod', 'next')
  expect(await label(2, '9no')).toMatchObject({ InvalidLabels: ['9no'] })
  expect(await get('/app/db:prod')).toMatchObject({ Value: 'two', Selector: ':prod' })
  await ssm.send(
    new UnlabelParameterVersionCommand({
      Name: '/app/db',
      ParameterVersion: 2,
      Labels: ['next', 'other'],
    }),
  )
  const { Parameters } = await ssm.send(new GetParameterHistoryCommand({ Name: '/app/db' }))
  expect(Parameters).toMatchObject([
    { Version: 1, Value: 'one', Labels: [], Description: 'd' },
    {
      Version: 2,
      Value: 'two',
      Labels: ['prod'],
      LastModifiedUser: 'arn:aws:iam::123456789012:user/student',
    },
  ])
})

test('a name of one level is found with its slash and without', async () => {
  await put('plain', 'v')
  expect(await get('/plain')).toMatchObject({ Name: 'plain', Value: 'v' })
  await ssm.send(new DeleteParameterCommand({ Name: '/plain' }))
  await expect(get('plain')).rejects.toMatchObject({
    name: 'ParameterNotFound',
    message: 'Parameter plain not found.',
  })
  await expect(ssm.send(new DeleteParameterCommand({ Name: 'plain' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  })
})

test.each([
  ['/aws/x', 'AccessDeniedException', 'No access to reserved parameter name: /aws/x.'],
  ['ssm-x', 'ValidationException', /can't be prefixed with "aws" or "ssm"/],
  ['a/b', 'ValidationException', 'Parameter name must be a fully qualified name.'],
  ['/a b', 'ValidationException', /mix of letters, numbers/],
  ['/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16', 'HierarchyLevelLimitExceededException', /15/],
])('the name %s is refused', async (name, code, message) => {
  const refused = await put(name, 'v').catch((error: Error) => error)
  expect(refused).toMatchObject({ name: code })
  expect((refused as Error).message).toMatch(message)
})

test('values are held to their tier, their pattern and their data type', async () => {
  await expect(put('/v', 'x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' })
  expect(await put('/v', 'x'.repeat(4097), { Tier: 'Intelligent-Tiering' })).toMatchObject({
    Tier: 'Advanced',
  })
  await expect(put('/p', 'abc', { AllowedPattern: '^\\d+$' })).rejects.toMatchObject({
    name: 'ParameterPatternMismatchException',
  })
  // It would go on for longer than the sun.
  const endless = put('/e', `${'a'.repeat(60)}!`, { AllowedPattern: '^(a+)+$' })
  await expect(endless).rejects.toMatchObject({ name: 'ParameterPatternMismatchException' })
  await expect(put('/i', 'nothing', { DataType: 'aws:ec2:image' })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await expect(put('/d', 'v', { DataType: 'json' })).rejects.toMatchObject({
    message: 'The following data type is not supported: json (Data type names are all lowercase.)',
  })
})

test('a path lists a level or everything below it, in pages', async () => {
  for (const name of ['/a/1', '/a/2', '/a/b/3', '/ab/4', 'top']) await put(name, 'v')
  const names = async (Path: string, Recursive = false) => {
    const found: string[] = []
    const pages = paginateGetParametersByPath({ client: ssm, pageSize: 1 }, { Path, Recursive })
    for await (const { Parameters } of pages) found.push(...Parameters!.map((one) => one.Name!))
    return found
  }
  expect(await names('/a')).toEqual(['/a/1', '/a/2'])
  expect(await names('/a/', true)).toEqual(['/a/1', '/a/2', '/a/b/3'])
  expect(await names('/')).toEqual(['top'])
  const { Parameters, InvalidParameters } = await ssm.send(
    new GetParametersCommand({ Names: ['/a/1', '/none', 'top:7'] }),
  )
  expect(Parameters!.map(({ Name }) => Name)).toEqual(['/a/1'])
  expect(InvalidParameters).toEqual(['/none', 'top:7'])
  expect(await ssm.send(new DeleteParametersCommand({ Names: ['/a/1', '/none'] }))).toMatchObject({
    DeletedParameters: ['/a/1'],
    InvalidParameters: ['/none'],
  })
})

test('DescribeParameters filters by name, path, type and tag', async () => {
  await put('/a/1', 'v', { Tags: [{ Key: 'team', Value: 'ml' }] })
  await put('/a/b/2', 'x,y', { Type: 'StringList' })
  const names = async (...ParameterFilters: { Key: string; Option?: string; Values: string[] }[]) =>
    (await ssm.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters!.map(
      ({ Name }) => Name,
    )
  expect(await names({ Key: 'Name', Option: 'BeginsWith', Values: ['/a'] })).toHaveLength(2)
  expect(await names({ Key: 'Path', Option: 'OneLevel', Values: ['/a'] })).toEqual(['/a/1'])
  expect(await names({ Key: 'Type', Values: ['StringList'] })).toEqual(['/a/b/2'])
  expect(await names({ Key: 'tag:team', Values: ['ml'] })).toEqual(['/a/1'])
  await expect(names({ Key: 'Label', Values: ['x'] })).rejects.toMatchObject({
    name: 'InvalidFilterKey',
  })
  const tags = { ResourceType: 'Parameter' as const, ResourceId: '/a/1' }
  await ssm.send(new AddTagsToResourceCommand({ ...tags, Tags: [{ Key: 'b', Value: '' }] }))
  await ssm.send(new RemoveTagsFromResourceCommand({ ...tags, TagKeys: ['team'] }))
  expect((await ssm.send(new ListTagsForResourceCommand(tags))).TagList).toEqual([
    { Key: 'b', Value: '' },
  ])
})

test('a SecureString is encrypted by its key, and can be read only with it', async () => {
  const kms = emulator.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  await put('/secret', 'hunter2', { Type: 'SecureString' })
  await put('/own', 'mine', { Type: 'SecureString', KeyId: KeyMetadata!.KeyId })
  expect((await get('/secret')).Value).not.toContain('hunter2')
  expect(await get('/secret', true)).toMatchObject({ Value: 'hunter2', Type: 'SecureString' })
  const { Parameters } = await ssm.send(new DescribeParametersCommand({}))
  expect(Parameters!.map(({ KeyId }) => KeyId)).toEqual([KeyMetadata!.KeyId, 'alias/aws/ssm'])
  await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId! }))
  await expect(get('/own', true)).rejects.toMatchObject({ name: 'InvalidKeyId' })
})

test('an expiration deletes its parameter at its time', async () => {
  const Timestamp = new Date(Date.now() + 86_400_000).toISOString()
  const policy = { Type: 'Expiration', Version: '1.0', Attributes: { Timestamp } }
  const Policies = JSON.stringify([policy])
  await expect(put('/soon', 'v', { Policies })).rejects.toMatchObject({
    name: 'ValidationException',
  })
  await put('/soon', 'v', { Policies, Tier: 'Advanced' })
  await emulator.advance(86_000_000)
  expect(await get('/soon')).toMatchObject({ Value: 'v' })
  await emulator.advance(1_000_000)
  await expect(get('/soon')).rejects.toMatchObject({ name: 'ParameterNotFound' })
})

test.each([
  ['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64', /^al2023-ami-2023/],
  ['/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2', /^amzn2-ami-hvm-2\.0/],
  ['/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id', /jammy/],
  ['/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id', /al2023-ami-ecs/],
  ['/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base', /Windows_Server-2022/],
  [
    '/aws/service/deeplearning/ami/x86_64/oss-nvidia-driver-gpu-pytorch-2.7-ubuntu-22.04/latest/ami-id',
    /PyTorch 2\.7 \(Ubuntu 22\.04\)/,
  ],
])('the public parameter %s names an image of the region', async (name, image) => {
  const { Value, ARN } = await get(name)
  expect(ARN).toBe(`arn:aws:ssm:us-east-1::parameter${name}`)
  const { Images } = await emulator
    .client(EC2Client)
    .send(new DescribeImagesCommand({ ImageIds: [Value!] }))
  expect(Images![0]!.Name).toMatch(image)
})

test('regions are parameters too, and nobody may write AWS’s own', async () => {
  const root = '/aws/service/global-infrastructure/regions'
  expect(await get(`${root}/eu-west-1/longName`)).toMatchObject({ Value: 'Europe (Ireland)' })
  const { Parameters, NextToken } = await ssm.send(new GetParametersByPathCommand({ Path: root }))
  expect(Parameters).toHaveLength(10)
  expect(NextToken).toBeDefined()
  await expect(put(`${root}/x`, 'v')).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('regions do not see each other’s parameters', async () => {
  await put('/here', 'v')
  const there = emulator.client(SSMClient, { region: 'eu-west-1' })
  await expect(there.send(new GetParameterCommand({ Name: '/here' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  })
})
