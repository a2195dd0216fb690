import {
  CreateAccountAliasCommand,
  CreateUserCommand,
  DeleteAccountAliasCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  IAMClient,
  ListAccountAliasesCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

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

describe('Account aliases', () => {
  const create = (AccountAlias: string) => iam.send(new CreateAccountAliasCommand({ AccountAlias }))
  const list = async () => (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases

  test('another takes the place of the one that was', async () => {
    expect(await list()).toEqual([])
    await create('acme')
    await create('acme-corp')
    expect(await list()).toEqual(['acme-corp'])
  })

  test('are unique over all accounts', async () => {
    await create('acme')
    const credentials = { accessKeyId: '999988887777', secretAccessKey: 'x' }
    const other = emulator.client(IAMClient, { credentials })
    await expect(
      other.send(new CreateAccountAliasCommand({ AccountAlias: 'acme' })),
    ).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'The account alias acme already exists.',
    })
  })

  test('are deleted by name', async () => {
    await create('acme')
    const remove = (AccountAlias: string) =>
      iam.send(new DeleteAccountAliasCommand({ AccountAlias }))
    await expect(remove('other')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    await remove('acme')
    expect(await list()).toEqual([])
  })

  test.each(['-x-', 'A-b', 'a--b', 'ab'])('refuses %s', async (alias) => {
    await expect(create(alias)).rejects.toMatchObject({ name: 'ValidationError' })
  })
})

describe('Outbound web identity federation', () => {
  test('keeps its issuer over being disabled', async () => {
    const info = () => iam.send(new GetOutboundWebIdentityFederationInfoCommand({}))
    const enable = () => iam.send(new EnableOutboundWebIdentityFederationCommand({}))
    await expect(info()).rejects.toMatchObject({
      name: 'FeatureDisabledException',
      message: 'Outbound identity federation is disabled for account 123456789012',
    })
    const { IssuerIdentifier } = await enable()
    expect(IssuerIdentifier).toMatch(/^https:\/\/[\w-]+\.tokens\.sts\.global\.api\.aws$/)
    expect(await info()).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: true })
    await expect(enable()).rejects.toMatchObject({ name: 'FeatureEnabledException' })
    await iam.send(new DisableOutboundWebIdentityFederationCommand({}))
    await expect(info()).rejects.toMatchObject({ name: 'FeatureDisabledException' })
    expect(await enable()).toMatchObject({ IssuerIdentifier })
  })
})
