import type {
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  DeleteVirtualMFADeviceRequest,
  ListMFADeviceTagsRequest,
  ListMFADeviceTagsResponse,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
  TagMFADeviceRequest,
  UntagMFADeviceRequest,
  VirtualMFADevice,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { mfaArn } from '../arns.ts'
import { deviceStillEnabled, mfaDeviceExists, noSuchVirtualDevice } from '../credential-errors.ts'
import { createdTags, listTags, onTagged, tagged, untagged, withExactTags } from '../exact-tags.ts'
import { page } from '../pages.ts'
import { accountAlias } from '../rows/account-settings.ts'
import {
  deleteMfaDevice,
  findMfaDevice,
  listMfaDevices,
  putMfaDevice,
  type MfaDevice,
} from '../rows/mfa-devices.ts'
import { findUserById } from '../rows/users.ts'
import { date } from '../subjects.ts'
import { requestTagContext } from '../tags.ts'
import { base32, otpauthUri } from '../totp.ts'
import { describe as describeUser } from './users.ts'

/** 320 bits: 64 characters of base 32. */
const seedLength = 40

interface PreparedDevice {
  readonly seed: Buffer
  readonly qrCode: Buffer
}

export const CreateVirtualMFADevice = operation<
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  PreparedDevice
>({
  authorize: ({ VirtualMFADeviceName, Path = '/', Tags }, call) => [
    {
      resource: mfaArn(call.account, Path, VirtualMFADeviceName!),
      context: requestTagContext(Tags),
    },
  ],
  async prepare({ VirtualMFADeviceName }, { ids, db, account }) {
    const seed = ids.bytes(seedLength)
    const label = `${VirtualMFADeviceName}@${accountAlias(db, account) ?? account}`
    // Drawing codes is rare: who never makes a device never loads it.
    const { toBuffer } = await import('qrcode')
    const qrCode = await toBuffer(otpauthUri(label, base32(seed)))
    return { seed, qrCode }
  },
  run({ VirtualMFADeviceName, Path = '/', Tags }, { db, account, now }, { seed, qrCode }) {
    const serial = mfaArn(account, Path, VirtualMFADeviceName!)
    if (findMfaDevice(db, account, serial)) throw mfaDeviceExists()
    const tags = withExactTags({}, Tags)
    putMfaDevice(db, {
      account,
      serial,
      seed,
      userId: null,
      enabledAt: null,
      createdAt: now,
      drift: 0,
      pairedStep: 0,
      usedSteps: [],
      tags,
    })
    return {
      VirtualMFADevice: {
        SerialNumber: serial,
        Base32StringSeed: Buffer.from(base32(seed)),
        QRCodePNG: qrCode,
        ...createdTags(tags),
      },
    }
  },
})

export const ListVirtualMFADevices = operation<
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse
>({
  authorize: (_, { account }) => [mfaArn(account, '/', '')],
  run({ AssignmentStatus = 'Any', ...request }, call) {
    const assigned = { Any: undefined, Assigned: true, Unassigned: false }[AssignmentStatus]
    const { items, answer } = page(
      request,
      (after, limit) => listMfaDevices(call.db, call.account, { assigned, after, limit }),
      ({ serial }) => serial,
    )
    return { VirtualMFADevices: items.map((device) => describe(call, device)), ...answer }
  },
})

export const DeleteVirtualMFADevice = operation<DeleteVirtualMFADeviceRequest, {}>({
  authorize: ({ SerialNumber }, call) => [onDevice(call, SerialNumber!)],
  run({ SerialNumber }, call) {
    const device = requireDevice(call, SerialNumber!)
    if (device.userId !== null) throw deviceStillEnabled()
    deleteMfaDevice(call.db, device)
    return {}
  },
})

export const TagMFADevice = operation<TagMFADeviceRequest, {}>({
  authorize: ({ SerialNumber, Tags }, call) => [onDevice(call, SerialNumber!, { Tags })],
  run({ SerialNumber, Tags }, call) {
    const device = requireDevice(call, SerialNumber!)
    putMfaDevice(call.db, { ...device, tags: tagged(device.tags, Tags!) })
    return {}
  },
})

export const UntagMFADevice = operation<UntagMFADeviceRequest, {}>({
  authorize: ({ SerialNumber, TagKeys }, call) => [onDevice(call, SerialNumber!, { TagKeys })],
  run({ SerialNumber, TagKeys }, call) {
    const device = requireDevice(call, SerialNumber!)
    putMfaDevice(call.db, { ...device, tags: untagged(device.tags, TagKeys!) })
    return {}
  },
})

export const ListMFADeviceTags = operation<ListMFADeviceTagsRequest, ListMFADeviceTagsResponse>({
  authorize: ({ SerialNumber }, call) => [onDevice(call, SerialNumber!)],
  run: ({ SerialNumber, ...request }, call) =>
    listTags(request, requireDevice(call, SerialNumber!).tags),
})

function requireDevice({ db, account }: Call, serial: string): MfaDevice {
  const device = findMfaDevice(db, account, serial)
  if (!device) throw noSuchVirtualDevice(serial)
  return device
}

const onDevice = (
  { db, account }: Call,
  serial: string,
  request?: Parameters<typeof onTagged>[2],
) => onTagged(serial, findMfaDevice(db, account, serial)?.tags, request)

/** A device as lists show it: without its secret and its tags, as on AWS. */
function describe(
  { db, account }: Call,
  { serial, userId, enabledAt }: MfaDevice,
): VirtualMFADevice {
  const user = userId === null ? undefined : findUserById(db, account, userId)
  return {
    SerialNumber: serial,
    ...(user && { User: describeUser({ ...user, tags: {} }) }),
    ...(enabledAt !== null && { EnableDate: date(enabledAt) }),
  }
}
