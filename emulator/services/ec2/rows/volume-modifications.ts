import type { VolumeModification, VolumeType } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { flag, time } from '../describe/sql.ts'
import { invalidValue } from '../errors.ts'
import { noModification } from '../volumes/errors.ts'
import type { Performance } from '../volumes/performance.ts'
import type { VolumeRow } from './volumes.ts'

export interface VolumeModificationRow {
  readonly seq: number
  readonly volume_id: string
  readonly state: 'modifying' | 'optimizing' | 'completed'
  readonly original_size: number
  readonly original_type: string
  readonly original_iops: number | null
  readonly original_throughput: number | null
  readonly original_multi_attach: number
  readonly target_size: number
  readonly target_type: string
  readonly target_iops: number | null
  readonly target_throughput: number | null
  readonly target_multi_attach: number
  readonly started_at: number
  readonly completes_at: number
}

/** The last modification of each volume, known by the volume's id. */
export const volumeModifications = resource<VolumeModificationRow>({
  type: 'volume-modification',
  table: 'ec2_volume_modifications',
  id: 'volume_id',
  prefix: 'vol',
  taggable: false,
  notFound: {
    code: 'InvalidVolumeModification.NotFound',
    one: (id) => noModification(id).message,
    several: (ids) => `Modifications for volumes '${ids}' do not exist.`,
  },
  malformed: (id) => invalidValue(id, 'volume', `Expected: 'vol-...'.`),
  limits: { least: 1, most: 500 },
  filters: {
    'modification-state': 't.state',
    'original-iops': 'cast(t.original_iops as text)',
    'original-size': 'cast(t.original_size as text)',
    'original-volume-type': 't.original_type',
    originalMultiAttachEnabled: flag('t.original_multi_attach'),
    'start-time': time('t.started_at'),
    'target-iops': 'cast(t.target_iops as text)',
    'target-size': 'cast(t.target_size as text)',
    'target-volume-type': 't.target_type',
    targetMultiAttachEnabled: flag('t.target_multi_attach'),
    'volume-id': 't.volume_id',
  },
})

/** @param now virtual time in ms, for the progress */
export const toVolumeModification = (
  row: VolumeModificationRow,
  now: number,
): VolumeModification => ({
  VolumeId: row.volume_id,
  ModificationState: row.state,
  OriginalSize: row.original_size,
  OriginalVolumeType: row.original_type as VolumeType,
  ...(row.original_iops === null ? {} : { OriginalIops: row.original_iops }),
  ...(row.original_throughput === null ? {} : { OriginalThroughput: row.original_throughput }),
  OriginalMultiAttachEnabled: row.original_multi_attach === 1,
  TargetSize: row.target_size,
  TargetVolumeType: row.target_type as VolumeType,
  ...(row.target_iops === null ? {} : { TargetIops: row.target_iops }),
  ...(row.target_throughput === null ? {} : { TargetThroughput: row.target_throughput }),
  TargetMultiAttachEnabled: row.target_multi_attach === 1,
  StartTime: new Date(row.started_at),
  ...(row.state === 'completed'
    ? { Progress: 100, EndTime: new Date(row.completes_at) }
    : { Progress: row.state === 'modifying' ? 0 : progress(row, now) }),
})

/** Percent; 100 is for what is completed. */
function progress({ started_at, completes_at }: VolumeModificationRow, now: number): number {
  const share = (now - started_at) / (completes_at - started_at)
  return Math.max(0, Math.min(99, Math.floor(100 * share)))
}

/** Begins a modification, in the place of the volume's last one. */
export function insertVolumeModification(
  scope: Scope,
  volume: VolumeRow,
  target: Performance & { readonly multiAttach: boolean },
  times: { readonly startedAt: number; readonly completesAt: number },
): void {
  deleteVolumeModification(scope, volume.volume_id)
  insertRow(scope, 'ec2_volume_modifications', {
    volume_id: volume.volume_id,
    state: 'modifying',
    original_size: volume.size,
    original_type: volume.volume_type,
    original_iops: volume.iops,
    original_throughput: volume.throughput,
    original_multi_attach: volume.multi_attach_enabled,
    target_size: target.size,
    target_type: target.type,
    target_iops: target.iops,
    target_throughput: target.throughput,
    target_multi_attach: Number(target.multiAttach),
    started_at: times.startedAt,
    completes_at: times.completesAt,
  })
}

export function setModificationState(
  { db, account, region }: Scope,
  volumeId: string,
  state: VolumeModificationRow['state'],
): void {
  db.run(
    `update ec2_volume_modifications set state = ?
     where account = ? and region = ? and volume_id = ?`,
    state,
    account,
    region,
    volumeId,
  )
}

export function deleteVolumeModification({ db, account, region }: Scope, volumeId: string): void {
  db.run(
    'delete from ec2_volume_modifications where account = ? and region = ? and volume_id = ?',
    account,
    region,
    volumeId,
  )
}
