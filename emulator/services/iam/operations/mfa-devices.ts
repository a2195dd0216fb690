import type {
  DeactivateMFADeviceRequest,
  EnableMFADeviceRequest,
  GetMFADeviceRequest,
  GetMFADeviceResponse,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  ResyncMFADeviceRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import {
  deviceAlreadyTheUsers,
  deviceInUse,
  invalidAuthenticationCode,
  mfaSessionRequired,
  noSuchVirtualDevice,
  notTheUsersDevice,
  onlySecurityKeys,
} from '../credential-errors.ts'
import { quotaExceeded } from '../errors.ts'
import { pairCodes } from '../mfa-codes.ts'
import { pageOf } from '../pages.ts'
import { findMfaDevice, mfaDevicesOf, putMfaDevice, type MfaDevice } from '../rows/mfa-devices.ts'
import type { User } from '../rows/users.ts'
import { date, namedOrCallingUser, onUser, requireUser } from '../subjects.ts'

const devicesPerUser = 8

export const EnableMFADevice = operation<EnableMFADeviceRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }, call) {
    const user = requireUser(call, UserName!)
    refuseOwnDevicesWithoutMfa(call, user)
    const device = findMfaDevice(call.db, call.account, SerialNumber!)
    if (!device) throw noSuchVirtualDevice(SerialNumber!)
    if (device.userId === user.id) throw deviceAlreadyTheUsers(user.name)
    if (device.userId !== null) throw deviceInUse()
    if (mfaDevicesOf(call.db, call.account, user.id).length >= devicesPerUser) {
      throw quotaExceeded('MFADevicesPerUser', devicesPerUser)
    }
    const codes = [AuthenticationCode1!, AuthenticationCode2!] as const
    putMfaDevice(call.db, { ...paired(call, device, codes), userId: user.id, enabledAt: call.now })
    return {}
  },
})

export const ResyncMFADevice = operation<ResyncMFADeviceRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }, call) {
    const device = requireDevice(call, requireUser(call, UserName!), SerialNumber!)
    putMfaDevice(call.db, paired(call, device, [AuthenticationCode1!, AuthenticationCode2!]))
    return {}
  },
})

export const DeactivateMFADevice = operation<DeactivateMFADeviceRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SerialNumber }, call) {
    if (isOfRoot(call, UserName)) throw notTheUsersDevice()
    const user = namedOrCallingUser(call, UserName)
    refuseOwnDevicesWithoutMfa(call, user)
    const device = requireDevice(call, user, SerialNumber!)
    putMfaDevice(call.db, { ...device, userId: null, enabledAt: null })
    return {}
  },
})

export const ListMFADevices = operation<ListMFADevicesRequest, ListMFADevicesResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, ...request }, call) {
    if (isOfRoot(call, UserName)) return { MFADevices: [], IsTruncated: false }
    const user = namedOrCallingUser(call, UserName)
    const devices = mfaDevicesOf(call.db, call.account, user.id)
    const { items, answer } = pageOf(request, devices, ({ serial }) => serial)
    return {
      MFADevices: items.map(({ serial, enabledAt }) => ({
        UserName: user.name,
        SerialNumber: serial,
        EnableDate: date(enabledAt!),
      })),
      ...answer,
    }
  },
})

/** Answers about FIDO security keys alone, which only the console can register: there are none here. */
export const GetMFADevice = operation<GetMFADeviceRequest, GetMFADeviceResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SerialNumber }, call) {
    if (!isOfRoot(call, UserName)) namedOrCallingUser(call, UserName)
    if (findMfaDevice(call.db, call.account, SerialNumber!)) throw onlySecurityKeys()
    throw notTheUsersDevice()
  },
})

/** The root user's devices are the console's to register: it has none here. */
const isOfRoot = ({ caller }: Call, userName: string | undefined): boolean =>
  userName === undefined && caller.type === 'Root'

function requireDevice({ db, account }: Call, user: User, serial: string): MfaDevice {
  const device = findMfaDevice(db, account, serial)
  if (device?.userId !== user.id) throw notTheUsersDevice()
  return device
}

function paired(call: Call, device: MfaDevice, codes: readonly [string, string]): MfaDevice {
  const found = pairCodes(device, codes, call.wallNow)
  if (!found) throw invalidAuthenticationCode()
  return found
}

/**
 * Who has a device already needs it to change which devices there are:
 * https://aws.amazon.com/security/security-bulletins/AWS-2023-001/
 */
function refuseOwnDevicesWithoutMfa({ caller, db, account }: Call, user: User): void {
  if (caller.type !== 'IAMUser' || caller.userId !== user.id) return
  if (caller.session?.mfaAuthenticated) return
  if (mfaDevicesOf(db, account, user.id).length > 0) throw mfaSessionRequired()
}
