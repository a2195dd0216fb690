import type { SqlValue } from '../../../store/database.ts'
import type { Scope } from './resources.ts'

// Changes of rows by the column that names them. Tables and columns are the code's own, never a request's.

/** Sets columns of the rows of the scope's account and region whose `key` is `value`. */
export function updateRows(
  { db, account, region }: Scope,
  table: string,
  key: string,
  value: string,
  changes: Readonly<Record<string, SqlValue>>,
): void {
  const columns = Object.keys(changes)
  db.run(
    `update ${table} set ${columns.map((column) => `${column} = ?`).join(', ')}
     where account = ? and region = ? and ${key} = ?`,
    ...Object.values(changes),
    account,
    region,
    value,
  )
}

/** @returns how many rows there were */
export function deleteRows(
  { db, account, region }: Scope,
  table: string,
  key: string,
  value: string,
): number {
  return db.run(
    `delete from ${table} where account = ? and region = ? and ${key} = ?`,
    account,
    region,
    value,
  ).changes
}

/** Whether the scope's account and region have a row whose `key` is `value`; `and` adds a condition. */
export const hasRow = (
  { db, account, region }: Scope,
  table: string,
  key: string,
  value: string,
  and = '',
): boolean =>
  db.get(
    `select 1 from ${table} where account = ? and region = ? and ${key} = ? ${and} limit 1`,
    account,
    region,
    value,
  ) !== undefined
