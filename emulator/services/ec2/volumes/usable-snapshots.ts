import type { Image, Snapshot } from '@aws-sdk/client-ec2'
import type { Scope } from '../describe/resources.ts'
import { publicImages } from '../facts/images.ts'
import { sharedSnapshots, snapshots } from '../rows/snapshots.ts'
import type { SnapshotRow } from '../rows/snapshots.ts'
import { snapshotArchived, snapshotNotCompleted } from './errors.ts'

/** What of a snapshot matters to what is made from it. */
export interface UsableSnapshot {
  readonly id: string
  readonly owner: string
  /** GiB. */
  readonly size: number
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
}

/**
 * A completed snapshot that the account may make volumes from: its own, one shared with it, or a public image's.
 *
 * @throws InvalidSnapshot.NotFound, InvalidParameterValue, IncorrectState
 */
export function requireUsableSnapshot(id: string, scope: Scope): UsableSnapshot {
  snapshots.checkForm([id])
  const row = findSnapshot(id, scope)
  if (row) {
    if (row.state !== 'completed') throw snapshotNotCompleted(id)
    if (row.storage_tier === 'archive' && row.restore_expires_at === null)
      throw snapshotArchived(id)
    return {
      id,
      owner: row.account,
      size: row.volume_size,
      encrypted: row.encrypted === 1,
      kmsKeyId: row.kms_key_id,
    }
  }
  const known = publicSnapshots(scope.region).get(id)
  if (!known) throw snapshots.missing([id])
  return { id, owner: known.OwnerId!, size: known.VolumeSize!, encrypted: false, kmsKeyId: null }
}

/** The account's own snapshot, or one that is shared with it. */
export const findSnapshot = (id: string, scope: Scope): SnapshotRow | undefined =>
  snapshots.find(id, scope) ?? sharedSnapshots(scope).find((row) => row.snapshot_id === id)

const byRegion = new Map<string, ReadonlyMap<string, Snapshot>>()

/** The snapshots that the public images are made of, by id. */
export function publicSnapshots(region: string): ReadonlyMap<string, Snapshot> {
  let found = byRegion.get(region)
  if (!found) {
    const all = [...publicImages(region).values()].flatMap(snapshotsOf)
    found = new Map(all.map((snapshot) => [snapshot.SnapshotId!, snapshot]))
    byRegion.set(region, found)
  }
  return found
}

const snapshotsOf = (image: Image): Snapshot[] =>
  (image.BlockDeviceMappings ?? []).map(({ Ebs }) => ({
    SnapshotId: Ebs!.SnapshotId!,
    VolumeId: 'vol-ffffffff',
    VolumeSize: Ebs!.VolumeSize!,
    State: 'completed',
    Progress: '100%',
    StartTime: new Date(image.CreationDate!),
    CompletionTime: new Date(image.CreationDate!),
    OwnerId: image.OwnerId!,
    ...(image.ImageOwnerAlias ? { OwnerAlias: image.ImageOwnerAlias } : {}),
    Description: `Copied for DestinationAmi ${image.ImageId} from SourceAmi ${image.ImageId}`,
    Encrypted: false,
    StorageTier: 'standard',
  }))
