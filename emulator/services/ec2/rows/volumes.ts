import type { Volume, VolumeAttachment } from '@aws-sdk/client-ec2'
import { childrenOf } from '../describe/children.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { child, flag, never, time } from '../describe/sql.ts'
import { invalidValue } from '../errors.ts'
import { tagsOf } from './tags.ts'

export interface VolumeRow {
  readonly seq: number
  readonly account: string
  readonly volume_id: string
  readonly availability_zone: string
  readonly availability_zone_id: string
  readonly size: number
  readonly volume_type: string
  readonly iops: number | null
  readonly throughput: number | null
  readonly state: string
  readonly encrypted: number
  readonly kms_key_id: string | null
  readonly snapshot_id: string
  readonly multi_attach_enabled: number
  readonly created_at: number
  readonly auto_enable_io: number
}

export interface VolumeAttachmentRow {
  readonly volume_id: string
  readonly instance_id: string
  readonly device: string
  readonly state: string
  readonly attached_at: number
  readonly delete_on_termination: number
}

const attachment = (value: string) => child('ec2_volume_attachments', 'volume_id', value)

export const volumes = resource<VolumeRow>({
  type: 'volume',
  table: 'ec2_volumes',
  id: 'volume_id',
  prefix: 'vol',
  notFound: {
    code: 'InvalidVolume.NotFound',
    one: (id) => `The volume '${id}' does not exist.`,
    several: (ids) => `The volumes '${ids}' do not exist.`,
  },
  malformed: (id) => invalidValue(id, 'volume', `Expected: 'vol-...'.`),
  limits: { least: 5, most: 1000, idsExclude: 'volumeSet' },
  filters: {
    'attachment.attach-time': attachment(time('c.attached_at')),
    'attachment.delete-on-termination': attachment(flag('c.delete_on_termination')),
    'attachment.device': attachment('c.device'),
    'attachment.instance-id': attachment('c.instance_id'),
    'attachment.status': attachment('c.state'),
    'availability-zone': 't.availability_zone',
    'availability-zone-id': 't.availability_zone_id',
    'create-time': time('t.created_at'),
    encrypted: flag('t.encrypted'),
    'fast-restored': `'false'`,
    'multi-attach-enabled': flag('t.multi_attach_enabled'),
    'operator.managed': `'false'`,
    'operator.principal': never,
    size: 'cast(t.size as text)',
    'snapshot-id': 't.snapshot_id',
    status: 't.state',
    'volume-id': 't.volume_id',
    'volume-type': 't.volume_type',
  },
})

export function toVolumes(rows: readonly VolumeRow[], scope: Scope): Volume[] {
  const ids = rows.map((row) => row.volume_id)
  const tags = tagsOf(scope, ids)
  const attachments = childrenOf<VolumeAttachmentRow>(
    scope,
    'ec2_volume_attachments',
    'volume_id',
    ids,
  )
  return rows.map((row) => ({
    VolumeId: row.volume_id,
    AvailabilityZone: row.availability_zone,
    AvailabilityZoneId: row.availability_zone_id,
    Size: row.size,
    VolumeType: row.volume_type as NonNullable<Volume['VolumeType']>,
    ...(row.iops === null ? {} : { Iops: row.iops }),
    ...(row.throughput === null ? {} : { Throughput: row.throughput }),
    State: row.state as NonNullable<Volume['State']>,
    Encrypted: row.encrypted === 1,
    ...(row.kms_key_id === null ? {} : { KmsKeyId: row.kms_key_id }),
    SnapshotId: row.snapshot_id,
    MultiAttachEnabled: row.multi_attach_enabled === 1,
    CreateTime: new Date(row.created_at),
    Operator: { Managed: false },
    Attachments: (attachments.get(row.volume_id) ?? []).map(toVolumeAttachment),
    Tags: tags.get(row.volume_id),
  }))
}

export const toVolumeAttachment = (row: VolumeAttachmentRow): VolumeAttachment => ({
  VolumeId: row.volume_id,
  InstanceId: row.instance_id,
  Device: row.device,
  State: row.state as NonNullable<VolumeAttachment['State']>,
  AttachTime: new Date(row.attached_at),
  DeleteOnTermination: row.delete_on_termination === 1,
})

/** The attachments of several instances, by instance. */
export const attachmentsOf = (
  scope: Scope,
  instanceIds: readonly string[],
): Map<string, VolumeAttachmentRow[]> =>
  childrenOf<VolumeAttachmentRow>(scope, 'ec2_volume_attachments', 'instance_id', instanceIds)

export interface NewVolume {
  readonly id: string
  readonly zone: { readonly name: string; readonly id: string }
  /** GiB. */
  readonly size: number
  readonly type: string
  readonly iops: number | null
  readonly throughput: number | null
  readonly state: 'creating' | 'available' | 'in-use'
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
  /** Empty for a volume that is not made from a snapshot. */
  readonly snapshotId: string
  readonly multiAttachEnabled: boolean
  readonly createdAt: number
}

export const insertVolume = (scope: Scope, volume: NewVolume): void =>
  insertRow(scope, 'ec2_volumes', {
    volume_id: volume.id,
    availability_zone: volume.zone.name,
    availability_zone_id: volume.zone.id,
    size: volume.size,
    volume_type: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    state: volume.state,
    encrypted: Number(volume.encrypted),
    kms_key_id: volume.kmsKeyId,
    snapshot_id: volume.snapshotId,
    multi_attach_enabled: Number(volume.multiAttachEnabled),
    created_at: volume.createdAt,
  })

export const insertVolumeAttachment = (
  scope: Scope,
  attachment: {
    volumeId: string
    instanceId: string
    device: string
    attachedAt: number
    deleteOnTermination: boolean
  },
): void =>
  insertRow(scope, 'ec2_volume_attachments', {
    volume_id: attachment.volumeId,
    instance_id: attachment.instanceId,
    device: attachment.device,
    state: 'attaching',
    attached_at: attachment.attachedAt,
    delete_on_termination: Number(attachment.deleteOnTermination),
  })

export function setDeleteOnTermination(
  { db, account, region }: Scope,
  instanceId: string,
  device: string,
  value: boolean,
): void {
  db.run(
    `update ec2_volume_attachments set delete_on_termination = ?
     where account = ? and region = ? and instance_id = ? and device = ?`,
    Number(value),
    account,
    region,
    instanceId,
    device,
  )
}

/** Ends an attachment. The last one leaves the volume available. */
export function detachVolume(
  { db, account, region }: Scope,
  volumeId: string,
  instanceId: string,
): void {
  db.run(
    `delete from ec2_volume_attachments
     where account = ? and region = ? and volume_id = ? and instance_id = ?`,
    account,
    region,
    volumeId,
    instanceId,
  )
  db.run(
    `update ec2_volumes as t set state = 'available'
     where account = ? and region = ? and volume_id = ? and not exists (
       select 1 from ec2_volume_attachments a
       where a.account = t.account and a.region = t.region and a.volume_id = t.volume_id)`,
    account,
    region,
    volumeId,
  )
}

/** Deletes a volume with its attachments; its tags are the caller's to delete. */
export function deleteVolume({ db, account, region }: Scope, volumeId: string): void {
  for (const table of ['ec2_volume_attachments', 'ec2_volumes']) {
    db.run(
      `delete from ${table} where account = ? and region = ? and volume_id = ?`,
      account,
      region,
      volumeId,
    )
  }
}

/** The volumes of an instance that has started. */
export function setVolumesAttached({ db, account, region }: Scope, instanceId: string): void {
  db.run(
    `update ec2_volume_attachments set state = 'attached'
     where account = ? and region = ? and instance_id = ?`,
    account,
    region,
    instanceId,
  )
}
