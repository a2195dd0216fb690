import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  type StatusType,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, student, type TestEmulator } from '../../support/emulator.ts'
import { asSession, makeRole, trust } from '../sts/roles.ts'
import { allow, asUser } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
})
afterAll(() => emulator.close())

const setStatus = (AccessKeyId: string, Status: StatusType, UserName = 'alice') =>
  iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }))

const whoIs = (options: object) =>
  emulator.client(STSClient, options).send(new GetCallerIdentityCommand({}))

describe('CreateAccessKey', () => {
  test('gives a key in AWS’s form, whose id tells its account', async () => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    expect(AccessKey).toMatchObject({ UserName: 'alice', Status: 'Active' })
    expect(AccessKey!.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
    expect(AccessKey!.SecretAccessKey).toMatch(/^[\w+/]{40}$/)
    await iam.send(
      new DeleteAccessKeyCommand({ UserName: 'alice', AccessKeyId: AccessKey!.AccessKeyId }),
    )
    const info = new GetAccessKeyInfoCommand({ AccessKeyId: AccessKey!.AccessKeyId })
    expect((await emulator.client(STSClient).send(info)).Account).toBe('123456789012')
  })

  test('gives the caller a key when no user is named', async () => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({}))
    expect(AccessKey!.UserName).toBe('student')
  })

  test('refuses a third key', async () => {
    await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))).rejects.toMatchObject(
      {
        name: 'LimitExceededException',
        message: 'Cannot exceed quota for AccessKeysPerUser: 2',
        $metadata: { httpStatusCode: 409 },
      },
    )
  })

  test('wants a name from a caller that is neither a user nor the root', async () => {
    const { Arn } = await makeRole(
      iam,
      'r',
      trust('arn:aws:iam::123456789012:root'),
      allow('iam:*'),
    )
    const { Credentials } = await emulator
      .client(STSClient)
      .send(new AssumeRoleCommand({ RoleArn: Arn, RoleSessionName: 'session' }))
    const session = emulator.client(IAMClient, asSession(Credentials!))
    await expect(session.send(new CreateAccessKeyCommand({}))).rejects.toThrow(
      'Must specify userName when calling with non-User credentials',
    )
  })
})

describe('ListAccessKeys', () => {
  test('lists the caller’s keys without their secrets', async () => {
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({}))
    expect(AccessKeyMetadata).toHaveLength(1)
    expect(AccessKeyMetadata![0]).toMatchObject({
      UserName: 'student',
      AccessKeyId: student.accessKeyId,
      Status: 'Active',
    })
    expect(JSON.stringify(AccessKeyMetadata)).not.toContain(student.secretAccessKey)
  })

  test('pages', async () => {
    await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    const first = await iam.send(new ListAccessKeysCommand({ UserName: 'alice', MaxItems: 1 }))
    const second = await iam.send(
      new ListAccessKeysCommand({ UserName: 'alice', MaxItems: 1, Marker: first.Marker }),
    )
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false])
    expect(first.AccessKeyMetadata![0]!.AccessKeyId).not.toBe(
      second.AccessKeyMetadata![0]!.AccessKeyId,
    )
  })
})

describe('UpdateAccessKey', () => {
  test('makes a key useless and useful again, from the next call on', async () => {
    const alice = await asUser(emulator, 'alice')
    const { accessKeyId } = alice.credentials
    await setStatus(accessKeyId, 'Inactive')
    await expect(whoIs(alice)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    await setStatus(accessKeyId, 'Active')
    expect((await whoIs(alice)).Arn).toBe('arn:aws:iam::123456789012:user/alice')
  })

  test('does not find the key of another user', async () => {
    await expect(setStatus(student.accessKeyId, 'Inactive')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `The Access Key with id ${student.accessKeyId} cannot be found.`,
    })
  })

  test('refuses a status that access keys do not have', async () => {
    await expect(setStatus(student.accessKeyId, 'Expired', 'student')).rejects.toThrow(
      "Value 'Expired' at 'status' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [Active, Inactive]',
    )
  })
})

test('DeleteAccessKey ends what the key could do', async () => {
  const alice = await asUser(emulator, 'alice', allow('iam:*'))
  await iam.send(
    new DeleteAccessKeyCommand({
      UserName: 'alice',
      AccessKeyId: alice.credentials.accessKeyId,
    }),
  )
  const strictlyUnknown = await whoIs(alice).catch((error: Error) => error)
  // Unknown keys count as the root user unless the emulator is strict: never as alice.
  expect(JSON.stringify(strictlyUnknown)).not.toContain('user/alice')
})
