import type { Snapshot, Volume } from '@aws-sdk/client-ec2'
import { DescribeSnapshotsCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { findVolume, noVolume } from './volume.ts'

async function snapshotsOf(volume: Volume, { ec2 }: Cloud): Promise<readonly Snapshot[]> {
  const { Snapshots = [] } = await ec2.send(
    new DescribeSnapshotsCommand({ Filters: [{ Name: 'volume-id', Values: [volume.VolumeId!] }] }),
  )
  return Snapshots
}

export async function checkSnapshot(cloud: Cloud): Promise<Verdict> {
  const volume = await findVolume(cloud)
  if (volume === undefined) return noVolume(cloud)
  const snapshots = await snapshotsOf(volume, cloud)
  const [first] = snapshots
  if (first === undefined) {
    return failed(`Your volume ${volume.VolumeId} has no snapshot. Expected one.`)
  }
  const larger = Number(cloud.values['larger'])
  if (snapshots.some(({ VolumeSize }) => VolumeSize === larger)) return passed()
  return failed(
    `Your snapshot ${first.SnapshotId} has ${first.VolumeSize} GiB: it is from before the volume grew. Expected one of ${larger} GiB.`,
  )
}

/** A copy says in its description nothing that can be trusted; that it was copied, the history knows. */
export async function checkCopy(cloud: Cloud): Promise<Verdict> {
  const region = cloud.values['region']!
  const { ec2 } = await cloud.in(region)
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  const copying = cloud.events.last({ service: 'ec2', operation: 'CopySnapshot' })
  if (copying === undefined) return failed('You have copied no snapshot yet.')
  if (copying.region !== region) {
    return failed(`You copied to ${copying.region}. Expected a copy in ${region}.`, copying)
  }
  return Snapshots.length > 0
    ? passed()
    : failed(`Your copy in ${region} is not there any more. Expected it.`, copying)
}

/** Volumes that were made from a snapshot of the student's volume. */
async function restoredFrom(volume: Volume, cloud: Cloud): Promise<readonly Volume[]> {
  const ids = (await snapshotsOf(volume, cloud)).map(({ SnapshotId }) => SnapshotId!)
  if (ids.length === 0) return []
  const { Volumes = [] } = await cloud.ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'snapshot-id', Values: ids }] }),
  )
  return Volumes
}

export async function checkRestored(cloud: Cloud): Promise<Verdict> {
  const volume = await findVolume(cloud)
  if (volume === undefined) return noVolume(cloud)
  return (await restoredFrom(volume, cloud)).length > 0
    ? passed()
    : failed('No volume was made from a snapshot of yours. Expected one.')
}

export async function checkElsewhere(cloud: Cloud): Promise<Verdict> {
  const volume = await findVolume(cloud)
  if (volume === undefined) return noVolume(cloud)
  const restored = await restoredFrom(volume, cloud)
  const [first] = restored
  if (first === undefined) return failed('There is no restored volume yet.')
  return restored.some(({ AvailabilityZone }) => AvailabilityZone !== volume.AvailabilityZone)
    ? passed()
    : failed(
        `Your restored volume ${first.VolumeId} is in ${first.AvailabilityZone}, where the first one is. Expected another zone.`,
      )
}
