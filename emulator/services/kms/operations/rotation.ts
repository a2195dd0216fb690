import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
  ListKeyRotationsRequest,
  ListKeyRotationsResponse,
  RotateKeyOnDemandRequest,
  RotateKeyOnDemandResponse,
  RotationsListEntry,
} from '@aws-sdk/client-kms'
import { operation } from '../../../operation.ts'
import { limitExceeded, unsupported } from '../errors.ts'
import { noAlias, refuseUnusable, requireKey, requireOwnKey, type NamedKey } from '../find-key.ts'
import { date } from '../key-metadata.ts'
import { page } from '../pages.ts'
import { onKey } from '../permissions.ts'
import { defaultPeriod, rotate, rotationStart } from '../rotation.ts'
import { updateKey } from '../rows/keys.ts'
import {
  countOnDemandRotations,
  currentMaterial,
  listMaterials,
  type Material,
} from '../rows/materials.ts'

// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html

const onDemandRotationsPerKey = 25

export const EnableKeyRotation = operation<EnableKeyRotationRequest, {}>({
  authorize: ({ KeyId, RotationPeriodInDays }, call) => [
    onKey(
      call,
      KeyId!,
      RotationPeriodInDays === undefined
        ? {}
        : { context: { 'kms:RotationPeriodInDays': String(RotationPeriodInDays) } },
      noAlias,
    ),
  ],
  run({ KeyId, RotationPeriodInDays }, call) {
    const found = requireOwnKey(call, KeyId!)
    refuseUnusable(found)
    refuseUnrotatable(found)
    // "If no value is specified, the default value is 365 days." What is so already goes on as it was.
    const period = RotationPeriodInDays ?? defaultPeriod
    if (found.key.rotationPeriod === period) return {}
    updateKey(call.db, { ...found.key, ...rotationStart(call.now, period) })
    return {}
  },
})

export const DisableKeyRotation = operation<DisableKeyRotationRequest, {}>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    const found = requireOwnKey(call, KeyId!)
    refuseUnusable(found)
    refuseUnrotatable(found)
    updateKey(call.db, { ...found.key, rotationPeriod: null, nextRotationAt: null })
    return {}
  },
})

/** Keys that can't rotate have it disabled; one that is about to be deleted does not rotate. */
export const GetKeyRotationStatus = operation<
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse
>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    const { key, arn } = requireKey(call, KeyId!, noAlias)
    const { rotationPeriod, nextRotationAt, state } = key
    if (rotationPeriod === null || nextRotationAt === null || state === 'PendingDeletion') {
      return { KeyRotationEnabled: false, KeyId: arn }
    }
    return {
      KeyRotationEnabled: true,
      KeyId: arn,
      RotationPeriodInDays: rotationPeriod,
      NextRotationDate: date(nextRotationAt),
    }
  },
})

export const RotateKeyOnDemand = operation<RotateKeyOnDemandRequest, RotateKeyOnDemandResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    const found = requireOwnKey(call, KeyId!)
    refuseUnusable(found)
    refuseUnrotatable(found)
    if (countOnDemandRotations(call.db, found.key) >= onDemandRotationsPerKey) {
      throw limitExceeded(
        'The on-demand rotations limit has been reached for the given keyId. ' +
          `No more on-demand rotations can be performed for this key: ${found.arn}`,
      )
    }
    rotate(call, found.key, 'ON_DEMAND')
    return { KeyId: found.arn }
  },
})

/** A rotation is listed with the material it brought; the first material was there before any. */
export const ListKeyRotations = operation<ListKeyRotationsRequest, ListKeyRotationsResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId, IncludeKeyMaterial, ...request }, call) {
    const found = requireOwnKey(call, KeyId!)
    refuseUnrotatable(found)
    const first = IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    const current = currentMaterial(call.db, found.key).number
    const { items, answer } = page(
      request,
      { byDefault: 100, most: 1000 },
      (after, limit) => listMaterials(call.db, found.key, { after: Number(after), limit, first }),
      ({ number }) => String(number),
    )
    return { Rotations: items.map((item) => describe(found, item, current)), ...answer }
  },
})

const describe = ({ arn }: NamedKey, material: Material, current: number): RotationsListEntry => ({
  KeyId: arn,
  KeyMaterialId: material.id,
  KeyMaterialState: material.number === current ? 'CURRENT' : 'NON_CURRENT',
  ...(material.rotationType !== null && {
    RotationDate: date(material.createdAt),
    RotationType: material.rotationType,
  }),
})

function refuseUnrotatable({ key }: NamedKey): void {
  if (key.spec !== 'SYMMETRIC_DEFAULT') {
    // AWS says nothing of why.
    throw unsupported('')
  }
}
