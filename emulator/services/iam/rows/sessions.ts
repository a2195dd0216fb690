import type { SessionContext } from '../../../auth/caller.ts'
import type { Database } from '../../../store/database.ts'

/** Temporary credentials. */
export interface Session {
  readonly account: string
  /** `ASIA…`, unique over all accounts. */
  readonly id: string
  readonly secret: string
  readonly token: string
  readonly kind: 'role' | 'user' | 'federated'
  /** The role's or user's id; the account's number for its root. */
  readonly holderId: string
  readonly name: string
  /** Virtual time in ms since the epoch. */
  readonly expiresAt: number
  readonly context: SessionContext
}

/** A session with what its role or user is called now; without a name it has been deleted. */
export interface SessionOfHolder extends Session {
  readonly holder:
    | {
        readonly name: string
        readonly path: string
        readonly tags: Readonly<Record<string, string>>
        readonly linkedService: string | null
      }
    | undefined
}

interface SessionRow {
  account: string
  id: string
  secret: string
  token: string
  kind: Session['kind']
  holder_id: string
  name: string
  expires_at: number
  issued_at: number
  facts: string
  holder_name: string | null
  holder_path: string
  holder_tags: string
  linked_service: string | null
}

/** By the access key's id, which alone says whose it is. */
export function findSession(db: Database, id: string): SessionOfHolder | undefined {
  const row = db.get<SessionRow>(
    `select s.account, s.id, s.secret, s.token, s.kind, s.holder_id, s.name, s.expires_at, s.issued_at, s.facts,
       coalesce(r.name, u.name) as holder_name, coalesce(r.path, u.path) as holder_path,
       coalesce(r.tags, u.tags) as holder_tags, r.linked_service
     from iam_sessions s
     left join iam_roles r on r.id = s.holder_id and r.account = s.account
     left join iam_users u on u.id = s.holder_id and u.account = s.account
     where s.id = ?`,
    id,
  )
  if (!row) return undefined
  const facts = JSON.parse(row.facts) as Omit<SessionContext, 'issuedAt'>
  return {
    account: row.account,
    id: row.id,
    secret: row.secret,
    token: row.token,
    kind: row.kind,
    holderId: row.holder_id,
    name: row.name,
    expiresAt: row.expires_at,
    context: { ...facts, issuedAt: row.issued_at },
    holder:
      row.holder_name === null
        ? undefined
        : {
            name: row.holder_name,
            path: row.holder_path,
            tags: JSON.parse(row.holder_tags) as Record<string, string>,
            linkedService: row.linked_service,
          },
  }
}

export function insertSession(db: Database, session: Session): void {
  const { issuedAt, ...facts } = session.context
  db.run(
    `insert into iam_sessions
       (account, id, secret, token, kind, holder_id, name, issued_at, expires_at, facts)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    session.account,
    session.id,
    session.secret,
    session.token,
    session.kind,
    session.holderId,
    session.name,
    issuedAt,
    session.expiresAt,
    JSON.stringify(facts),
  )
}

/**
 * Forgets a few sessions that expired before a moment; only their ids stay, as keys that are no good.
 *
 * @param before virtual time in ms since the epoch
 */
export function retireSessions(db: Database, before: number): void {
  const old = db.all<{ account: string; id: string }>(
    'select account, id from iam_sessions where expires_at < ? order by expires_at limit 10',
    before,
  )
  for (const { account, id } of old) {
    db.run('delete from iam_sessions where id = ? and account = ?', id, account)
    db.run('insert into iam_retired_keys (account, id) values (?, ?)', account, id)
  }
}

/** The account of a key that is no more. */
export const accountOfRetiredKey = (db: Database, id: string): string | undefined =>
  db.get<{ account: string }>('select account from iam_retired_keys where id = ?', id)?.account
