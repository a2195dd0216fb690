import {
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  DeleteServiceSpecificCredentialCommand,
  IAMClient,
  ListServiceSpecificCredentialsCommand,
  ResetServiceSpecificCredentialCommand,
  UpdateServiceSpecificCredentialCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
})
afterAll(() => emulator.close())

const codeCommit = 'codecommit.amazonaws.com'
const bedrock = 'bedrock.amazonaws.com'

const create = async (ServiceName = codeCommit, rest = {}) => {
  const answer = await iam.send(
    new CreateServiceSpecificCredentialCommand({ UserName: 'alice', ServiceName, ...rest }),
  )
  return answer.ServiceSpecificCredential!
}

const list = async (input: object = { UserName: 'alice' }) =>
  (await iam.send(new ListServiceSpecificCredentialsCommand(input))).ServiceSpecificCredentials!

describe('CreateServiceSpecificCredential', () => {
  test('gives a user name and a password where the service takes them', async () => {
    const credential = await create('CodeCommit.amazonaws.com')
    expect(credential).toMatchObject({
      UserName: 'alice',
      ServiceName: codeCommit,
      ServiceUserName: 'alice-at-123456789012',
      ServicePassword: expect.stringMatching(/^[\w+/]{60}$/),
      ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{17}$/),
      Status: 'Active',
    })
    expect(credential.ExpirationDate).toBeUndefined()
    expect((await create()).ServiceUserName).toBe('alice+1-at-123456789012')
  })

  test('gives an API key where the service takes one, which tells whose it is', async () => {
    const { ServiceCredentialAlias, ServiceCredentialSecret, ...rest } = await create(bedrock, {
      CredentialAgeDays: 30,
    })
    expect(ServiceCredentialAlias).toBe('alice-at-123456789012')
    expect(ServiceCredentialSecret).toMatch(/^ABSK/)
    const opened = Buffer.from(ServiceCredentialSecret!.slice(4), 'base64').toString()
    expect(opened).toMatch(/^alice-at-123456789012:[\w+/]{60}$/)
    expect(rest.ExpirationDate!.getTime() - rest.CreateDate!.getTime()).toBe(30 * 24 * 3600 * 1000)
  })

  test('refuses a third for a service, and a service that has none', async () => {
    await create()
    await create()
    await create(bedrock)
    await expect(create()).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2',
    })
    await expect(create('sqs.amazonaws.com')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'No such service sqs.amazonaws.com is supported for Service Specific Credentials',
    })
  })

  test('can be limited to a service and an age', async () => {
    const document = policy({
      Effect: 'Allow',
      Action: 'iam:CreateServiceSpecificCredential',
      Resource: '*',
      Condition: {
        StringEquals: { 'iam:ServiceSpecificCredentialServiceName': bedrock },
        NumericLessThanEquals: { 'iam:ServiceSpecificCredentialAgeDays': '30' },
      },
    })
    const alice = emulator.client(IAMClient, await asUser(emulator, 'alice', document))
    const ask = (ServiceName: string, CredentialAgeDays?: number) =>
      alice.send(
        new CreateServiceSpecificCredentialCommand({
          UserName: 'alice',
          ServiceName,
          CredentialAgeDays,
        }),
      )
    await ask(bedrock, 30)
    for (const refused of [ask(bedrock, 31), ask(bedrock), ask(codeCommit, 30)]) {
      await expect(refused).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
    }
  })
})

describe('ListServiceSpecificCredentials', () => {
  test('shows no secret, and the user as it is called now', async () => {
    await create()
    await create(bedrock)
    await iam.send(new UpdateUserCommand({ UserName: 'alice', NewUserName: 'carol' }))
    const credentials = await list({ UserName: 'carol', ServiceName: codeCommit })
    expect(credentials).toMatchObject([
      { UserName: 'carol', ServiceUserName: 'alice-at-123456789012' },
    ])
    expect(credentials[0]).not.toHaveProperty('ServicePassword')
  })

  test('lists those of all users, in pages', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    await create()
    await create(codeCommit, { UserName: 'bob' })
    const first = await iam.send(
      new ListServiceSpecificCredentialsCommand({ AllUsers: true, MaxItems: 1 }),
    )
    expect(first).toMatchObject({ IsTruncated: true })
    const rest = await list({ AllUsers: true, Marker: first.Marker })
    const users = [...first.ServiceSpecificCredentials!, ...rest].map(({ UserName }) => UserName)
    expect(new Set(users)).toEqual(new Set(['alice', 'bob']))
    await expect(list({ AllUsers: true, UserName: 'bob' })).rejects.toMatchObject({
      name: 'ValidationError',
    })
  })
})

describe('Other operations on a credential', () => {
  test('a reset changes the secret alone', async () => {
    const before = await create()
    const { ServiceSpecificCredential: after } = await iam.send(
      new ResetServiceSpecificCredentialCommand({
        UserName: 'alice',
        ServiceSpecificCredentialId: before.ServiceSpecificCredentialId,
      }),
    )
    const { ServicePassword: old, ...rest } = before
    expect(after).toMatchObject(rest)
    expect(after!.ServicePassword).not.toBe(old)
  })

  test('it is disabled, and refuses another status', async () => {
    const { ServiceSpecificCredentialId } = await create()
    const setStatus = (Status: 'Inactive' | 'Expired') =>
      iam.send(
        new UpdateServiceSpecificCredentialCommand({
          UserName: 'alice',
          ServiceSpecificCredentialId,
          Status,
        }),
      )
    await setStatus('Inactive')
    expect(await list()).toMatchObject([{ Status: 'Inactive' }])
    await expect(setStatus('Expired')).rejects.toThrow('Operation does not support status Expired')
  })

  test('it is deleted as its user’s only', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    const { ServiceSpecificCredentialId } = await create()
    const remove = (UserName: string) =>
      iam.send(
        new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId }),
      )
    await expect(remove('bob')).rejects.toThrow(
      `User bob does not have a service specific credential with id ${ServiceSpecificCredentialId}`,
    )
    await remove('alice')
    await expect(remove('alice')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('secrets stay out of the event history', async () => {
    const [password, key] = [await create(), await create(bedrock)]
    const answer = await fetch(`${emulator.url}/_pocketcloud/events?service=iam`)
    const text = await answer.text()
    expect(text).toContain(password.ServiceSpecificCredentialId)
    expect(text).not.toContain(password.ServicePassword)
    expect(text).not.toContain(key.ServiceCredentialSecret)
  })
})
