import type { Database } from './database.ts'

/** Reads a single value of the whole state. */
export function readMeta(db: Database, key: string): string | undefined {
  return db.get<{ value: string }>('select value from meta where key = ?', key)?.value
}

export function writeMeta(db: Database, key: string, value: string): void {
  db.run(
    'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    key,
    value,
  )
}
