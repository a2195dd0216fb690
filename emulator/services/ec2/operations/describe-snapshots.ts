import type {
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { anyResource } from '../permissions.ts'
import { everyone, sharesOf } from '../rows/shares.ts'
import { ownSnapshots, sharedSnapshots, snapshots, toSnapshots } from '../rows/snapshots.ts'
import { publicSnapshots } from '../volumes/usable-snapshots.ts'

const snapshotSource: FactSource<Snapshot> = {
  limits: { least: 5, most: 1000, idsExclude: 'snapshotSet' },
  filters: {
    description: ({ Description }) => Description,
    encrypted: ({ Encrypted }) => Encrypted,
    'owner-alias': ({ OwnerAlias }) => OwnerAlias,
    'owner-id': ({ OwnerId }) => OwnerId,
    progress: ({ Progress }) => Progress,
    'snapshot-id': ({ SnapshotId }) => SnapshotId,
    'start-time': ({ StartTime }) => StartTime?.toISOString(),
    status: ({ State }) => State,
    'storage-tier': ({ StorageTier }) => StorageTier,
    'transfer-type': ({ TransferType }) => TransferType,
    'tag:': ({ Tags = [] }) => Tags.map(({ Key, Value }) => `${Key}\0${Value}`),
    'tag-key': ({ Tags = [] }) => Tags.map(({ Key }) => Key),
    'tag-value': ({ Tags = [] }) => Tags.map(({ Value }) => Value),
    'volume-id': ({ VolumeId }) => VolumeId,
    'volume-size': ({ VolumeSize }) => VolumeSize,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html */
export const DescribeSnapshots = operation<DescribeSnapshotsRequest, DescribeSnapshotsResult>({
  authorize: anyResource,
  run({ SnapshotIds = [], OwnerIds = [], RestorableByUserIds = [], ...input }, call) {
    const own = toSnapshots(ownSnapshots(call), call, call.now)
    const ownGrantees = sharesOf(
      call,
      own.map(({ SnapshotId }) => SnapshotId!),
    )
    const onlyOwn = OwnerIds.length > 0 && OwnerIds.every((id) => isSelf(id, call))
    const others = onlyOwn ? [] : sharedSnapshots(call)
    const isRestorable = (snapshot: Snapshot, user: string): boolean => {
      const grantees = ownGrantees.get(snapshot.SnapshotId!) ?? []
      if (user === everyone) return isPublic(snapshot, grantees, call)
      if (isSelf(user, call)) return !publicSnapshots(call.region).has(snapshot.SnapshotId!)
      return grantees.includes(user)
    }
    const visible = [
      ...own,
      ...toSnapshots(others, call, call.now),
      ...(onlyOwn ? [] : publicSnapshots(call.region).values()),
    ]
    const listed = picked(visible, SnapshotIds).filter(
      (snapshot) =>
        (OwnerIds.length === 0 || OwnerIds.some((owner) => isOwner(snapshot, owner, call))) &&
        (RestorableByUserIds.length === 0 ||
          RestorableByUserIds.some((user) => isRestorable(snapshot, user))),
    )
    const { items, nextToken } = pageOfFacts(snapshotSource, listed, input, call, SnapshotIds)
    return { Snapshots: items, NextToken: nextToken }
  },
})

/** @throws InvalidSnapshot.NotFound, naming those that are missing */
function picked(visible: readonly Snapshot[], ids: readonly string[]): readonly Snapshot[] {
  if (ids.length === 0) return visible
  snapshots.checkForm(ids)
  const byId = new Map(visible.map((snapshot) => [snapshot.SnapshotId!, snapshot]))
  const wanted = [...new Set(ids)]
  const absent = wanted.filter((id) => !byId.has(id))
  if (absent.length > 0) throw snapshots.missing(absent)
  return wanted.map((id) => byId.get(id)!)
}

const isSelf = (user: string, { account }: Call) => user === 'self' || user === account

const isPublic = (snapshot: Snapshot, grantees: readonly string[], { region }: Call): boolean =>
  grantees.includes(everyone) || publicSnapshots(region).has(snapshot.SnapshotId!)

const isOwner = (snapshot: Snapshot, owner: string, call: Call): boolean =>
  isSelf(owner, call)
    ? snapshot.OwnerId === call.account
    : snapshot.OwnerId === owner || snapshot.OwnerAlias === owner
