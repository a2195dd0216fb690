import type { Database } from '../store/database.ts'
import { readMeta, writeMeta } from '../store/meta.ts'

const key = 'iam-audit'

/** Whether denials are recorded instead of enforced. */
export const isAuditing = (db: Database): boolean => readMeta(db, key) === 'on'

/** Part of the state: it stays over a restart, is saved and restored with it, and ends with a reset. */
export const setAuditing = (db: Database, on: boolean): void =>
  writeMeta(db, key, on ? 'on' : 'off')
