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
    // A cross join keeps its order: the ids first, each then looked up in the index over `owner`.
    `select c.* from json_each(?) ids cross join ${table} c
     where c.account = ? and c.region = ? and c.${owner} = ids.value order by c.seq`,
    JSON.stringify(ids),
    account,
    region,
  )
  for (const row of rows) {
    const id = (row as Record<string, unknown>)[owner] as string
    const siblings = found.get(id)
    if (siblings) siblings.push(row)
    else found.set(id, [row])
  }
  return found
}
