import type { SqlValue } from '../../../store/database.ts'
import type { Scope } from './resources.ts'

/** Inserts a row under the scope's account and region; `row` names its columns. */
export function insertRow(
  { db, account, region }: Scope,
  table: string,
  row: Readonly<Record<string, SqlValue>>,
): void {
  const columns = Object.keys(row)
  db.run(
    `insert into ${table} (account, region, ${columns.join(', ')})
     values (?, ?${', ?'.repeat(columns.length)})`,
    account,
    region,
    ...Object.values(row),
  )
}
