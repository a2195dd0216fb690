import type { Database } from '../../../store/database.ts'

export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk'

/** The restore of an archived version. Moments are virtual time in ms since the epoch. */
export interface Restore {
  readonly version: number
  readonly tier: RestoreTier
  /** How many days the copy can be read. */
  readonly days: number
  readonly readyAt: number
  /** Null while the restore goes on. */
  readonly expiresAt: number | null
}

export const findRestore = (db: Database, version: number): Restore | undefined =>
  db.get<Restore>(
    `select version, tier, days, ready_at as readyAt, expires_at as expiresAt
     from s3_restores where version = ?`,
    version,
  )

export function putRestore(db: Database, restore: Restore): void {
  db.run(
    'insert or replace into s3_restores (version, tier, days, ready_at, expires_at) values (?, ?, ?, ?, ?)',
    restore.version,
    restore.tier,
    restore.days,
    restore.readyAt,
    restore.expiresAt,
  )
}

export function deleteRestore(db: Database, version: number): void {
  db.run('delete from s3_restores where version = ?', version)
}
