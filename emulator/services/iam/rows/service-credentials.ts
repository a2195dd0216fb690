import type { Database } from '../../../store/database.ts'
import type { Page } from './held-policies.ts'

/** A user's credential for one service (`codecommit.amazonaws.com`, `bedrock.amazonaws.com`). */
export interface ServiceCredential {
  readonly account: string
  /** `ACCA…` */
  readonly id: string
  readonly userId: string
  readonly service: string
  /** The user name or the alias it has with the service: it stays when the user's name changes. */
  readonly login: string
  /** The SHA-256 of the secret, which is 360 random bits. */
  readonly secret: string
  readonly status: 'Active' | 'Inactive'
  /** Virtual time in ms since the epoch, like `expiresAt`. */
  readonly createdAt: number
  readonly expiresAt: number | null
}

interface ServiceCredentialRow {
  account: string
  id: string
  user_id: string
  service: string
  login: string
  secret: string
  status: 'Active' | 'Inactive'
  created_at: number
  expires_at: number | null
}

const columns = 'account, id, user_id, service, login, secret, status, created_at, expires_at'

const toCredential = ({
  user_id,
  created_at,
  expires_at,
  ...row
}: ServiceCredentialRow): ServiceCredential => ({
  ...row,
  userId: user_id,
  createdAt: created_at,
  expiresAt: expires_at,
})

export function findServiceCredential(
  db: Database,
  account: string,
  id: string,
): ServiceCredential | undefined {
  const row = db.get<ServiceCredentialRow>(
    `select ${columns} from iam_service_credentials where id = ? and account = ?`,
    id,
    account,
  )
  return row && toCredential(row)
}

/** A user's credentials, by id: at most two for each service. */
export const serviceCredentialsOf = (
  db: Database,
  account: string,
  userId: string,
): ServiceCredential[] =>
  db
    .all<ServiceCredentialRow>(
      `select ${columns} from iam_service_credentials
       where user_id = ? and account = ? order by id`,
      userId,
      account,
    )
    .map(toCredential)

/** A page of all users' credentials, by id. */
export const listServiceCredentials = (
  db: Database,
  account: string,
  { service, after, limit }: Page & { service: string | undefined },
): ServiceCredential[] =>
  db
    .all<ServiceCredentialRow>(
      `select ${columns} from iam_service_credentials
       where account = ? and id > ? and service = coalesce(?, service) order by id limit ?`,
      account,
      after,
      service ?? null,
      limit,
    )
    .map(toCredential)

export const isLoginTaken = (
  db: Database,
  account: string,
  service: string,
  login: string,
): boolean =>
  db.get(
    'select 1 from iam_service_credentials where account = ? and service = ? and login = ?',
    account,
    service,
    login,
  ) !== undefined

/** Adds a credential, or replaces the one with its id. */
export function putServiceCredential(db: Database, credential: ServiceCredential): void {
  db.run(
    `insert or replace into iam_service_credentials (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    credential.account,
    credential.id,
    credential.userId,
    credential.service,
    credential.login,
    credential.secret,
    credential.status,
    credential.createdAt,
    credential.expiresAt,
  )
}

export function deleteServiceCredential(db: Database, { account, id }: ServiceCredential): void {
  db.run('delete from iam_service_credentials where id = ? and account = ?', id, account)
}
