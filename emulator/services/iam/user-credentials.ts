import type { Call } from '../../operation.ts'
import { mustFirst } from './errors.ts'
import { findLoginProfile } from './rows/login-profiles.ts'
import { mfaDevicesOf } from './rows/mfa-devices.ts'
import { serviceCredentialsOf } from './rows/service-credentials.ts'
import { signingCertificatesOf } from './rows/signing-certificates.ts'
import { sshKeysOf } from './rows/ssh-keys.ts'
import type { User } from './rows/users.ts'

/**
 * A user is deleted last of all: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html
 *
 * @throws DeleteConflict while the user has other credentials than access keys
 */
export function refuseWithCredentials({ db, account }: Call, { id }: User): void {
  if (findLoginProfile(db, account, id)) throw mustFirst('delete login profile')
  if (mfaDevicesOf(db, account, id).length > 0) throw mustFirst('remove tokens from principal')
  if (signingCertificatesOf(db, account, id).length > 0) throw mustFirst('delete certificates')
  const others = sshKeysOf(db, account, id).length + serviceCredentialsOf(db, account, id).length
  if (others > 0) throw mustFirst('remove referenced objects')
}
