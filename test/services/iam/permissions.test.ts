import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, allowAll, asUser, policy } from './callers.ts'

let emulator: TestEmulator
let student: IAMClient
let alice: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  student = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await student.send(new CreateUserCommand({ UserName: 'alice', Path: '/team/' }))
  alice = emulator.client(IAMClient, await asUser(emulator, 'alice'))
})
afterAll(() => emulator.close())

const readOnly = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
const listUsers = () => alice.send(new ListUsersCommand({}))
const getUser = (UserName?: string) => alice.send(new GetUserCommand({ UserName }))
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
const inline = (PolicyDocument: string, PolicyName = 'own') =>
  student.send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName, PolicyDocument }))

test('a user without policies may do nothing', async () => {
  await expect(listUsers()).rejects.toMatchObject(denied)
})

test('an attached policy counts from the next call on, and no longer once detached', async () => {
  const attachment = { UserName: 'alice', PolicyArn: readOnly }
  await student.send(new AttachUserPolicyCommand(attachment))
  expect((await listUsers()).Users).toHaveLength(2)
  await expect(alice.send(new CreateUserCommand({ UserName: 'bob' }))).rejects.toMatchObject(denied)
  await student.send(new DetachUserPolicyCommand(attachment))
  await expect(listUsers()).rejects.toMatchObject(denied)
})

test('an inline policy counts, and its replacement replaces it', async () => {
  await inline(allow('iam:ListUsers'))
  await listUsers()
  await inline(allow('iam:ListGroups'))
  await expect(listUsers()).rejects.toMatchObject(denied)
})

test('the default version of a customer managed policy is the one that counts', async () => {
  const { Policy } = await student.send(
    new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('s3:*') }),
  )
  const PolicyArn = Policy!.Arn!
  await student.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn }))
  await expect(listUsers()).rejects.toMatchObject(denied)
  await student.send(
    new CreatePolicyVersionCommand({
      PolicyArn,
      PolicyDocument: allow('iam:*'),
      SetAsDefault: true,
    }),
  )
  await listUsers()
})

test('the policies of a group count for its members, while they are members', async () => {
  const membership = { GroupName: 'readers', UserName: 'alice' }
  await student.send(new CreateGroupCommand({ GroupName: 'readers' }))
  await student.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn: readOnly }))
  await expect(listUsers()).rejects.toMatchObject(denied)
  await student.send(new AddUserToGroupCommand(membership))
  await listUsers()
  await student.send(new RemoveUserFromGroupCommand(membership))
  await expect(listUsers()).rejects.toMatchObject(denied)
})

test('a deny wins over every allow', async () => {
  await inline(allowAll)
  await inline(policy({ Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' }), 'deny')
  await expect(listUsers()).rejects.toMatchObject(denied)
})

test('a resource is matched with the path of the user that the call is about', async () => {
  await inline(allow('iam:GetUser', 'arn:aws:iam::123456789012:user/team/*'))
  expect((await getUser()).User!.UserName).toBe('alice')
  expect((await getUser('ALICE')).User!.UserName).toBe('alice')
  await expect(getUser('student')).rejects.toMatchObject(denied)
  await expect(getUser('nobody')).rejects.toMatchObject(denied)
})

test('UpdateUser and the like are authorized with the resource before anything is changed', async () => {
  await inline(allow('iam:TagUser', 'arn:aws:iam::123456789012:user/team/alice'))
  await alice.send(new TagUserCommand({ UserName: 'alice', Tags: [{ Key: 'a', Value: 'b' }] }))
  await expect(
    alice.send(new TagUserCommand({ UserName: 'student', Tags: [{ Key: 'a', Value: 'b' }] })),
  ).rejects.toMatchObject(denied)
})
