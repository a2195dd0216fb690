import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  IAMClient,
  ListMFADevicesCommand,
  ResyncMFADeviceCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { authenticator, type Authenticator } from './authenticator.ts'
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

const create = async (VirtualMFADeviceName = 'phone', rest = {}) => {
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, ...rest }),
  )
  return VirtualMFADevice!
}

const newDevice = async (name?: string) => authenticator(await create(name))

const codes = (device: Authenticator, step = 0) => ({
  SerialNumber: device.serial,
  AuthenticationCode1: device.code(step - 1),
  AuthenticationCode2: device.code(step),
})

const enable = (device: Authenticator, step = 0, UserName = 'alice') =>
  iam.send(new EnableMFADeviceCommand({ UserName, ...codes(device, step) }))

describe('EnableMFADevice', () => {
  test('enables a device by two consecutive codes of its clock', async () => {
    const device = await newDevice()
    await enable(device)
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: 'alice' }))
    expect(MFADevices).toMatchObject([{ UserName: 'alice', SerialNumber: device.serial }])
    expect(Math.abs(MFADevices![0]!.EnableDate!.getTime() - emulator.now())).toBeLessThan(2000)
  })

  test('goes by the time of the wall, however far the virtual clock is ahead', async () => {
    const device = await newDevice()
    await emulator.advance(90 * 24 * 3600 * 1000)
    await enable(device)
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: 'alice' }))
    expect(MFADevices).toHaveLength(1)
  })

  test.each([
    ['the same code twice', (device: Authenticator) => [device.code(0), device.code(0)]],
    ['codes in reverse', (device: Authenticator) => [device.code(0), device.code(-1)]],
    ['codes with one between them', (device: Authenticator) => [device.code(-2), device.code(0)]],
    [
      'codes of a clock too far off',
      (device: Authenticator) => [device.code(1001), device.code(1002)],
    ],
  ])('refuses %s', async (_, codesOf) => {
    const device = await newDevice()
    const [AuthenticationCode1, AuthenticationCode2] = codesOf(device)
    const command = new EnableMFADeviceCommand({
      UserName: 'alice',
      SerialNumber: device.serial,
      AuthenticationCode1,
      AuthenticationCode2,
    })
    await expect(iam.send(command)).rejects.toMatchObject({
      name: 'InvalidAuthenticationCodeException',
      message: 'Authentication code for device is not valid.',
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('refuses a device that is enabled, for the user and for others', async () => {
    const device = await newDevice()
    await enable(device)
    await expect(enable(device, 2)).rejects.toThrow('MFA Device for user alice already exists.')
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    await expect(enable(device, 2, 'bob')).rejects.toThrow('MFA Device is already in use.')
  })

  test('refuses a ninth device of a user', async () => {
    for (let number = 1; number <= 8; number++) await enable(await newDevice(`phone${number}`))
    await expect(enable(await newDevice('phone9'))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for MFADevicesPerUser: 8',
    })
  })

  test('lets a user add a second device in a session with MFA only', async () => {
    const document = allow(['iam:EnableMFADevice', 'iam:DeactivateMFADevice', 'sts:*'])
    const alice = await asUser(emulator, 'alice', document)
    const [first, second] = [await newDevice('first'), await newDevice('second')]
    const asAlice = emulator.client(IAMClient, alice)
    await asAlice.send(new EnableMFADeviceCommand({ UserName: 'alice', ...codes(first) }))
    const add = new EnableMFADeviceCommand({ UserName: 'alice', ...codes(second) })
    await expect(asAlice.send(add)).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
      message:
        'To complete this action, please ensure that you are authenticated with an MFA device ' +
        'that is enabled for this user.',
    })
    const { Credentials } = await emulator
      .client(STSClient, alice)
      .send(new GetSessionTokenCommand({ SerialNumber: first.serial, TokenCode: first.code(1) }))
    const credentials = {
      accessKeyId: Credentials!.AccessKeyId,
      secretAccessKey: Credentials!.SecretAccessKey,
      sessionToken: Credentials!.SessionToken,
    }
    await emulator.client(IAMClient, { credentials }).send(add)
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName: 'alice' }))
    expect(MFADevices).toHaveLength(2)
  })
})

describe('A code in GetSessionToken', () => {
  const signIn = async (device: Authenticator, options: object, step: number) =>
    emulator
      .client(STSClient, options)
      .send(
        new GetSessionTokenCommand({ SerialNumber: device.serial, TokenCode: device.code(step) }),
      )

  test('is right once, and within two steps of the clock', async () => {
    const device = await newDevice()
    await enable(device)
    const alice = await asUser(emulator, 'alice')
    await signIn(device, alice, 1)
    await expect(signIn(device, alice, 1)).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
    })
    await signIn(device, alice, -1)
    await expect(signIn(device, alice, -10)).rejects.toThrow(/invalid MFA one time pass code/)
  })

  test('is of the user’s own device', async () => {
    const device = await newDevice()
    await enable(device)
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    const bob = await asUser(emulator, 'bob')
    await expect(signIn(device, bob, 1)).rejects.toThrow(/unable to validate MFA code/)
  })
})

describe('ResyncMFADevice', () => {
  test('sets a device’s clock by two later codes', async () => {
    const device = await newDevice()
    await enable(device)
    const alice = await asUser(emulator, 'alice')
    const signIn = (step: number) =>
      emulator
        .client(STSClient, alice)
        .send(
          new GetSessionTokenCommand({ SerialNumber: device.serial, TokenCode: device.code(step) }),
        )
    await expect(signIn(20)).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
    await iam.send(new ResyncMFADeviceCommand({ UserName: 'alice', ...codes(device, 20) }))
    await signIn(20)
  })

  test('refuses the pair that it was enabled by', async () => {
    const device = await newDevice()
    await enable(device, 5)
    const again = new ResyncMFADeviceCommand({ UserName: 'alice', ...codes(device, 5) })
    await expect(iam.send(again)).rejects.toMatchObject({
      name: 'InvalidAuthenticationCodeException',
    })
  })

  test('refuses a device that is not the user’s', async () => {
    const device = await newDevice()
    const command = new ResyncMFADeviceCommand({ UserName: 'alice', ...codes(device) })
    await expect(iam.send(command)).rejects.toThrow('MFA Device invalid for user.')
  })
})

describe('DeactivateMFADevice', () => {
  test('leaves the device, which can be enabled again by later codes', async () => {
    const device = await newDevice()
    await enable(device)
    const deactivate = new DeactivateMFADeviceCommand({
      UserName: 'alice',
      SerialNumber: device.serial,
    })
    await iam.send(deactivate)
    await expect(iam.send(deactivate)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'MFA Device invalid for user.',
    })
    await expect(enable(device)).rejects.toMatchObject({
      name: 'InvalidAuthenticationCodeException',
    })
    await enable(device, 2)
  })
})

test('GetMFADevice is for security keys alone', async () => {
  const { SerialNumber } = await create()
  const command = new GetMFADeviceCommand({ SerialNumber, UserName: 'alice' })
  await expect(iam.send(command)).rejects.toThrow(/only hardware FIDO security keys are supported/)
})

test('ListMFADevices lists those of the caller, of which the root user has none', async () => {
  const root = emulator.client(IAMClient, asRoot)
  expect((await root.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([])
  await enable(await newDevice(), 0, 'student')
  expect((await iam.send(new ListMFADevicesCommand({}))).MFADevices).toHaveLength(1)
})
