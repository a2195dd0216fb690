import type {
  CreateKeyRequest,
  CreateKeyResponse,
  DescribeKeyRequest,
  DescribeKeyResponse,
  DisableKeyRequest,
  EnableKeyRequest,
  ListKeysRequest,
  ListKeysResponse,
  UpdateKeyDescriptionRequest,
} from '@aws-sdk/client-kms'
import { operation, type Call } from '../../../operation.ts'
import { keyArn } from '../arns.ts'
import { unsupported, validation } from '../errors.ts'
import { noAlias, refusePendingDeletion, requireKey, requireOwnKey } from '../find-key.ts'
import { describe } from '../key-metadata.ts'
import { checkKeyPolicy, defaultKeyPolicy } from '../key-policies.ts'
import { makeMaterial, type FreshMaterial } from '../materials.ts'
import { page } from '../pages.ts'
import { keyContext, onKey, requestTagContext } from '../permissions.ts'
import { overdueRotationNow, rotatedIfDue } from '../rotation.ts'
import { insertKey, listKeyIds, updateKey, type Key } from '../rows/keys.ts'
import { addMaterial } from '../rows/materials.ts'
import { algorithmsOf, isKeySpec, type KeySpecName, type KeyUsage } from '../specs.ts'
import { withTags } from '../tags.ts'

/** What a new key is to be, checked. */
interface WantedKey {
  readonly spec: KeySpecName
  readonly usage: KeyUsage
  readonly multiRegion: boolean
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const CreateKey = operation<CreateKeyRequest, CreateKeyResponse, FreshMaterial>({
  authorize(input, { caller }) {
    const context = {
      'kms:CallerAccount': caller.accountId,
      'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false),
      ...keyContext(wantedKey(input)),
      ...requestTagContext(input.Tags),
    }
    const permission = { resource: '*', context }
    return input.Tags?.length
      ? [permission, { ...permission, action: 'kms:TagResource' }]
      : [permission]
  },
  prepare: (input, { ids }) => makeMaterial(ids, wantedKey(input).spec),
  run(input, call, material) {
    const { db, account, region, now } = call
    const wanted = wantedKey(input)
    const id = newKeyId(call, wanted)
    const place = { account, region }
    const { Policy, BypassPolicyLockoutSafetyCheck: bypassLockoutCheck } = input
    if (Policy !== undefined) {
      const subject = { ...wanted, account, arn: keyArn(place, id) }
      checkKeyPolicy(call, subject, Policy, { bypassLockoutCheck })
    }
    const key = insertKey(db, {
      ...place,
      ...wanted,
      id,
      description: input.Description ?? '',
      state: 'Enabled',
      manager: 'CUSTOMER',
      policy: Policy ?? defaultKeyPolicy(account),
      tags: withTags({}, input.Tags),
      createdAt: now,
      deletionAt: null,
      rotationPeriod: null,
      nextRotationAt: null,
    })
    addMaterial(db, key, { ...material, createdAt: now, rotationType: null })
    return { KeyMetadata: describe(db, key) }
  },
})

/** "Multi-Region keys have a distinctive key ID that begins with mrk-." */
const newKeyId = ({ ids }: Call, { multiRegion }: WantedKey) =>
  multiRegion ? `mrk-${ids.bytes(16).toString('hex')}` : ids.uuid()

function wantedKey(input: CreateKeyRequest): WantedKey {
  const { KeySpec, CustomerMasterKeySpec, KeyUsage: usage, Origin = 'AWS_KMS' } = input
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw validation(
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    )
  }
  if (Origin !== 'AWS_KMS' || input.CustomKeyStoreId !== undefined) {
    throw unsupported(
      `pocketcloud makes the material of its keys itself: Origin ${Origin} and custom key stores are not there`,
    )
  }
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  if (!isKeySpec(spec)) throw unsupported(`pocketcloud has no keys of the spec ${spec}`)
  if (usage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    throw validation(
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    )
  }
  const wanted = usage ?? 'ENCRYPT_DECRYPT'
  if (wanted === 'ENCAPSULATE_DECAPSULATE' || algorithmsOf(spec, wanted).length === 0) {
    throw validation(`KeyUsage ${wanted} is not compatible with KeySpec ${spec}`)
  }
  return { spec, usage: wanted, multiRegion: input.MultiRegion ?? false }
}

export const DescribeKey = operation<DescribeKeyRequest, DescribeKeyResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!)],
  run: ({ KeyId }, call) => ({ KeyMetadata: describe(call.db, requireKey(call, KeyId!).key) }),
})

export const ListKeys = operation<ListKeysRequest, ListKeysResponse>({
  authorize: () => ['*'],
  run(request, { db, account, region }) {
    const { items, answer } = page(
      request,
      { byDefault: 100, most: 1000 },
      (after, limit) => listKeyIds(db, { account, region }, after, limit),
      (id) => id,
    )
    const Keys = items.map((id) => ({ KeyId: id, KeyArn: keyArn({ account, region }, id) }))
    return { Keys, ...answer }
  },
})

export const EnableKey = operation<EnableKeyRequest, {}>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    const found = requireOwnKey(call, KeyId!)
    refusePendingDeletion(found)
    const key: Key = { ...overdueRotationNow(found.key, call.now), state: 'Enabled' }
    rotatedIfDue(call, updateKey(call.db, key))
    return {}
  },
})

export const DisableKey = operation<DisableKeyRequest, {}>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    const found = requireOwnKey(call, KeyId!)
    refusePendingDeletion(found)
    updateKey(call.db, { ...found.key, state: 'Disabled' })
    return {}
  },
})

export const UpdateKeyDescription = operation<UpdateKeyDescriptionRequest, {}>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId, Description }, call) {
    const found = requireOwnKey(call, KeyId!)
    refusePendingDeletion(found)
    updateKey(call.db, { ...found.key, description: Description! })
    return {}
  },
})
