import type { Database } from '../../../store/database.ts'

export interface AccessKey {
  readonly account: string
  /** `AKIA…`, unique over all accounts. */
  readonly id: string
  readonly userId: string
  readonly secret: string
  readonly status: 'Active' | 'Inactive'
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
}

interface AccessKeyRow {
  account: string
  id: string
  user_id: string
  secret: string
  status: 'Active' | 'Inactive'
  created_at: number
}

const columns = 'account, id, user_id, secret, status, created_at'

const toAccessKey = ({ user_id, created_at, ...row }: AccessKeyRow): AccessKey => ({
  ...row,
  userId: user_id,
  createdAt: created_at,
})

/** A user's keys, the oldest first: at most two. */
export function accessKeysOf(db: Database, account: string, userId: string): AccessKey[] {
  return db
    .all<AccessKeyRow>(
      `select ${columns} from iam_access_keys
       where user_id = ? and account = ? order by created_at, id`,
      userId,
      account,
    )
    .map(toAccessKey)
}

export function insertAccessKey(db: Database, key: AccessKey): AccessKey {
  db.run(
    `insert into iam_access_keys (${columns}) values (?, ?, ?, ?, ?, ?)`,
    key.account,
    key.id,
    key.userId,
    key.secret,
    key.status,
    key.createdAt,
  )
  return key
}

export function setAccessKeyStatus(
  db: Database,
  key: AccessKey,
  status: AccessKey['status'],
): void {
  db.run(
    'update iam_access_keys set status = ? where id = ? and account = ?',
    status,
    key.id,
    key.account,
  )
}

export function deleteAccessKey(db: Database, key: AccessKey): void {
  db.run('delete from iam_access_keys where id = ? and account = ?', key.id, key.account)
  // A key that nobody issued is the root user: one that was deleted must never become that.
  db.run('insert into iam_retired_keys (account, id) values (?, ?)', key.account, key.id)
}
