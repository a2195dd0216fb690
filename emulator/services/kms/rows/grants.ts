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

/** All grants on a key. */
export const grantsOn = (db: Database, key: KeyPlace): Grant[] => listGrants(db, key, '', 100_000)

/** A page of the grants on a key, by id. */
export function listGrants(
  db: Database,
  { account, region, id }: KeyPlace,
  after: string,
  limit: number,
): Grant[] {
  return db
    .all<GrantRow>(
      `select ${columns} from kms_grants
       where account = ? and region = ? and key_id = ? and grant_id > ? order by grant_id limit ?`,
      account,
      region,
      id,
      after,
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
