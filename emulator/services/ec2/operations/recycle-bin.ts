import type {
  ListImagesInRecycleBinRequest,
  ListImagesInRecycleBinResult,
  ListSnapshotsInRecycleBinRequest,
  ListSnapshotsInRecycleBinResult,
  ListVolumesInRecycleBinRequest,
  ListVolumesInRecycleBinResult,
  RestoreImageFromRecycleBinRequest,
  RestoreImageFromRecycleBinResult,
  RestoreSnapshotFromRecycleBinRequest,
  RestoreSnapshotFromRecycleBinResult,
  RestoreVolumeFromRecycleBinRequest,
  RestoreVolumeFromRecycleBinResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { insertRow } from '../describe/insert.ts'
import { missingParameter } from '../errors.ts'
import { anyResource, onResource } from '../permissions.ts'
import { imageSnapshotIds } from '../rows/images.ts'
import { binned } from '../rows/recycle-bin.ts'
import type { BinKind, BinRow } from '../rows/recycle-bin.ts'
import { snapshotInfo, snapshots } from '../rows/snapshots.ts'
import { keptOf, restoreFromBin } from '../volumes/recycle-bin.ts'

// https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin.html

/** The condition keys of what is in the bin are its tags. */
function onBinned(kind: BinKind, type: string, id: string, call: Call): Permission {
  const row = binned[kind].find(id, call)
  const tags = row ? keptOf(row).tags : []
  return onResource(call, type, id, {
    context: Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value!])),
  })
}

const times = ({ entered_at, exits_at }: BinRow) => ({
  RecycleBinEnterTime: new Date(entered_at),
  RecycleBinExitTime: new Date(exits_at),
})

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const ListSnapshotsInRecycleBin = operation<
  ListSnapshotsInRecycleBinRequest,
  ListSnapshotsInRecycleBinResult
>({
  authorize: anyResource,
  run({ SnapshotIds, ...input }, call) {
    const { rows, nextToken } = binned.snap.page(input, SnapshotIds, call)
    return {
      Snapshots: rows.map((one) => {
        const { row } = keptOf(one)
        return {
          SnapshotId: one.id,
          VolumeId: text(row['volume_id']),
          Description: text(row['description']),
          ...times(one),
        }
      }),
      NextToken: nextToken,
    }
  },
})

export const RestoreSnapshotFromRecycleBin = operation<
  RestoreSnapshotFromRecycleBinRequest,
  RestoreSnapshotFromRecycleBinResult
>({
  authorize: ({ SnapshotId = '' }, call) => [onBinned('snap', 'snapshot', SnapshotId, call)],
  run({ SnapshotId }, call) {
    if (!SnapshotId) throw missingParameter('SnapshotId')
    restoreFromBin('snap', SnapshotId, call)
    const info = snapshotInfo(snapshots.require(SnapshotId, call), call.now, undefined)
    return {
      SnapshotId,
      Description: info.Description,
      Encrypted: info.Encrypted,
      OwnerId: info.OwnerId,
      Progress: info.Progress,
      StartTime: info.StartTime,
      State: info.State,
      VolumeId: info.VolumeId,
      VolumeSize: info.VolumeSize,
    }
  },
})

export const ListImagesInRecycleBin = operation<
  ListImagesInRecycleBinRequest,
  ListImagesInRecycleBinResult
>({
  authorize: anyResource,
  run({ ImageIds, ...input }, call) {
    const { rows, nextToken } = binned.ami.page(input, ImageIds, call)
    return {
      Images: rows.map((one) => {
        const { row } = keptOf(one)
        const { Description } = JSON.parse(text(row['doc'])) as { Description?: string }
        return { ImageId: one.id, Name: text(row['name']), Description, ...times(one) }
      }),
      NextToken: nextToken,
    }
  },
})

export const RestoreImageFromRecycleBin = operation<
  RestoreImageFromRecycleBinRequest,
  RestoreImageFromRecycleBinResult
>({
  authorize: ({ ImageId = '' }, call) => [onBinned('ami', 'image', ImageId, call)],
  run({ ImageId }, call) {
    if (!ImageId) throw missingParameter('ImageId')
    const row = restoreFromBin('ami', ImageId, call)
    for (const snapshot_id of imageSnapshotIds(text(row['doc']))) {
      insertRow(call, 'ec2_image_snapshots', { snapshot_id, image_id: ImageId })
    }
    return { Return: true }
  },
})

export const ListVolumesInRecycleBin = operation<
  ListVolumesInRecycleBinRequest,
  ListVolumesInRecycleBinResult
>({
  authorize: anyResource,
  run({ VolumeIds, ...input }, call) {
    const { rows, nextToken } = binned.vol.page(input, VolumeIds, call)
    return {
      Volumes: rows.map((one) => {
        const { row } = keptOf(one)
        return {
          VolumeId: one.id,
          VolumeType: text(row['volume_type']) as 'gp3',
          Size: Number(row['size']),
          AvailabilityZone: text(row['availability_zone']),
          AvailabilityZoneId: text(row['availability_zone_id']),
          SnapshotId: text(row['snapshot_id']),
          CreateTime: new Date(Number(row['created_at'])),
          State: 'available' as const,
          ...times(one),
        }
      }),
      NextToken: nextToken,
    }
  },
})

export const RestoreVolumeFromRecycleBin = operation<
  RestoreVolumeFromRecycleBinRequest,
  RestoreVolumeFromRecycleBinResult
>({
  authorize: ({ VolumeId = '' }, call) => [onBinned('vol', 'volume', VolumeId, call)],
  run({ VolumeId }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    restoreFromBin('vol', VolumeId, call)
    return { Return: true }
  },
})
