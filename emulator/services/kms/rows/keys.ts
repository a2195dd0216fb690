import type { Database } from '../../../store/database.ts'
import type { KeySpecName, KeyUsage } from '../specs.ts'

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion'

export interface Key {
  readonly account: string
  readonly region: string
  /** A UUID, or `mrk-` and 32 hexadecimal digits. */
  readonly id: string
  readonly description: string
  readonly spec: KeySpecName
  readonly usage: KeyUsage
  readonly state: KeyState
  readonly manager: 'CUSTOMER' | 'AWS'
  readonly multiRegion: boolean
  /** JSON text. */
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
  /** Virtual time in ms since the epoch, like all times here. */
  readonly createdAt: number
  readonly deletionAt: number | null
  /** In days; null where the key does not rotate by itself. */
  readonly rotationPeriod: number | null
  readonly nextRotationAt: number | null
}

interface KeyRow {
  account: string
  region: string
  key_id: string
  description: string
  spec: string
  usage: string
  state: string
  manager: string
  multi_region: number
  policy: string
  tags: string
  created_at: number
  deletion_at: number | null
  rotation_period: number | null
  next_rotation_at: number | null
}

const columns =
  'account, region, key_id, description, spec, usage, state, manager, multi_region, policy, tags, ' +
  'created_at, deletion_at, rotation_period, next_rotation_at'

const toKey = (row: KeyRow): Key => ({
  account: row.account,
  region: row.region,
  id: row.key_id,
  description: row.description,
  spec: row.spec as KeySpecName,
  usage: row.usage as KeyUsage,
  state: row.state as KeyState,
  manager: row.manager as Key['manager'],
  multiRegion: row.multi_region === 1,
  policy: row.policy,
  tags: JSON.parse(row.tags) as Record<string, string>,
  createdAt: row.created_at,
  deletionAt: row.deletion_at,
  rotationPeriod: row.rotation_period,
  nextRotationAt: row.next_rotation_at,
})

export type KeyPlace = Pick<Key, 'account' | 'region' | 'id'>

export function findKey(db: Database, { account, region, id }: KeyPlace): Key | undefined {
  const row = db.get<KeyRow>(
    `select ${columns} from kms_keys where account = ? and region = ? and key_id = ?`,
    account,
    region,
    id,
  )
  return row && toKey(row)
}

/** A page of key ids, in their own order. */
export function listKeyIds(
  db: Database,
  { account, region }: Pick<Key, 'account' | 'region'>,
  after: string,
  limit: number,
): string[] {
  return db
    .all<{ key_id: string }>(
      `select key_id from kms_keys where account = ? and region = ? and key_id > ?
       order by key_id limit ?`,
      account,
      region,
      after,
      limit,
    )
    .map(({ key_id }) => key_id)
}

export function insertKey(db: Database, key: Key): Key {
  db.run(
    `insert into kms_keys (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    key.account,
    key.region,
    key.id,
    key.description,
    key.spec,
    key.usage,
    key.state,
    key.manager,
    key.multiRegion ? 1 : 0,
    key.policy,
    JSON.stringify(key.tags),
    key.createdAt,
    key.deletionAt,
    key.rotationPeriod,
    key.nextRotationAt,
  )
  return key
}

/** Writes what of a key can change. */
export function updateKey(db: Database, key: Key): Key {
  db.run(
    `update kms_keys set description = ?, state = ?, policy = ?, tags = ?, deletion_at = ?,
       rotation_period = ?, next_rotation_at = ?
     where account = ? and region = ? and key_id = ?`,
    key.description,
    key.state,
    key.policy,
    JSON.stringify(key.tags),
    key.deletionAt,
    key.rotationPeriod,
    key.nextRotationAt,
    key.account,
    key.region,
    key.id,
  )
  return key
}

/** Deletes a key with its material, aliases and grants: what it encrypted is lost. */
export function deleteKey(db: Database, { account, region, id }: KeyPlace): void {
  const place = [account, region, id] as const
  for (const table of ['kms_grants', 'kms_aliases', 'kms_key_materials', 'kms_keys']) {
    db.run(`delete from ${table} where account = ? and region = ? and key_id = ?`, ...place)
  }
}
