import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, student, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const identityOf = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
  emulator.client(STSClient, { credentials }).send(new GetCallerIdentityCommand({}))

const accountOf = async (AccessKeyId: string) =>
  (await emulator.client(STSClient).send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account

describe('GetCallerIdentity', () => {
  test('names the user student, whose key AWS uses in its documentation', async () => {
    const identity = await identityOf(student)
    expect(identity.Account).toBe('123456789012')
    expect(identity.Arn).toBe('arn:aws:iam::123456789012:user/student')
    expect(identity.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/)
  })

  test('names a user with its path, and needs no permission', async () => {
    const iam = emulator.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'nobody', Path: '/team/a/' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' }))
    const identity = await identityOf({
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    })
    expect(identity.Arn).toBe('arn:aws:iam::123456789012:user/team/a/nobody')
  })

  test('names the root user of the default account for a key it did not issue', async () => {
    const identity = await identityOf({ accessKeyId: 'test', secretAccessKey: 'test' })
    expect(identity).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:root',
      UserId: '123456789012',
    })
  })

  test('names the root user of the account that a key of 12 digits is', async () => {
    const identity = await identityOf({ accessKeyId: '222222222222', secretAccessKey: 'test' })
    expect(identity).toMatchObject({
      Account: '222222222222',
      Arn: 'arn:aws:iam::222222222222:root',
      UserId: '222222222222',
    })
  })
})

describe('GetAccessKeyInfo', () => {
  test('finds the account of an issued key', async () => {
    expect(await accountOf(student.accessKeyId)).toBe('123456789012')
  })

  test('reads the account of another cloud’s key from its id', async () => {
    // Published with its account: https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489
    expect(await accountOf('ASIAQNZGKIQY56JQ7WML')).toBe('029608264753')
  })

  test('reads the account of a key that was issued here and deleted', async () => {
    const iam = emulator.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'leaver' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'leaver' }))
    emulator.reset()
    expect(await accountOf(AccessKey!.AccessKeyId!)).toBe('123456789012')
  })

  test('refuses what is too short to be an access key id', async () => {
    await expect(accountOf('AKIA')).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value 'AKIA' at 'accessKeyId' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 16',
      $metadata: { httpStatusCode: 400 },
    })
  })
})
