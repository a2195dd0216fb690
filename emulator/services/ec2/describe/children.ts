import type { Scope } from './resources.ts'

/** The rows that belong to several resources (attachments, rules, …), by the resource's id, in the order of creation. */
export function childrenOf<Row extends object>(
  { db, account, region }: Scope,
  table: string,
  owner: string,
  ids: readonly string[],
): Map<string, Row[]> {
  const found = new Map<string, Row[]>()
  if (ids.length === 0) return found
  const rows = db.all<Row>(
    `select * from ${table} where account = ? and region = ?
     and ${owner} in (select value from json_each(?)) order by seq`,
    account,
    region,
    JSON.stringify(ids),
  )
  for (const row of rows) {
    const id = (row as Record<string, unknown>)[owner] as string
    const siblings = found.get(id)
    if (siblings) siblings.push(row)
    else found.set(id, [row])
  }
  return found
}
