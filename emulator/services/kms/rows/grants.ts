import type { Database } from '../../../store/database.ts'
import type { KeyPlace } from './keys.ts'

type EncryptionContext = Readonly<Record<string, string>>

export interface GrantConstraints {
  readonly EncryptionContextSubset?: EncryptionContext
  readonly EncryptionContextEquals?: EncryptionContext
}

export interface Grant {
  readonly account: string
  readonly region: string
  readonly keyId: string
  /** 64 hexadecimal digits. */
  readonly id: string
  readonly name: string | null
  readonly grantee: string
  readonly retiring: string | null
  readonly issuingAccount: string
  readonly operations: readonly string[]
  readonly constraints: GrantConstraints
  /** Signs the grant's tokens. */
  readonly tokenKey: Buffer
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
}

interface GrantRow {
  account: string
  region: string
  key_id: string
  grant_id: string
  name: string | null
  grantee: string
  retiring: string | null
  issuing_account: string
  operations: string
  constraints: string
  token_key: Buffer
  created_at: number
}

const columns =
  'account, region, key_id, grant_id, name, grantee, retiring, issuing_account, operations, ' +
  'constraints, token_key, created_at'

const toGrant = (row: GrantRow): Grant => ({
  account: row.account,
  region: row.region,
  keyId: row.key_id,
  id: row.grant_id,
  name: row.name,
  grantee: row.grantee,
  retiring: row.retiring,
  issuingAccount: row.issuing_account,
  operations: JSON.parse(row.operations) as string[],
  constraints: JSON.parse(row.constraints) as GrantConstraints,
  tokenKey: row.token_key,
  createdAt: row.created_at,
})

/** Finds a grant by what its token says; a token may be used from any account. */
export function findGrant(db: Database, region: string, id: string): Grant | undefined {
  const row = db.get<GrantRow>(
    `select ${columns} from kms_grants where region = ? and grant_id = ?`,
    region,
    id,
  )
  return row && toGrant(row)
}

const onKey = 'from kms_grants where account = ? and region = ? and key_id = ?'

/** The grants on a key that name one of the principals as their grantee. */
export function grantsTo(
  db: Database,
  { account, region, id }: KeyPlace,
  grantees: readonly string[],
): Grant[] {
  return db
    .all<GrantRow>(
      `select ${columns} ${onKey} and grantee in (select value from json_each(?))`,
      account,
      region,
      id,
      JSON.stringify(grantees),
    )
    .map(toGrant)
}

/** The grants on a key with a name: several may have the same. */
export function grantsNamed(
  db: Database,
  { account, region, id }: KeyPlace,
  name: string,
): Grant[] {
  return db
    .all<GrantRow>(`select ${columns} ${onKey} and name = ?`, account, region, id, name)
    .map(toGrant)
}

export const countGrants = (db: Database, { account, region, id }: KeyPlace): number =>
  db.get<{ count: number }>(`select count(*) as count ${onKey}`, account, region, id)!.count

/** What a list of grants is narrowed to. */
export interface GrantFilter {
  readonly grantId?: string | undefined
  readonly grantee?: string | undefined
}

/** A page of the grants on a key, by id. */
export function listGrants(
  db: Database,
  { account, region, id }: KeyPlace,
  { after, limit, ...filter }: GrantFilter & { readonly after: string; readonly limit: number },
): Grant[] {
  return db
    .all<GrantRow>(
      `select ${columns} ${onKey} and grant_id > ?
         and grant_id = coalesce(?, grant_id) and grantee = coalesce(?, grantee)
       order by grant_id limit ?`,
      account,
      region,
      id,
      after,
      filter.grantId ?? null,
      filter.grantee ?? null,
      limit,
    )
    .map(toGrant)
}

/** A page of the grants that a principal may retire, by id. */
export function listRetirableGrants(
  db: Database,
  { account, region }: Pick<Grant, 'account' | 'region'>,
  retiring: string,
  { after, limit }: { after: string; limit: number },
): Grant[] {
  return db
    .all<GrantRow>(
      `select ${columns} from kms_grants
       where account = ? and region = ? and retiring = ? and grant_id > ?
       order by grant_id limit ?`,
      account,
      region,
      retiring,
      after,
      limit,
    )
    .map(toGrant)
}

export function insertGrant(db: Database, grant: Grant): void {
  db.run(
    `insert into kms_grants (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    grant.account,
    grant.region,
    grant.keyId,
    grant.id,
    grant.name,
    grant.grantee,
    grant.retiring,
    grant.issuingAccount,
    JSON.stringify(grant.operations),
    JSON.stringify(grant.constraints),
    grant.tokenKey,
    grant.createdAt,
  )
}

export function deleteGrant(db: Database, { account, region, keyId, id }: Grant): void {
  db.run(
    'delete from kms_grants where account = ? and region = ? and key_id = ? and grant_id = ?',
    account,
    region,
    keyId,
    id,
  )
}
