import type { Snapshot, SnapshotInfo, Tag } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { json } from '../describe/sql.ts'
import { invalidValue } from '../errors.ts'
import { everyone } from './shares.ts'
import { tagsOf } from './tags.ts'

export interface SnapshotRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly snapshot_id: string
  readonly volume_id: string
  readonly volume_size: number
  readonly state: 'pending' | 'completed'
  readonly encrypted: number
  readonly kms_key_id: string | null
  readonly description: string
  readonly started_at: number
  readonly completes_at: number
  readonly storage_tier: 'standard' | 'archive'
  readonly restore_expires_at: number | null
  /** JSON: how it is locked. */
  readonly lock: string | null
  /** JSON: the last change of its tier. */
  readonly tiering: string | null
}

const snapshotNotFound = {
  code: 'InvalidSnapshot.NotFound',
  one: (id: string) => `The snapshot '${id}' does not exist.`,
  several: (ids: string) => `The snapshots '${ids}' do not exist.`,
}

const another = { type: 'snapshot', taggable: false, id: 'snapshot_id', prefix: 'snap' } as const

/** Snapshots as DescribeSnapshotTierStatus looks at them. */
export const snapshotTiers = resource<SnapshotRow>({
  ...another,
  table: 'ec2_snapshots',
  notFound: snapshotNotFound,
  malformed: (id) => invalidValue(id, 'snapshotId', `Expected: 'snap-...'.`),
  limits: { least: 1, most: 1000 },
  filters: {
    'last-tiering-operation': json('status', 't.tiering'),
    'snapshot-id': 't.snapshot_id',
    'volume-id': 't.volume_id',
  },
})

/** Those that are locked, or were until their lock ended. */
export const lockedSnapshots = resource<SnapshotRow>({
  ...another,
  table: '(select * from ec2_snapshots where lock is not null)',
  notFound: snapshotNotFound,
  malformed: (id) => invalidValue(id, 'snapshotId', `Expected: 'snap-...'.`),
  filters: { 'lock-state': json('mode', 't.lock') },
})

/** The account's own; those of others that it sees are read by `sharedSnapshots`. */
export const snapshots = resource<SnapshotRow>({
  type: 'snapshot',
  table: 'ec2_snapshots',
  id: 'snapshot_id',
  prefix: 'snap',
  notFound: snapshotNotFound,
  malformed: (id) => invalidValue(id, 'snapshotId', `Expected: 'snap-...'.`),
  filters: {},
})

export const ownSnapshots = ({ db, account, region }: Scope): SnapshotRow[] =>
  db.all<SnapshotRow>(
    'select * from ec2_snapshots where account = ? and region = ? order by seq',
    account,
    region,
  )

/** The snapshots of other accounts that they share with this one, or with everyone. */
export const sharedSnapshots = ({ db, account, region }: Scope): SnapshotRow[] =>
  db.all<SnapshotRow>(
    `select distinct t.* from ec2_shares s
     join ec2_snapshots t on t.account = s.account and t.region = s.region
       and t.snapshot_id = s.resource_id
     where s.region = ? and s.grantee in (?, '${everyone}') and s.account <> ? order by t.seq`,
    region,
    account,
    account,
  )

/** @param now virtual time in ms, for the progress. Tags are the reading account's own. */
export function toSnapshots(rows: readonly SnapshotRow[], scope: Scope, now: number): Snapshot[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.snapshot_id),
  )
  return rows.map((row) => ({
    ...snapshotInfo(row, now, tags.get(row.snapshot_id)),
    ...(row.kms_key_id === null ? {} : { KmsKeyId: row.kms_key_id }),
    StorageTier: row.storage_tier,
    ...(row.restore_expires_at === null
      ? {}
      : { RestoreExpiryTime: new Date(row.restore_expires_at) }),
    ...(row.state === 'completed' ? { CompletionTime: new Date(row.completes_at) } : {}),
  }))
}

export const snapshotInfo = (
  row: SnapshotRow,
  now: number,
  tags: Tag[] | undefined,
): SnapshotInfo => ({
  SnapshotId: row.snapshot_id,
  VolumeId: row.volume_id,
  VolumeSize: row.volume_size,
  State: row.state,
  Progress: progressOf(row, now),
  StartTime: new Date(row.started_at),
  OwnerId: row.account,
  Description: row.description,
  Encrypted: row.encrypted === 1,
  Tags: tags,
})

/** `42%`; nothing at the very start. */
export function progressOf(
  { state, started_at, completes_at }: Pick<SnapshotRow, 'state' | 'started_at' | 'completes_at'>,
  now: number,
): string {
  if (state === 'completed') return '100%'
  if (now <= started_at) return ''
  return `${Math.min(99, Math.floor((100 * (now - started_at)) / (completes_at - started_at)))}%`
}

export interface NewSnapshot {
  readonly id: string
  readonly volumeId: string
  readonly size: number
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
  readonly description: string
  readonly startedAt: number
  readonly completesAt: number
}

export const insertSnapshot = (scope: Scope, snapshot: NewSnapshot): void =>
  insertRow(scope, 'ec2_snapshots', {
    snapshot_id: snapshot.id,
    volume_id: snapshot.volumeId,
    volume_size: snapshot.size,
    state: 'pending',
    encrypted: Number(snapshot.encrypted),
    kms_key_id: snapshot.kmsKeyId,
    description: snapshot.description,
    started_at: snapshot.startedAt,
    completes_at: snapshot.completesAt,
    storage_tier: 'standard',
  })

type Change = Partial<
  Pick<SnapshotRow, 'state' | 'storage_tier' | 'restore_expires_at' | 'lock' | 'tiering'>
>

/** Sets columns of one snapshot. The names are this file's own, never a request's. */
export function updateSnapshot({ db, account, region }: Scope, id: string, change: Change): void {
  const columns = Object.keys(change) as (keyof Change)[]
  db.run(
    `update ec2_snapshots set ${columns.map((column) => `${column} = ?`).join(', ')}
     where account = ? and region = ? and snapshot_id = ?`,
    ...columns.map((column) => change[column] ?? null),
    account,
    region,
    id,
  )
}

export function deleteSnapshot({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from ec2_snapshots where account = ? and region = ? and snapshot_id = ?',
    account,
    region,
    id,
  )
}
