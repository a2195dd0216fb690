import type { Database } from './database.ts'

// Object files of few bytes, each a row. Their ids are told from those of files by their form.

const prefix = 'row-'

export const isSmall = (id: string): boolean => id.startsWith(prefix)

const rowOf = (id: string): number => Number(id.slice(prefix.length))

/** @returns the id */
export function insert(db: Database, bytes: Buffer): string {
  return prefix + db.run('insert into small_object (bytes) values (?)', bytes).lastInsertRowid
}

/** Bytes of their own, as many as a link to a file would cost. @returns the new id */
export const copy = (db: Database, id: string): string => insert(db, bytesOf(db, id))

export function remove(db: Database, id: string): void {
  db.run('delete from small_object where id = ?', rowOf(id))
}

/** @throws Error with code ENOENT, as for a file that is not there */
export function bytesOf(db: Database, id: string): Buffer {
  const row = db.get<{ bytes: Buffer }>('select bytes from small_object where id = ?', rowOf(id))
  if (!row)
    throw Object.assign(new Error(`ENOENT: there are no bytes of ${id}`), { code: 'ENOENT' })
  return row.bytes
}
