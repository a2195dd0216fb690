import type { Database } from '../../../store/database.ts'
import type { KeyPlace } from './keys.ts'

export interface Alias {
  readonly account: string
  readonly region: string
  /** With its prefix: `alias/name`. */
  readonly name: string
  readonly keyId: string
  /** Virtual time in ms since the epoch, like `updatedAt`. */
  readonly createdAt: number
  readonly updatedAt: number
}

interface AliasRow {
  account: string
  region: string
  name: string
  key_id: string
  created_at: number
  updated_at: number
}

const columns = 'account, region, name, key_id, created_at, updated_at'

const toAlias = (row: AliasRow): Alias => ({
  account: row.account,
  region: row.region,
  name: row.name,
  keyId: row.key_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export type AliasPlace = Pick<Alias, 'account' | 'region' | 'name'>

export function findAlias(db: Database, { account, region, name }: AliasPlace): Alias | undefined {
  const row = db.get<AliasRow>(
    `select ${columns} from kms_aliases where account = ? and region = ? and name = ?`,
    account,
    region,
    name,
  )
  return row && toAlias(row)
}

/** A page of the aliases of an account in a region, by name. */
export function listAliases(
  db: Database,
  { account, region }: Pick<Alias, 'account' | 'region'>,
  after: string,
  limit: number,
): Alias[] {
  return db
    .all<AliasRow>(
      `select ${columns} from kms_aliases where account = ? and region = ? and name > ?
       order by name limit ?`,
      account,
      region,
      after,
      limit,
    )
    .map(toAlias)
}

/** A page of a key's aliases, by name. */
export function aliasesOf(
  db: Database,
  { account, region, id }: KeyPlace,
  after = '',
  limit = 1000,
): Alias[] {
  return db
    .all<AliasRow>(
      `select ${columns} from kms_aliases
       where account = ? and region = ? and key_id = ? and name > ? order by name limit ?`,
      account,
      region,
      id,
      after,
      limit,
    )
    .map(toAlias)
}

/** Makes an alias, or points the one that is there to another key. */
export function putAlias(db: Database, alias: Alias): void {
  db.run(
    `insert into kms_aliases (${columns}) values (?, ?, ?, ?, ?, ?)
     on conflict do update set key_id = excluded.key_id, updated_at = excluded.updated_at`,
    alias.account,
    alias.region,
    alias.name,
    alias.keyId,
    alias.createdAt,
    alias.updatedAt,
  )
}

export function deleteAlias(db: Database, { account, region, name }: AliasPlace): void {
  db.run(
    'delete from kms_aliases where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}
