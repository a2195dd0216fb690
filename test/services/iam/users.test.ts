import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  paginateListUsers,
  PutUserPolicyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allowAll, asRoot, asUser } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const createUser = (UserName: string, rest: { Path?: string } = {}) =>
  iam.send(new CreateUserCommand({ UserName, ...rest }))

const deleteAlice = () => iam.send(new DeleteUserCommand({ UserName: 'alice' }))

describe('CreateUser', () => {
  test('answers with the user, its path in its ARN', async () => {
    const { User } = await iam.send(
      new CreateUserCommand({
        UserName: 'alice',
        Path: '/team/a/',
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    )
    expect(User).toMatchObject({
      UserName: 'alice',
      Path: '/team/a/',
      Arn: 'arn:aws:iam::123456789012:user/team/a/alice',
      Tags: [{ Key: 'team', Value: 'a' }],
    })
    expect(User!.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/)
    expect(Math.abs(User!.CreateDate!.getTime() - emulator.now())).toBeLessThan(2000)
  })

  test('refuses a name that is taken, also in another case', async () => {
    await createUser('alice')
    await expect(createUser('Alice')).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      Error: { Code: 'EntityAlreadyExists' },
      message: 'User with name Alice already exists.',
      $metadata: { httpStatusCode: 409 },
    })
  })

  test('refuses a name with a character that names cannot have', async () => {
    await expect(createUser('a b')).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The specified value for userName is invalid. ' +
        'It must contain only alphanumeric characters and/or the following: +=,.@_-',
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('refuses a name that is too long, and names every failure', async () => {
    const long = 'x'.repeat(65)
    await expect(createUser(long)).rejects.toThrow(
      `1 validation error detected: Value '${long}' at 'userName' failed to satisfy constraint: ` +
        'Member must have length less than or equal to 64',
    )
    await expect(
      iam.send(new CreateUserCommand({ UserName: long, Tags: [{ Key: '', Value: 'x' }] })),
    ).rejects.toThrow(
      /^3 validation errors detected: .* at 'userName' .*; Value '' at 'tags\.1\.member\.key' .* equal to 1; /,
    )
  })

  test('refuses a path that does not end with a slash', async () => {
    await expect(createUser('alice', { Path: '/team' })).rejects.toThrow(
      'The specified value for path is invalid. ' +
        'It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    )
  })

  test('refuses tags whose keys differ only in case', async () => {
    const Tags = [
      { Key: 'team', Value: 'a' },
      { Key: 'Team', Value: 'b' },
    ]
    await expect(
      iam.send(new CreateUserCommand({ UserName: 'alice', Tags })),
    ).rejects.toMatchObject({ Error: { Code: 'InvalidInput' } })
  })

  test('answers a request without a name as AWS does', async () => {
    await expect(iam.send(new CreateUserCommand({ UserName: undefined }))).rejects.toThrow(
      "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
    )
  })
})

describe('GetUser', () => {
  test('finds a user whatever the case of the name', async () => {
    await createUser('alice')
    const { User } = await iam.send(new GetUserCommand({ UserName: 'ALICE' }))
    expect(User!.UserName).toBe('alice')
  })

  test('answers with the caller when no name is given', async () => {
    const { User } = await iam.send(new GetUserCommand({}))
    expect(User!.Arn).toBe('arn:aws:iam::123456789012:user/student')
  })

  test('answers the root user with its account', async () => {
    const { User } = await emulator.client(IAMClient, asRoot).send(new GetUserCommand({}))
    expect(User).toMatchObject({
      UserId: '123456789012',
      Arn: 'arn:aws:iam::123456789012:root',
    })
    expect(User!.UserName).toBeUndefined()
  })

  test('says NoSuchEntity for a user that does not exist', async () => {
    await expect(iam.send(new GetUserCommand({ UserName: 'bob' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The user with name bob cannot be found.',
      $metadata: { httpStatusCode: 404 },
    })
  })

  test('does not find the users of another account', async () => {
    await createUser('alice')
    const other = emulator.client(IAMClient, {
      credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' },
    })
    await expect(other.send(new GetUserCommand({ UserName: 'alice' }))).rejects.toThrow(
      'The user with name alice cannot be found.',
    )
  })
})

describe('ListUsers', () => {
  test('goes through all users by name in pages', async () => {
    for (const name of ['b', 'C', 'a', 'D']) await createUser(name)
    const names: string[] = []
    for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, {})) {
      expect(page.Users!.length).toBeLessThanOrEqual(2)
      names.push(...page.Users!.map(({ UserName }) => UserName!))
    }
    expect(names).toEqual(['a', 'b', 'C', 'D', 'student'])
  })

  test('says whether there is more, and leaves out tags', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'a', Tags: [{ Key: 'k', Value: 'v' }] }))
    const first = await iam.send(new ListUsersCommand({ MaxItems: 1 }))
    expect(first.IsTruncated).toBe(true)
    expect(first.Users![0]).toMatchObject({ UserName: 'a' })
    expect(first.Users![0]!.Tags ?? []).toEqual([])
    const last = await iam.send(new ListUsersCommand({ MaxItems: 1, Marker: first.Marker }))
    expect(last).toMatchObject({ IsTruncated: false })
    expect(last.Marker).toBeUndefined()
  })

  test('lists only what is below a path', async () => {
    await createUser('a', { Path: '/team/a/' })
    await createUser('b', { Path: '/team/b/' })
    await createUser('c', { Path: '/other/' })
    const { Users } = await iam.send(new ListUsersCommand({ PathPrefix: '/team/' }))
    expect(Users!.map(({ UserName }) => UserName)).toEqual(['a', 'b'])
  })

  test('refuses a marker that it did not give, and page sizes out of range', async () => {
    await expect(iam.send(new ListUsersCommand({ Marker: 'bogus' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Invalid Marker.',
    })
    await expect(iam.send(new ListUsersCommand({ MaxItems: 1001 }))).rejects.toThrow(
      "Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
    )
  })
})

describe('UpdateUser', () => {
  test('renames a user, who keeps id, keys and policies', async () => {
    const { User } = await createUser('alice')
    const alice = await asUser(emulator, 'alice', allowAll)
    await iam.send(
      new UpdateUserCommand({ UserName: 'alice', NewUserName: 'alicia', NewPath: '/new/' }),
    )
    const renamed = await emulator.client(IAMClient, alice).send(new GetUserCommand({}))
    expect(renamed.User).toMatchObject({
      UserName: 'alicia',
      UserId: User!.UserId,
      Arn: 'arn:aws:iam::123456789012:user/new/alicia',
    })
  })

  test('refuses the user’s own name in another case, as AWS does', async () => {
    await createUser('alice')
    await expect(
      iam.send(new UpdateUserCommand({ UserName: 'alice', NewUserName: 'ALICE' })),
    ).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  })
})

describe('DeleteUser', () => {
  beforeEach(() => createUser('alice'))

  test('removes the user', async () => {
    await deleteAlice()
    await expect(deleteAlice()).rejects.toThrow('The user with name alice cannot be found.')
  })

  test('refuses a user that still has access keys', async () => {
    await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    await expect(deleteAlice()).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete access keys first.',
      $metadata: { httpStatusCode: 409 },
    })
  })

  test('refuses a user that still has an inline policy', async () => {
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'p', PolicyDocument: allowAll }),
    )
    await expect(deleteAlice()).rejects.toThrow('Cannot delete entity, must delete policies first.')
  })
})
