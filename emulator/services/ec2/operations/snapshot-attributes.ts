import type {
  CreateVolumePermission,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { changeShares, everyone, removeShares, sharesOf } from '../rows/shares.ts'
import { snapshots } from '../rows/snapshots.ts'
import type { SnapshotRow } from '../rows/snapshots.ts'
import { encryptedIsNotPublic, encryptedWithDefaultKey } from '../volumes/errors.ts'
import { invalidLaunchPermission } from '../images/errors.ts'
import { refuseBlockedSharing } from '../volumes/public-sharing.ts'
import { onSnapshot } from '../volumes/permissions.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html */
export const ModifySnapshotAttribute = operation<ModifySnapshotAttributeRequest, {}>({
  authorize: (input, call) => {
    const { add, remove } = asked(input)
    return [
      onSnapshot(call, input.SnapshotId, {
        ...(add[0] ? { 'ec2:Add/userId': add[0] } : {}),
        ...(remove[0] ? { 'ec2:Remove/userId': remove[0] } : {}),
      }),
    ]
  },
  run(input, call) {
    const row = required(input.SnapshotId, call)
    if (input.Attribute && input.Attribute !== 'createVolumePermission') {
      throw invalidValue(input.Attribute, 'attribute', 'Unknown attribute.')
    }
    const change = asked(input)
    const bad = [...change.add, ...change.remove].find((one) => !/^(\d{12}|all)$/.test(one))
    if (bad !== undefined) throw invalidLaunchPermission(bad)
    if (change.add.includes(everyone)) refuseBlockedSharing(call, 'snapshot')
    if (row.encrypted === 1 && change.add.includes(everyone)) throw encryptedIsNotPublic()
    if (row.encrypted === 1 && change.add.length > 0) requireOwnKey(row, call)
    changeShares(call, row.snapshot_id, change)
    return {}
  },
})

/** Both forms of the request: the list of permissions, and the older lists of users and groups. */
function asked(input: ModifySnapshotAttributeRequest): { add: string[]; remove: string[] } {
  const named = [...(input.UserIds ?? []), ...(input.GroupNames ?? [])]
  const grantees = (list: readonly CreateVolumePermission[] | undefined) =>
    (list ?? []).map(({ UserId, Group }) => UserId ?? Group ?? '')
  return {
    add: [
      ...grantees(input.CreateVolumePermission?.Add),
      ...(input.OperationType === 'add' ? named : []),
    ],
    remove: [
      ...grantees(input.CreateVolumePermission?.Remove),
      ...(input.OperationType === 'remove' ? named : []),
    ],
  }
}

/** Nobody else may use an AWS managed key. */
function requireOwnKey({ kms_key_id }: SnapshotRow, call: Call): void {
  const key = call.ports.kms.resolve(call, { service: 'ebs', keyId: kms_key_id ?? undefined })
  if (key.manager === 'AWS') throw encryptedWithDefaultKey()
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html */
export const DescribeSnapshotAttribute = operation<
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult
>({
  authorize: ({ SnapshotId }, call) => [onSnapshot(call, SnapshotId)],
  run({ SnapshotId, Attribute }, call) {
    const { snapshot_id: id } = required(SnapshotId, call)
    if (Attribute === 'productCodes') return { SnapshotId: id, ProductCodes: [] }
    if (Attribute !== 'createVolumePermission') {
      throw Attribute
        ? invalidValue(Attribute, 'attribute', 'Unknown attribute.')
        : missingParameter('Attribute')
    }
    return {
      SnapshotId: id,
      CreateVolumePermissions: (sharesOf(call, [id]).get(id) ?? []).map((grantee) =>
        grantee === everyone ? { Group: everyone } : { UserId: grantee },
      ),
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetSnapshotAttribute.html */
export const ResetSnapshotAttribute = operation<ResetSnapshotAttributeRequest, {}>({
  authorize: ({ SnapshotId }, call) => [onSnapshot(call, SnapshotId)],
  run({ SnapshotId, Attribute }, call) {
    const { snapshot_id } = required(SnapshotId, call)
    if (Attribute !== 'createVolumePermission') {
      throw Attribute
        ? invalidValue(Attribute, 'attribute', 'Unknown attribute.')
        : missingParameter('Attribute')
    }
    removeShares(call, snapshot_id)
    return {}
  },
})

function required(id: string | undefined, call: Call): SnapshotRow {
  if (!id) throw missingParameter('SnapshotId')
  return snapshots.require(id, call)
}
