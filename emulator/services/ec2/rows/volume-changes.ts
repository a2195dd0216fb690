import type { Scope } from '../describe/resources.ts'
import type { Performance } from '../volumes/performance.ts'
import type { VolumeAttachmentRow } from './volumes.ts'

// What happens to volumes; what they look like stands in `volumes.ts`.

export function setVolumeState({ db, account, region }: Scope, id: string, state: string): void {
  db.run(
    'update ec2_volumes set state = ? where account = ? and region = ? and volume_id = ?',
    state,
    account,
    region,
    id,
  )
}

/** The attachments of one volume: at most one, unless it is enabled for Multi-Attach. */
export const attachmentsOfVolume = (
  { db, account, region }: Scope,
  volumeId: string,
): VolumeAttachmentRow[] =>
  db.all<VolumeAttachmentRow>(
    `select * from ec2_volume_attachments
     where account = ? and region = ? and volume_id = ? order by seq`,
    account,
    region,
    volumeId,
  )

/** Changes the state of an attachment that is in another. @returns whether it was */
export const moveAttachment = (
  { db, account, region }: Scope,
  { volumeId, instanceId }: { volumeId: string; instanceId: string },
  from: string,
  to: string,
): boolean =>
  db.run(
    `update ec2_volume_attachments set state = ?
     where account = ? and region = ? and volume_id = ? and instance_id = ? and state = ?`,
    to,
    account,
    region,
    volumeId,
    instanceId,
    from,
  ).changes > 0

export function setPerformance(
  { db, account, region }: Scope,
  id: string,
  { type, size, iops, throughput }: Performance,
  multiAttach: boolean,
): void {
  db.run(
    `update ec2_volumes set volume_type = ?, size = ?, iops = ?, throughput = ?,
       multi_attach_enabled = ?
     where account = ? and region = ? and volume_id = ?`,
    type,
    size,
    iops,
    throughput,
    Number(multiAttach),
    account,
    region,
    id,
  )
}

export function setAutoEnableIo({ db, account, region }: Scope, id: string, value: boolean): void {
  db.run(
    'update ec2_volumes set auto_enable_io = ? where account = ? and region = ? and volume_id = ?',
    Number(value),
    account,
    region,
    id,
  )
}
