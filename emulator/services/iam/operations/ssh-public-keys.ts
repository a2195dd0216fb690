import type {
  DeleteSSHPublicKeyRequest,
  GetSSHPublicKeyRequest,
  GetSSHPublicKeyResponse,
  ListSSHPublicKeysRequest,
  ListSSHPublicKeysResponse,
  SSHPublicKey,
  UpdateSSHPublicKeyRequest,
  UploadSSHPublicKeyRequest,
  UploadSSHPublicKeyResponse,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { accessKeyId } from '../access-key-ids.ts'
import { duplicatePublicKey, noSuchPublicKey, unsupportedStatus } from '../credential-errors.ts'
import { quotaExceeded } from '../errors.ts'
import { pageOf } from '../pages.ts'
import { deleteSshKey, putSshKey, sshKeysOf, type SshKey } from '../rows/ssh-keys.ts'
import type { User } from '../rows/users.ts'
import { asPem, asSsh, fingerprint, parsePublicKey } from '../ssh-public-keys.ts'
import { date, namedOrCallingUser, onUser, requireUser } from '../subjects.ts'

const keysPerUser = 5

export const UploadSSHPublicKey = operation<UploadSSHPublicKeyRequest, UploadSSHPublicKeyResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SSHPublicKeyBody }, call) {
    const { db, account, now, ids } = call
    const user = requireUser(call, UserName!)
    const wire = parsePublicKey(SSHPublicKeyBody!)
    const keys = sshKeysOf(db, account, user.id)
    if (keys.some((key) => key.wire.equals(wire))) throw duplicatePublicKey()
    if (keys.length >= keysPerUser) throw quotaExceeded('SSHPublicKeysPerUser', keysPerUser)
    const key: SshKey = {
      account,
      id: accessKeyId('APKA', account, ids),
      userId: user.id,
      wire,
      fingerprint: fingerprint(wire),
      status: 'Active',
      uploadedAt: now,
    }
    putSshKey(db, key)
    return { SSHPublicKey: describe(user, key, SSHPublicKeyBody!) }
  },
})

export const GetSSHPublicKey = operation<GetSSHPublicKeyRequest, GetSSHPublicKeyResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SSHPublicKeyId, Encoding }, call) {
    const user = requireUser(call, UserName!)
    const key = requireKey(call, user, SSHPublicKeyId!)
    const body = Encoding === 'PEM' ? asPem(key.wire) : asSsh(key.wire)
    return { SSHPublicKey: describe(user, key, body) }
  },
})

export const ListSSHPublicKeys = operation<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, ...request }, call) {
    const user = namedOrCallingUser(call, UserName)
    const keys = sshKeysOf(call.db, call.account, user.id)
    const { items, answer } = pageOf(request, keys, ({ id }) => id)
    return {
      SSHPublicKeys: items.map(({ id, status, uploadedAt }) => ({
        UserName: user.name,
        SSHPublicKeyId: id,
        Status: status,
        UploadDate: date(uploadedAt),
      })),
      ...answer,
    }
  },
})

export const UpdateSSHPublicKey = operation<UpdateSSHPublicKeyRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SSHPublicKeyId, Status }, call) {
    const key = requireKey(call, requireUser(call, UserName!), SSHPublicKeyId!)
    if (Status !== 'Active' && Status !== 'Inactive') throw unsupportedStatus(Status!)
    putSshKey(call.db, { ...key, status: Status })
    return {}
  },
})

export const DeleteSSHPublicKey = operation<DeleteSSHPublicKeyRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, SSHPublicKeyId }, call) {
    deleteSshKey(call.db, requireKey(call, requireUser(call, UserName!), SSHPublicKeyId!))
    return {}
  },
})

function requireKey({ db, account }: Call, user: User, id: string): SshKey {
  const key = sshKeysOf(db, account, user.id).find((key) => key.id === id)
  if (!key) throw noSuchPublicKey(id)
  return key
}

const describe = (user: User, key: SshKey, body: string): SSHPublicKey => ({
  UserName: user.name,
  SSHPublicKeyId: key.id,
  Fingerprint: key.fingerprint,
  SSHPublicKeyBody: body,
  Status: key.status,
  UploadDate: date(key.uploadedAt),
})
