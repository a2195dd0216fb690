import {
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from '@aws-sdk/client-iam'
import { toBuffer } from 'qrcode'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { authenticator, type Authenticator } from './authenticator.ts'
import { asUser } from './callers.ts'

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

describe('CreateVirtualMFADevice', () => {
  test('gives the seed in base 32, and a PNG that shows it as a QR code', async () => {
    const device = await create('phone', { Path: '/team/', Tags: [{ Key: 'a', Value: 'b' }] })
    expect(device.SerialNumber).toBe('arn:aws:iam::123456789012:mfa/team/phone')
    const seed = Buffer.from(device.Base32StringSeed!).toString()
    expect(seed).toMatch(/^[A-Z2-7]{64}$/)
    expect(device.Tags).toEqual([{ Key: 'a', Value: 'b' }])
    const png = Buffer.from(device.QRCodePNG!)
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    const shown = await toBuffer(`otpauth://totp/phone@123456789012?secret=${seed}`)
    expect(png.equals(shown)).toBe(true)
  })

  test('refuses a path and name that are taken', async () => {
    await create()
    await expect(create()).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'MFA device already exists.',
      $metadata: { httpStatusCode: 409 },
    })
  })

  test('two devices have different seeds', async () => {
    const [one, two] = [await create('one'), await create('two')]
    expect(one.Base32StringSeed).not.toEqual(two.Base32StringSeed)
  })
})

describe('DeleteVirtualMFADevice', () => {
  const remove = (SerialNumber: string) =>
    iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))

  test('refuses a device that is enabled, and DeleteUser its user', async () => {
    const device = await newDevice()
    await enable(device)
    await expect(remove(device.serial)).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'MFA VirtualDevice in use. Must deactivate first.',
    })
    await expect(iam.send(new DeleteUserCommand({ UserName: 'alice' }))).rejects.toThrow(
      'Cannot delete entity, must remove tokens from principal first.',
    )
  })

  test('deletes a device of nobody, once', async () => {
    const { serial } = await newDevice()
    await remove(serial)
    await expect(remove(serial)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `VirtualMFADevice with serial number ${serial} doesn't exist.`,
    })
  })
})

describe('ListVirtualMFADevices', () => {
  test('lists devices by assignment, with their users and without their secrets', async () => {
    await enable(await newDevice('a'))
    await create('b')
    const list = async (AssignmentStatus?: 'Assigned' | 'Unassigned' | 'Any') => {
      const answer = await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus }))
      return answer.VirtualMFADevices!
    }
    expect(await list()).toHaveLength(2)
    expect(await list('Unassigned')).toEqual([{ SerialNumber: 'arn:aws:iam::123456789012:mfa/b' }])
    const assigned = await list('Assigned')
    expect(assigned).toMatchObject([{ User: { UserName: 'alice' } }])
    expect(assigned[0]!.Base32StringSeed).toBeUndefined()
  })

  test('gives pages', async () => {
    for (const name of ['a', 'b', 'c']) await create(name)
    const first = await iam.send(new ListVirtualMFADevicesCommand({ MaxItems: 2 }))
    expect(first).toMatchObject({ IsTruncated: true })
    const rest = await iam.send(new ListVirtualMFADevicesCommand({ Marker: first.Marker }))
    expect(rest.VirtualMFADevices).toEqual([{ SerialNumber: 'arn:aws:iam::123456789012:mfa/c' }])
  })
})

describe('Tags of devices', () => {
  test('are added, listed and removed, their keys told apart by case', async () => {
    const { SerialNumber } = await create('phone', { Tags: [{ Key: 'team', Value: 'a' }] })
    await iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'Team', Value: 'b' }] }))
    const tags = async () => (await iam.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags
    expect(await tags()).toEqual([
      { Key: 'team', Value: 'a' },
      { Key: 'Team', Value: 'b' },
    ])
    await iam.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ['team'] }))
    expect(await tags()).toEqual([{ Key: 'Team', Value: 'b' }])
  })

  test('cannot begin with aws:', async () => {
    const { SerialNumber } = await create()
    const Tags = [{ Key: 'aws:x', Value: 'y' }]
    await expect(iam.send(new TagMFADeviceCommand({ SerialNumber, Tags }))).rejects.toThrow(
      'Tag keys beginning with aws: are reserved for system use.',
    )
  })

  test('decide who may delete a device', async () => {
    const { SerialNumber } = await create('phone', { Tags: [{ Key: 'team', Value: 'a' }] })
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'iam:DeleteVirtualMFADevice',
        Resource: '*',
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'b' } },
      },
    })
    const alice = emulator.client(IAMClient, await asUser(emulator, 'alice', document))
    const remove = new DeleteVirtualMFADeviceCommand({ SerialNumber })
    await expect(alice.send(remove)).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
    await iam.send(new TagMFADeviceCommand({ SerialNumber, Tags: [{ Key: 'team', Value: 'b' }] }))
    await alice.send(remove)
  })
})
