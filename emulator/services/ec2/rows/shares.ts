import type { Scope } from '../describe/resources.ts'

// Whom an account lets use its snapshots and images.

/** Everyone, as a grantee. */
export const everyone = 'all'

/** The grantees of several resources, by resource id. */
export function sharesOf(
  { db, account, region }: Scope,
  ids: readonly string[],
): Map<string, string[]> {
  const rows = db.all<{ resource_id: string; grantee: string }>(
    `select s.resource_id, s.grantee from json_each(?) ids cross join ec2_shares s
     where s.account = ? and s.region = ? and s.resource_id = ids.value order by s.seq`,
    JSON.stringify(ids),
    account,
    region,
  )
  const found = new Map<string, string[]>()
  for (const { resource_id, grantee } of rows) {
    const grantees = found.get(resource_id)
    if (grantees) grantees.push(grantee)
    else found.set(resource_id, [grantee])
  }
  return found
}

export function addShare({ db, account, region }: Scope, id: string, grantee: string): void {
  db.run(
    `insert into ec2_shares (account, region, resource_id, grantee) values (?, ?, ?, ?)
     on conflict do nothing`,
    account,
    region,
    id,
    grantee,
  )
}

/** Takes a share back; without a grantee, all of them. */
export function removeShares(
  { db, account, region }: Scope,
  id: string,
  grantee: string | null = null,
): void {
  db.run(
    `delete from ec2_shares
     where account = ? and region = ? and resource_id = ? and (? is null or grantee = ?)`,
    account,
    region,
    id,
    grantee,
    grantee,
  )
}

/** Changes whom a resource is shared with, as the Modify…Attribute operations ask for. */
export function changeShares(
  scope: Scope,
  id: string,
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): void {
  for (const grantee of remove) removeShares(scope, id, grantee)
  for (const grantee of add) addShare(scope, id, grantee)
}
