import type { Database } from './database.ts'
import { remembered } from './remembered.ts'

/** Reads a single value of the whole state. */
export const readMeta = remembered<string | undefined, string>(
  ['meta'],
  (db, key) => db.get<{ value: string }>('select value from meta where key = ?', key)?.value,
)

export function writeMeta(db: Database, key: string, value: string): void {
  db.run(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    value,
  )
}
