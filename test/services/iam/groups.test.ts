import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  paginateGetGroup,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allowAll } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await iam.send(new CreateGroupCommand({ GroupName: 'Devs', Path: '/eng/' }))
})
afterAll(() => emulator.close())

const GroupName = 'devs'
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const addUser = async (UserName: string) => {
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
}
const add = (group: string, UserName: string) =>
  iam.send(new AddUserToGroupCommand({ GroupName: group, UserName }))
const create = (name: string) => iam.send(new CreateGroupCommand({ GroupName: name }))
const deleteGroup = () => iam.send(new DeleteGroupCommand({ GroupName }))

test('CreateGroup makes a group, and refuses its name in any case', async () => {
  const { Group } = await iam.send(new GetGroupCommand({ GroupName }))
  expect(Group).toMatchObject({
    GroupName: 'Devs',
    Path: '/eng/',
    Arn: 'arn:aws:iam::123456789012:group/eng/Devs',
  })
  expect(Group!.GroupId).toMatch(/^AGPA/)
  await expect(iam.send(new CreateGroupCommand({ GroupName }))).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    message: 'Group with name devs already exists.',
  })
})

test('GetGroup lists the members in pages, ListGroupsForUser the other way round', async () => {
  for (const name of ['a', 'b', 'c']) await addUser(name)
  const names: string[] = []
  for await (const page of paginateGetGroup({ client: iam, pageSize: 2 }, { GroupName })) {
    names.push(...page.Users!.map(({ UserName }) => UserName!))
  }
  expect(names).toEqual(['a', 'b', 'c'])
  const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'b' }))
  expect(Groups!.map((group) => group.GroupName)).toEqual(['Devs'])
})

test('a user that is in a group cannot be deleted before it is removed', async () => {
  await addUser('a')
  const deleteUser = () => iam.send(new DeleteUserCommand({ UserName: 'a' }))
  await expect(deleteUser()).rejects.toMatchObject({
    name: 'DeleteConflictException',
    message: 'Cannot delete entity, must remove users from group first.',
  })
  await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'a' }))
  await deleteUser()
})

test('AddUserToGroup refuses a group or user that does not exist, and an eleventh group', async () => {
  await expect(add('nope', 'student')).rejects.toThrow('The group with name nope cannot be found.')
  await expect(add('nope', 'none')).rejects.toThrow('The user with name none cannot be found.')
  await expect(add(GroupName, 'nope')).rejects.toThrow('The user with name nope cannot be found.')
  for (let index = 0; index < 11; index++) {
    await iam.send(new CreateGroupCommand({ GroupName: `g${index}` }))
  }
  for (let index = 0; index < 10; index++) await add(`g${index}`, 'student')
  await add('g3', 'student')
  await expect(add('g10', 'student')).rejects.toThrow('Cannot exceed quota for GroupsPerUser: 10')
})

test('UpdateGroup renames a group, which keeps members and policies', async () => {
  await addUser('a')
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: readOnly }))
  await iam.send(new UpdateGroupCommand({ GroupName, NewGroupName: 'ops', NewPath: '/' }))
  const { Group, Users } = await iam.send(new GetGroupCommand({ GroupName: 'ops' }))
  expect(Group!.Arn).toBe('arn:aws:iam::123456789012:group/ops')
  expect(Users).toHaveLength(1)
  const { PolicyGroups } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: readOnly }))
  expect(PolicyGroups!.map((group) => group.GroupName)).toEqual(['ops'])
})

test('ListGroups lists groups below a path', async () => {
  await iam.send(new CreateGroupCommand({ GroupName: 'others' }))
  const names = async (PathPrefix?: string) =>
    (await iam.send(new ListGroupsCommand({ PathPrefix }))).Groups!.map((group) => group.GroupName)
  expect(await names()).toEqual(['Devs', 'others'])
  expect(await names('/eng/')).toEqual(['Devs'])
})

test('a group has attached and inline policies, and keeps them from being forgotten', async () => {
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: readOnly }))
  const inline = { GroupName, PolicyName: 'own' }
  await iam.send(new PutGroupPolicyCommand({ ...inline, PolicyDocument: allowAll }))
  const attached = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }))
  expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }])
  const { PolicyNames } = await iam.send(new ListGroupPoliciesCommand({ GroupName }))
  expect(PolicyNames).toEqual(['own'])
  const { PolicyDocument } = await iam.send(new GetGroupPolicyCommand(inline))
  expect(decodeURIComponent(PolicyDocument!)).toBe(allowAll)

  await expect(deleteGroup()).rejects.toThrow(
    'Cannot delete entity, must detach all policies first.',
  )
  await iam.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn: readOnly }))
  await expect(deleteGroup()).rejects.toThrow('Cannot delete entity, must delete policies first.')
  await iam.send(new DeleteGroupPolicyCommand(inline))
  await addUser('a')
  await expect(deleteGroup()).rejects.toThrow(
    'Cannot delete entity, must remove users from group first.',
  )
  await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName: 'a' }))
  await deleteGroup()
  await expect(deleteGroup()).rejects.toThrow('The group with name devs cannot be found.')
})

test('an account has 300 groups at most', async () => {
  for (let index = 1; index < 300; index++) await create(`group-${index}`)
  await expect(create('one-more')).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for GroupsPerAccount: 300',
  })
})
