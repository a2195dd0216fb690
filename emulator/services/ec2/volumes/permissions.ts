import type { Call, Permission } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { onResource } from '../permissions.ts'
import { snapshots } from '../rows/snapshots.ts'
import { volumes } from '../rows/volumes.ts'

// The condition keys of volumes and snapshots.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys

type Context = Record<string, string>

/** What policies see of a volume that is there. */
export function onVolume(call: Call, id = '', extra: Context = {}): Permission {
  const row = volumes.find(id, call)
  return onResource(call, 'volume', id, {
    context: {
      ...(row
        ? {
            ...volumeContext(call, {
              zone: row.availability_zone,
              type: row.volume_type,
              size: row.size,
              iops: row.iops,
              throughput: row.throughput,
              encrypted: row.encrypted === 1,
              snapshotId: row.snapshot_id,
            }),
            'ec2:VolumeID': id,
          }
        : {}),
      ...extra,
    },
  })
}

export interface VolumeFacts {
  readonly zone?: string | undefined
  readonly type: string
  readonly size?: number | undefined
  readonly iops?: number | null | undefined
  readonly throughput?: number | null | undefined
  readonly encrypted: boolean
  readonly snapshotId?: string | undefined
}

/** The condition keys of a volume, there or asked for. */
export const volumeContext = (call: Call, facts: VolumeFacts): Context => ({
  ...(facts.zone ? { 'ec2:AvailabilityZone': facts.zone } : {}),
  'ec2:VolumeType': facts.type,
  'ec2:Encrypted': String(facts.encrypted),
  ...(facts.size === undefined ? {} : { 'ec2:VolumeSize': String(facts.size) }),
  ...(facts.iops === undefined || facts.iops === null
    ? {}
    : { 'ec2:VolumeIops': String(facts.iops) }),
  ...(facts.throughput === undefined || facts.throughput === null
    ? {}
    : { 'ec2:VolumeThroughput': String(facts.throughput) }),
  ...(facts.snapshotId ? { 'ec2:ParentSnapshot': arnOf(call, 'snapshot', facts.snapshotId) } : {}),
})

/** What policies see of a snapshot that is there. */
export function onSnapshot(call: Call, id = '', extra: Context = {}): Permission {
  const row = snapshots.find(id, call)
  return onResource(call, 'snapshot', id, {
    context: {
      'ec2:SnapshotID': id,
      ...(row
        ? {
            'ec2:Owner': row.account,
            'ec2:VolumeSize': String(row.volume_size),
            'ec2:Encrypted': String(row.encrypted === 1),
            'ec2:SnapshotTime': new Date(row.started_at).toISOString(),
            'ec2:ParentVolume': arnOf(call, 'volume', row.volume_id),
          }
        : {}),
      ...extra,
    },
  })
}
