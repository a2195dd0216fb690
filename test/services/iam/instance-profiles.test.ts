import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteInstanceProfileCommand,
  GetInstanceProfileCommand,
  IAMClient,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { asUser, policy } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  for (const RoleName of ['app', 'other']) {
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: policy({
          Effect: 'Allow',
          Principal: { Service: 'ec2.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      }),
    )
  }
})
afterAll(() => emulator.close())

const create = (InstanceProfileName: string, more: object = {}) =>
  iam.send(new CreateInstanceProfileCommand({ InstanceProfileName, ...more }))
const get = async (InstanceProfileName: string) =>
  (await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile!
const add = (InstanceProfileName: string, RoleName: string, client = iam) =>
  client.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))
const refusal = (name: string, message: string, httpStatusCode: number) => ({
  name,
  message,
  $metadata: { httpStatusCode },
})

test('CreateInstanceProfile makes an empty profile with an ARN of its own', async () => {
  const { InstanceProfile } = await create('web', { Path: '/fleet/' })
  expect(InstanceProfile).toMatchObject({
    InstanceProfileName: 'web',
    InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
    Arn: 'arn:aws:iam::123456789012:instance-profile/fleet/web',
    Path: '/fleet/',
    Roles: [],
  })
  await expect(create('WEB')).rejects.toMatchObject(
    refusal('EntityAlreadyExistsException', 'Instance Profile WEB already exists.', 409),
  )
  await expect(get('nothing')).rejects.toMatchObject(
    refusal('NoSuchEntityException', 'Instance Profile nothing cannot be found.', 404),
  )
})

test('a profile holds one role, which is shown with it', async () => {
  await create('web')
  await add('web', 'app')
  expect((await get('web')).Roles).toMatchObject([
    { RoleName: 'app', Arn: 'arn:aws:iam::123456789012:role/app' },
  ])
  const full = refusal(
    'LimitExceededException',
    'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    409,
  )
  await expect(add('web', 'other')).rejects.toMatchObject(full)
  await expect(add('web', 'app')).rejects.toMatchObject(full)
  await expect(add('web', 'nothing')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  const { InstanceProfiles } = await iam.send(
    new ListInstanceProfilesForRoleCommand({ RoleName: 'app' }),
  )
  expect(InstanceProfiles!.map(({ InstanceProfileName }) => InstanceProfileName)).toEqual(['web'])
})

test('DeleteInstanceProfile refuses a profile that has a role', async () => {
  await create('web')
  await add('web', 'app')
  const remove = () => iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName: 'web' }))
  await expect(remove()).rejects.toMatchObject(
    refusal(
      'DeleteConflictException',
      'Cannot delete entity, must remove roles from instance profile first.',
      409,
    ),
  )
  const takeOut = (RoleName: string) =>
    iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'web', RoleName }))
  await expect(takeOut('other')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await takeOut('app')
  await remove()
  await expect(get('web')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('profiles are listed in pages, below a path', async () => {
  await create('b', { Path: '/fleet/' })
  await create('a', { Path: '/fleet/' })
  await create('c')
  const first = await iam.send(new ListInstanceProfilesCommand({ MaxItems: 1 }))
  expect(first.InstanceProfiles!.map((profile) => profile.InstanceProfileName)).toEqual(['a'])
  const below = await iam.send(
    new ListInstanceProfilesCommand({ PathPrefix: '/fleet/', Marker: first.Marker! }),
  )
  expect(below.InstanceProfiles!.map((profile) => profile.InstanceProfileName)).toEqual(['b'])
})

test('profiles have tags', async () => {
  const InstanceProfileName = 'web'
  await create(InstanceProfileName, { Tags: [{ Key: 'team', Value: 'blue' }] })
  await iam.send(
    new TagInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: 'env', Value: 'test' }] }),
  )
  await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ['team'] }))
  const { Tags } = await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))
  expect(Tags).toEqual([{ Key: 'env', Value: 'test' }])
  expect((await get(InstanceProfileName)).Tags).toEqual(Tags)
})

test('AddRoleToInstanceProfile takes iam:PassRole on the role, to EC2', async () => {
  await create('web')
  await create('web2')
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const config = await asUser(
    emulator,
    'alice',
    policy(
      { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: 'arn:aws:iam::123456789012:role/app',
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    ),
  )
  const alice = emulator.client(IAMClient, config)
  await add('web', 'app', alice)
  await expect(add('web2', 'other', alice)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(
      'is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/other',
    ),
  })
})
