import type {
  CopySnapshotRequest,
  CopySnapshotResult,
  CreateSnapshotRequest,
  CreateSnapshotsRequest,
  CreateSnapshotsResult,
  DeleteSnapshotRequest,
  Snapshot,
  SnapshotInfo,
  Tag,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterValue, missingParameter } from '../errors.ts'
import { regions } from '../facts/regions.ts'
import { onNewResource, onResource } from '../permissions.ts'
import { imageOfSnapshot } from '../rows/images.ts'
import { instances } from '../rows/instances.ts'
import { removeShares } from '../rows/shares.ts'
import { binnedImageOf } from '../rows/recycle-bin.ts'
import { deleteSnapshot, snapshotInfo, snapshots } from '../rows/snapshots.ts'
import { deleteTags, tagsOf } from '../rows/tags.ts'
import { attachmentsOf, volumes } from '../rows/volumes.ts'
import type { VolumeRow } from '../rows/volumes.ts'
import { specifiedTags } from '../tagging.ts'
import { chooseEncryption } from '../volumes/encryption.ts'
import { snapshotInUse, volumeInState } from '../volumes/errors.ts'
import { onSnapshot, onVolume } from '../volumes/permissions.ts'
import { keepInBin } from '../volumes/recycle-bin.ts'
import { refuseLocked } from '../volumes/snapshot-locks.ts'
import { beginSnapshot, beginSnapshotOf, copiesVolume } from '../volumes/take-snapshot.ts'
import { requireUsableSnapshot } from '../volumes/usable-snapshots.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html */
export const CreateSnapshot = operation<CreateSnapshotRequest, Snapshot>({
  authorize: ({ VolumeId, TagSpecifications }, call) => [
    ...onNewResource(call, 'snapshot', TagSpecifications),
    onVolume(call, VolumeId),
  ],
  run({ VolumeId, Description, TagSpecifications }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    const volume = requireReady(VolumeId, call)
    const { snapshot: tags } = specifiedTags(TagSpecifications, 'snapshot')
    const description = checkedDescription(Description)
    return shown(beginSnapshotOf(volume, { description, tags }, call), call)
  },
})

/** All at one moment. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html */
export const CreateSnapshots = operation<CreateSnapshotsRequest, CreateSnapshotsResult>({
  authorize: (input, call) => [
    ...onNewResource(call, 'snapshot', input.TagSpecifications),
    onResource(call, 'instance', input.InstanceSpecification?.InstanceId ?? ''),
    ...volumesOf(input, call).map((id) => onVolume(call, id)),
  ],
  run(input, call) {
    const { InstanceId, ExcludeDataVolumeIds = [] } = input.InstanceSpecification ?? {}
    if (!InstanceId) throw missingParameter('InstanceSpecification.InstanceId')
    instances.require(InstanceId, call)
    const attached = new Set(
      (attachmentsOf(call, [InstanceId]).get(InstanceId) ?? []).map(({ volume_id }) => volume_id),
    )
    const foreign = ExcludeDataVolumeIds.find((id) => !attached.has(id))
    if (foreign !== undefined) {
      throw invalidParameterValue(`Volume ${foreign} is not attached to instance ${InstanceId}.`)
    }
    const given = specifiedTags(input.TagSpecifications, 'snapshot').snapshot
    const description = checkedDescription(input.Description)
    const ids = volumesOf(input, call).map((id) => {
      const tags = input.CopyTagsFromSource === 'volume' ? withVolumeTags(id, given, call) : given
      return beginSnapshotOf(volumes.require(id, call), { description, tags }, call)
    })
    return { Snapshots: ids.map((id) => shown(id, call)) }
  },
})

/** The volumes of the instance that are not excluded. */
function volumesOf({ InstanceSpecification }: CreateSnapshotsRequest, call: Call): string[] {
  const { InstanceId, ExcludeBootVolume, ExcludeDataVolumeIds = [] } = InstanceSpecification ?? {}
  const instance = InstanceId ? instances.find(InstanceId, call) : undefined
  if (!instance) return []
  return (attachmentsOf(call, [InstanceId!]).get(InstanceId!) ?? [])
    .filter(
      ({ device, volume_id }) =>
        !(ExcludeBootVolume && device === instance.root_device_name) &&
        !ExcludeDataVolumeIds.includes(volume_id),
    )
    .map(({ volume_id }) => volume_id)
}

function withVolumeTags(volumeId: string, given: readonly Tag[], call: Call): Tag[] {
  const named = new Set(given.map(({ Key }) => Key))
  const copied = (tagsOf(call, [volumeId]).get(volumeId) ?? []).filter(
    ({ Key }) => !named.has(Key) && !/^aws:/i.test(Key!),
  )
  return [...copied, ...given]
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html */
export const DeleteSnapshot = operation<DeleteSnapshotRequest, {}>({
  authorize: ({ SnapshotId }, call) => [onSnapshot(call, SnapshotId)],
  run({ SnapshotId }, call) {
    if (!SnapshotId) throw missingParameter('SnapshotId')
    refuseLocked(snapshots.require(SnapshotId, call), call.now)
    const imageId = imageOfSnapshot(call, SnapshotId) ?? binnedImageOf(call, SnapshotId)
    if (imageId) throw snapshotInUse(SnapshotId, imageId)
    forgetSnapshot(SnapshotId, call)
    return {}
  },
})

/** Deletes a snapshot with all that was known about it. */
export function forgetSnapshot(id: string, call: Call): void {
  keepInBin('snap', id, call)
  deleteSnapshot(call, id)
  removeShares(call, id)
  deleteTags(call, id)
}

/** Into the region that is called. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html */
export const CopySnapshot = operation<CopySnapshotRequest, CopySnapshotResult>({
  authorize: ({ SourceRegion, SourceSnapshotId, TagSpecifications }, call) => [
    ...onNewResource(call, 'snapshot', TagSpecifications),
    ...(SourceSnapshotId && SourceRegion
      ? [onSnapshot({ ...call, region: SourceRegion }, SourceSnapshotId)]
      : []),
  ],
  run(input, call) {
    if (!input.SourceSnapshotId) throw missingParameter('SourceSnapshotId')
    const sourceRegion = checkedRegion(input.SourceRegion)
    const source = requireUsableSnapshot(input.SourceSnapshotId, { ...call, region: sourceRegion })
    const { snapshot: tags } = specifiedTags(input.TagSpecifications, 'snapshot')
    const { encrypted, kmsKeyId } = chooseEncryption(
      {
        encrypted: input.Encrypted,
        kmsKeyId: input.KmsKeyId,
        // A key does not leave its region.
        source:
          sourceRegion === call.region ? source : { encrypted: source.encrypted, kmsKeyId: null },
      },
      call,
    )
    const id = beginSnapshot(
      {
        volumeId: copiesVolume,
        size: source.size,
        encrypted,
        kmsKeyId,
        description: checkedDescription(input.Description) || copied(source.id, sourceRegion),
        tags,
      },
      call,
    )
    return { SnapshotId: id, ...(tags.length > 0 ? { Tags: [...tags] } : {}) }
  },
})

const copied = (id: string, region: string) => `[Copied ${id} from ${region}]`

/** @throws MissingParameter or InvalidParameterValue */
export function checkedRegion(region: string | undefined): string {
  if (!region) throw missingParameter('SourceRegion')
  if (!regions().has(region)) throw invalidParameterValue(`Invalid region: '${region}'`)
  return region
}

function requireReady(id: string, call: Call): VolumeRow {
  const volume = volumes.require(id, call)
  if (volume.state !== 'available' && volume.state !== 'in-use') {
    throw volumeInState(id, volume.state)
  }
  return volume
}

function checkedDescription(description = ''): string {
  if (description.length > 255) {
    throw invalidParameterValue('Description is too long. Maximum length is 255 characters.')
  }
  return description
}

function shown(id: string, call: Call): SnapshotInfo {
  return snapshotInfo(snapshots.require(id, call), call.now, tagsOf(call, [id]).get(id))
}
