import {
  CreateAccessKeyCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetAccessKeyInfoCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, student, type TestEmulator } from '../../support/emulator.ts'
import { asRoot } from './callers.ts'

let emulator: TestEmulator
let root: IAMClient
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  root = emulator.client(IAMClient, asRoot)
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const account = '123456789012'

/** A new key of the root, and a client's options with it. */
async function rootKey(client = root) {
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({}))
  const { AccessKeyId, SecretAccessKey } = AccessKey!
  const credentials = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! }
  return { AccessKeyId: AccessKeyId!, shown: AccessKey!, options: { credentials } }
}

const whoIs = (options: object) =>
  emulator.client(STSClient, options).send(new GetCallerIdentityCommand({}))

const keysOf = async (client: IAMClient) =>
  (await client.send(new ListAccessKeysCommand({}))).AccessKeyMetadata!

test('CreateAccessKey gives the root keys of its own, which call as the root and are two at most', async () => {
  const { AccessKeyId, shown, options } = await rootKey()
  expect(shown).toMatchObject({ AccessKeyId: expect.stringMatching(/^AKIA/), Status: 'Active' })
  expect(shown.UserName).toBeUndefined()
  expect(await whoIs(options)).toMatchObject({
    Arn: `arn:aws:iam::${account}:root`,
    UserId: account,
    Account: account,
  })
  const wrong = { credentials: { ...options.credentials, secretAccessKey: 'wrong' } }
  await expect(whoIs(wrong)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  await rootKey(emulator.client(IAMClient, options))
  await expect(rootKey()).rejects.toThrow('Cannot exceed quota for AccessKeysPerUser: 2')
  expect((await keysOf(root)).map((key) => key.AccessKeyId)).toContain(AccessKeyId)
  expect(await keysOf(iam)).toMatchObject([{ AccessKeyId: student.accessKeyId }])
})

test('the root’s keys can be made inactive and deleted, by the root alone', async () => {
  const { AccessKeyId, options } = await rootKey()
  const disable = new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Inactive' })
  await expect(iam.send(disable)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  const named = new DeleteAccessKeyCommand({ AccessKeyId, UserName: account })
  await expect(root.send(named)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await root.send(disable)
  await expect(whoIs(options)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  await root.send(new UpdateAccessKeyCommand({ AccessKeyId, Status: 'Active' }))
  await emulator.client(IAMClient, options).send(new DeleteAccessKeyCommand({ AccessKeyId }))
  await expect(whoIs(options)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  expect(await keysOf(root)).toEqual([])
})

test('the account’s summary and credential report tell of the root’s keys and their uses', async () => {
  const present = async () =>
    (await root.send(new GetAccountSummaryCommand({}))).SummaryMap!['AccountAccessKeysPresent']
  const report = async () => {
    await root.send(new GenerateCredentialReportCommand({}))
    const { Content } = await root.send(new GetCredentialReportCommand({}))
    return Buffer.from(Content!).toString().split('\n')[1]!.split(',').slice(8, 14)
  }
  const lastUsed = async (AccessKeyId: string) =>
    await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  expect(await present()).toBe(0)
  const { AccessKeyId, options } = await rootKey()
  expect((await lastUsed(AccessKeyId)).AccessKeyLastUsed).toMatchObject({ ServiceName: 'N/A' })
  await whoIs({ ...options, region: 'eu-west-1' })
  const { UserName, AccessKeyLastUsed } = await lastUsed(AccessKeyId)
  expect(UserName).toBeUndefined()
  expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 'sts', Region: 'eu-west-1' })
  expect(await present()).toBe(1)
  const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(await report()).toEqual(['true', moment, moment, 'eu-west-1', 'sts', 'false'])
})

test('each account’s root has keys of its own', async () => {
  const credentials = { accessKeyId: '000000000002', secretAccessKey: 'test' }
  const other = emulator.client(IAMClient, { credentials })
  const { AccessKeyId, options } = await rootKey(other)
  expect((await whoIs(options)).Arn).toBe('arn:aws:iam::000000000002:root')
  const info = new GetAccessKeyInfoCommand({ AccessKeyId })
  expect((await emulator.client(STSClient).send(info)).Account).toBe('000000000002')
  expect(await keysOf(root)).toEqual([])
  const remove = new DeleteAccessKeyCommand({ AccessKeyId })
  await expect(root.send(remove)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  const use = new GetAccessKeyLastUsedCommand({ AccessKeyId })
  await expect(root.send(use)).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
})

test('DeactivateMFADevice finds no device of the root, which registers its own in the console', async () => {
  const SerialNumber = `arn:aws:iam::${account}:mfa/root-account-mfa-device`
  await expect(root.send(new DeactivateMFADeviceCommand({ SerialNumber }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'MFA Device invalid for user.',
  })
})
