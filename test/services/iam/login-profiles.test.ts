import {
  ChangePasswordCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetAccountPasswordPolicyCommand,
  GetLoginProfileCommand,
  IAMClient,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asRoot, asUser } from './callers.ts'

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

const strong = 'Correct-Horse-1'

const createProfile = (Password = strong, rest = {}) =>
  iam.send(new CreateLoginProfileCommand({ UserName: 'alice', Password, ...rest }))

const setPolicy = (policy: object) => iam.send(new UpdateAccountPasswordPolicyCommand(policy))

const profile = async () =>
  (await iam.send(new GetLoginProfileCommand({ UserName: 'alice' }))).LoginProfile!

describe('CreateLoginProfile', () => {
  test('answers with the profile, and GetLoginProfile with the same', async () => {
    const { LoginProfile } = await createProfile(strong, { PasswordResetRequired: true })
    expect(LoginProfile).toMatchObject({ UserName: 'alice', PasswordResetRequired: true })
    expect(await profile()).toEqual(LoginProfile)
  })

  test('refuses a second one', async () => {
    await createProfile()
    await expect(createProfile()).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Login Profile for user alice already exists.',
      $metadata: { httpStatusCode: 409 },
    })
  })

  test.each([
    ['Aa1!', 'Password should have a minimum length of 8'],
    [
      'alllowercase',
      'Password should meet 2 more of the following requirements: ' +
        'Password should have at least one uppercase letter, ' +
        'Password should have at least one number, Password should have at least one symbol',
    ],
    [
      'lower1234',
      'Password should meet 1 more of the following requirements: ' +
        'Password should have at least one uppercase letter, Password should have at least one symbol',
    ],
  ])('refuses %s by AWS’s default policy', async (password, message) => {
    await expect(createProfile(password)).rejects.toMatchObject({
      name: 'PasswordPolicyViolationException',
      message,
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('holds a password to the account’s own policy instead', async () => {
    await setPolicy({ MinimumPasswordLength: 12, RequireSymbols: true })
    await expect(createProfile('Short-1')).rejects.toThrow(
      'Password should have a minimum length of 12',
    )
    await expect(createProfile('NoSymbolsHere1')).rejects.toThrow(
      'Password should have at least one symbol',
    )
    await createProfile('only-lower-case')
  })

  test('wants a user that there is', async () => {
    const command = new CreateLoginProfileCommand({ UserName: 'bob', Password: strong })
    await expect(iam.send(command)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('does not repeat a password that it refuses', async () => {
    const long = strong.repeat(10)
    await expect(createProfile(long)).rejects.toThrow(
      "1 validation error detected: Value at 'password' failed to satisfy constraint: " +
        'Member must have length less than or equal to 128',
    )
  })

  test('keeps the password nowhere in the open', async () => {
    await createProfile()
    const events = await fetch(`${emulator.url}/_pocketcloud/events?operation=CreateLoginProfile`)
    const text = await events.text()
    expect(text).toContain('alice')
    expect(text).not.toContain(strong)
  })
})

describe('UpdateLoginProfile', () => {
  const update = (rest: object) =>
    iam.send(new UpdateLoginProfileCommand({ UserName: 'alice', ...rest }))

  test('changes what it names', async () => {
    await createProfile()
    await update({ PasswordResetRequired: true })
    await update({ Password: 'Another-Horse-2' })
    expect(await profile()).toMatchObject({ PasswordResetRequired: true })
  })

  test('refuses a password of the last few, where the policy says so', async () => {
    await setPolicy({ PasswordReusePrevention: 2 })
    await createProfile('first-1')
    await update({ Password: 'second-2' })
    await expect(update({ Password: 'first-1' })).rejects.toMatchObject({
      name: 'PasswordPolicyViolationException',
    })
    await update({ Password: 'third-3' })
    await update({ Password: 'first-1' })
  })

  test('answers NoSuchEntity for a user without a password', async () => {
    await expect(update({ Password: strong })).rejects.toThrow(
      'Login Profile for User alice cannot be found.',
    )
  })
})

describe('DeleteLoginProfile', () => {
  test('takes the password, without which the user can be deleted', async () => {
    await createProfile()
    const deleteAlice = new DeleteUserCommand({ UserName: 'alice' })
    await expect(iam.send(deleteAlice)).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete login profile first.',
    })
    await iam.send(new DeleteLoginProfileCommand({ UserName: 'alice' }))
    await expect(profile()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    await iam.send(deleteAlice)
  })
})

describe('ChangePassword', () => {
  const change = async (OldPassword: string, NewPassword: string, options: object) =>
    emulator
      .client(IAMClient, options)
      .send(new ChangePasswordCommand({ OldPassword, NewPassword }))

  const aliceWho = (...actions: string[]) => asUser(emulator, 'alice', allow(actions))

  test('changes the caller’s password, and ends the need to', async () => {
    await createProfile(strong, { PasswordResetRequired: true })
    const alice = await aliceWho('iam:ChangePassword')
    await change(strong, 'Another-Horse-2', alice)
    expect(await profile()).toMatchObject({ PasswordResetRequired: false })
    await expect(change(strong, 'Third-Horse-3', alice)).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
      $metadata: { httpStatusCode: 403 },
    })
    await change('Another-Horse-2', 'Third-Horse-3', alice)
  })

  test('refuses the same password, and one that the policy forbids', async () => {
    await createProfile()
    const alice = await aliceWho('iam:ChangePassword')
    await expect(change(strong, strong, alice)).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
    })
    await expect(change(strong, 'weak', alice)).rejects.toMatchObject({
      name: 'PasswordPolicyViolationException',
    })
  })

  test('is for users with a password', async () => {
    await expect(change(strong, 'Another-Horse-2', asRoot)).rejects.toMatchObject({
      name: 'InvalidUserTypeException',
    })
    const alice = await aliceWho('iam:ChangePassword')
    await expect(change(strong, 'Another-Horse-2', alice)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    })
  })

  test('needs no policy of the user’s own when the account lets its users change passwords', async () => {
    await createProfile()
    const alice = await asUser(emulator, 'alice')
    await expect(change(strong, 'Another-Horse-2', alice)).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
    })
    await setPolicy({ AllowUsersToChangePassword: true })
    await change(strong, 'Another-Horse-2', alice)
    const asAlice = emulator.client(IAMClient, alice)
    await asAlice.send(new GetAccountPasswordPolicyCommand({}))
    await expect(
      asAlice.send(new GetLoginProfileCommand({ UserName: 'alice' })),
    ).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
  })
})

describe('The account password policy', () => {
  const get = async () => (await iam.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy

  test('is not there at first', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The Password Policy with domain name 123456789012 cannot be found.',
      $metadata: { httpStatusCode: 404 },
    })
    await expect(iam.send(new DeleteAccountPasswordPolicyCommand({}))).rejects.toThrow(
      'The account policy with name PasswordPolicy cannot be found.',
    )
  })

  test('has AWS’s defaults for what an update leaves out, also what was set before', async () => {
    await setPolicy({ RequireNumbers: true, MaxPasswordAge: 90, HardExpiry: true })
    expect(await get()).toMatchObject({
      MaxPasswordAge: 90,
      ExpirePasswords: true,
      HardExpiry: true,
    })
    await setPolicy({})
    expect(await get()).toEqual({
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    })
  })

  test('is gone once deleted', async () => {
    await setPolicy({})
    await iam.send(new DeleteAccountPasswordPolicyCommand({}))
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('refuses numbers out of range', async () => {
    await expect(setPolicy({ MinimumPasswordLength: 5 })).rejects.toThrow(
      "Value '5' at 'minimumPasswordLength' failed to satisfy constraint: " +
        'Member must have value greater than or equal to 6',
    )
  })
})
