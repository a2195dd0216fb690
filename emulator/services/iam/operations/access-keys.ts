import type {
  AccessKey as AccessKeyShape,
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { accessKeyId, secretAccessKey } from '../access-key-ids.ts'
import { invalidStatus, noSuchAccessKey, quotaExceeded } from '../errors.ts'
import { pageOf } from '../pages.ts'
import {
  accessKeysOf,
  deleteAccessKey,
  insertAccessKey,
  setAccessKeyStatus,
  type AccessKey,
} from '../rows/access-keys.ts'
import { date, namedOrCallingOwner, onUser, type CredentialOwner } from '../subjects.ts'

const keysPerUser = 2

export const CreateAccessKey = operation<CreateAccessKeyRequest, CreateAccessKeyResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName }, call) {
    const owner = namedOrCallingOwner(call, UserName)
    if (accessKeysOf(call.db, call.account, owner.id).length >= keysPerUser) {
      throw quotaExceeded('AccessKeysPerUser', keysPerUser)
    }
    const key = insertAccessKey(call.db, {
      account: call.account,
      id: accessKeyId('AKIA', call.account, call.ids),
      userId: owner.id,
      secret: secretAccessKey(call.ids),
      status: 'Active',
      createdAt: call.now,
    })
    return {
      AccessKey: {
        ...nameOf(owner),
        AccessKeyId: key.id,
        Status: key.status,
        SecretAccessKey: key.secret,
        CreateDate: date(key.createdAt),
      } as AccessKeyShape,
    }
  },
})

export const ListAccessKeys = operation<ListAccessKeysRequest, ListAccessKeysResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, ...request }, call) {
    const owner = namedOrCallingOwner(call, UserName)
    const keys = accessKeysOf(call.db, call.account, owner.id)
    const { items, answer } = pageOf(request, keys, ({ id }) => id)
    return {
      AccessKeyMetadata: items.map(({ id, status, createdAt }) => ({
        ...nameOf(owner),
        AccessKeyId: id,
        Status: status,
        CreateDate: date(createdAt),
      })),
      ...answer,
    }
  },
})

export const UpdateAccessKey = operation<UpdateAccessKeyRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, AccessKeyId, Status }, call) {
    // The model's statuses are shared with credentials that can expire; an access key can't.
    if (Status !== 'Active' && Status !== 'Inactive') throw invalidStatus(Status!)
    setAccessKeyStatus(call.db, requireAccessKey(call, UserName, AccessKeyId!), Status)
    return {}
  },
})

export const DeleteAccessKey = operation<DeleteAccessKeyRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, AccessKeyId }, call) {
    deleteAccessKey(call.db, requireAccessKey(call, UserName, AccessKeyId!))
    return {}
  },
})

function requireAccessKey(call: Call, userName: string | undefined, id: string): AccessKey {
  const owner = namedOrCallingOwner(call, userName)
  const key = accessKeysOf(call.db, call.account, owner.id).find((key) => key.id === id)
  if (!key) throw noSuchAccessKey(id)
  return key
}

/** The root user's keys are answered without a name, whatever the model requires. */
const nameOf = ({ name }: CredentialOwner) => (name === undefined ? {} : { UserName: name })
