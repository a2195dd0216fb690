import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListEntitiesForPolicyCommand,
  ListGroupsCommand,
  ListPoliciesCommand,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  PutUserPermissionsBoundaryCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asUser, policy } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
let limit: string
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'limit',
      PolicyDocument: allow(['iam:ListUsers', 'iam:CreateUser', 'iam:PutUserPermissionsBoundary']),
    }),
  )
  limit = Policy!.Arn!
})
afterAll(() => emulator.close())

const createUser = (UserName: string, more: object = {}, client = iam) =>
  client.send(new CreateUserCommand({ UserName, ...more }))
const putBoundary = (UserName: string, PermissionsBoundary: string) =>
  iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
const shown = (arn: string) => ({
  PermissionsBoundaryType: 'Policy',
  PermissionsBoundaryArn: arn,
})
const denied = (why: string) => ({
  name: 'AccessDenied',
  message: expect.stringContaining(why),
  $metadata: { httpStatusCode: 403 },
})

test('a boundary limits what a user’s policies allow, from the next call on', async () => {
  await createUser('alice')
  const alice = emulator.client(IAMClient, await asUser(emulator, 'alice', allow('iam:*')))
  await alice.send(new ListGroupsCommand({}))
  await putBoundary('alice', limit)
  await alice.send(new ListUsersCommand({}))
  await expect(alice.send(new ListGroupsCommand({}))).rejects.toMatchObject(
    denied('because no permissions boundary allows the iam:ListGroups action'),
  )
  await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'alice' }))
  await alice.send(new ListGroupsCommand({}))
})

test('a boundary grants nothing by itself', async () => {
  await createUser('alice', { PermissionsBoundary: limit })
  const alice = emulator.client(IAMClient, await asUser(emulator, 'alice'))
  await expect(alice.send(new ListUsersCommand({}))).rejects.toMatchObject(
    denied('because no identity-based policy allows'),
  )
})

test('CreateUser, GetUser, CreateRole and GetRole show the boundary', async () => {
  const { User } = await createUser('alice', { PermissionsBoundary: limit })
  expect(User!.PermissionsBoundary).toEqual(shown(limit))
  const read = await iam.send(new GetUserCommand({ UserName: 'alice' }))
  expect(read.User!.PermissionsBoundary).toEqual(shown(limit))
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'app',
      PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'ec2.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  expect(Role!.PermissionsBoundary).toEqual(shown('arn:aws:iam::aws:policy/ReadOnlyAccess'))
  await iam.send(
    new PutRolePermissionsBoundaryCommand({ RoleName: 'app', PermissionsBoundary: limit }),
  )
  const role = async () => (await iam.send(new GetRoleCommand({ RoleName: 'app' }))).Role!
  expect((await role()).PermissionsBoundary).toEqual(shown(limit))
  const remove = () => iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'app' }))
  await remove()
  expect(await role()).not.toHaveProperty('PermissionsBoundary')
  await expect(remove()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('a policy counts where it is a boundary, and cannot be deleted there', async () => {
  await createUser('alice', { PermissionsBoundary: limit })
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: limit }))
  expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 })
  const users = async (PolicyUsageFilter?: 'PermissionsBoundary' | 'PermissionsPolicy') =>
    (await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: limit, PolicyUsageFilter })))
      .PolicyUsers!
  expect(await users('PermissionsBoundary')).toMatchObject([{ UserName: 'alice' }])
  expect(await users('PermissionsPolicy')).toEqual([])
  expect(await users()).toMatchObject([{ UserName: 'alice' }])
  const used = await iam.send(new ListPoliciesCommand({ PolicyUsageFilter: 'PermissionsBoundary' }))
  expect(used.Policies!.map(({ PolicyName }) => PolicyName)).toEqual(['limit'])
  await expect(iam.send(new DeletePolicyCommand({ PolicyArn: limit }))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  })
})

test('only a managed policy that exists can be a boundary', async () => {
  await createUser('alice')
  await expect(putBoundary('alice', `${limit}x`)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  await expect(createUser('bob', { PermissionsBoundary: `${limit}x` })).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  await expect(iam.send(new GetUserCommand({ UserName: 'bob' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  await expect(
    iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName: 'alice' })),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('an administrator may be held to create only users with a boundary', async () => {
  await createUser('admin')
  await createUser('free')
  await createUser('bound', { PermissionsBoundary: limit })
  const config = await asUser(
    emulator,
    'admin',
    policy({
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:PutUserPermissionsBoundary'],
      Resource: '*',
      Condition: { StringEquals: { 'iam:PermissionsBoundary': limit } },
    }),
  )
  const admin = emulator.client(IAMClient, config)
  await createUser('new', { PermissionsBoundary: limit }, admin)
  await expect(createUser('newer', {}, admin)).rejects.toMatchObject(denied('iam:CreateUser'))
  const attach = (UserName: string) =>
    admin.send(
      new AttachUserPolicyCommand({
        UserName,
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    )
  await attach('bound')
  await expect(attach('free')).rejects.toMatchObject(denied('iam:AttachUserPolicy'))
  const widen = (PermissionsBoundary: string) =>
    admin.send(new PutUserPermissionsBoundaryCommand({ UserName: 'bound', PermissionsBoundary }))
  await widen(limit)
  await expect(widen('arn:aws:iam::aws:policy/AdministratorAccess')).rejects.toMatchObject(
    denied('iam:PutUserPermissionsBoundary'),
  )
})
