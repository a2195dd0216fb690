import type { Database } from '../../../store/database.ts'
import type { Secret } from './secrets.ts'

/** One value of a secret, encrypted. */
export interface Version {
  readonly id: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  /** The day, at midnight UTC. */
  readonly accessedAt: number | null
  /** Staging labels; a version without one is deprecated. */
  readonly stages: readonly string[]
  readonly kind: 'string' | 'binary'
  readonly keyArn: string
  readonly wrappedKey: Buffer
  readonly sealed: Buffer
}

interface VersionRow {
  version_id: string
  created_at: number
  accessed_at: number | null
  stages: string
  kind: Version['kind']
  key_arn: string
  wrapped_key: Buffer
  sealed: Buffer
}

type Owner = Pick<Secret, 'account' | 'region' | 'arn'>

const columns = 'version_id, created_at, accessed_at, stages, kind, key_arn, wrapped_key, sealed'

const toVersion = (row: VersionRow): Version => ({
  id: row.version_id,
  createdAt: row.created_at,
  accessedAt: row.accessed_at,
  stages: JSON.parse(row.stages) as string[],
  kind: row.kind,
  keyArn: row.key_arn,
  wrappedKey: row.wrapped_key,
  sealed: row.sealed,
})

/** The versions of a secret, the oldest first. */
export const versionsOf = (db: Database, { account, region, arn }: Owner): Version[] =>
  db
    .all<VersionRow>(
      `select ${columns} from secretsmanager_versions where account = ? and region = ? and arn = ? order by position`,
      account,
      region,
      arn,
    )
    .map(toVersion)

/** Adds a version, or writes what of it has changed. */
export function putVersion(db: Database, { account, region, arn }: Owner, version: Version): void {
  db.run(
    `insert into secretsmanager_versions (account, region, arn, position, ${columns})
     values (?, ?, ?, (select coalesce(max(position), 0) + 1 from secretsmanager_versions where account = ? and region = ? and arn = ?), ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do update set accessed_at = excluded.accessed_at, stages = excluded.stages,
       kind = excluded.kind, key_arn = excluded.key_arn, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed`,
    account,
    region,
    arn,
    account,
    region,
    arn,
    version.id,
    version.createdAt,
    version.accessedAt,
    JSON.stringify(version.stages),
    version.kind,
    version.keyArn,
    version.wrappedKey,
    version.sealed,
  )
}

export function deleteVersion(
  db: Database,
  { account, region, arn }: Owner,
  { id }: Version,
): void {
  db.run(
    'delete from secretsmanager_versions where account = ? and region = ? and arn = ? and version_id = ?',
    account,
    region,
    arn,
    id,
  )
}
