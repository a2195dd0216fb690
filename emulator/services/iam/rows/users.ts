import type { Database } from '../../../store/database.ts'

export interface User {
  readonly account: string
  /** `AIDA…`: stays when the name changes. */
  readonly id: string
  readonly name: string
  readonly path: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
}

export interface UserRow {
  account: string
  id: string
  name: string
  path: string
  created_at: number
  tags: string
}

/** For queries that call the table `u`. */
export const userColumns = 'u.account, u.id, u.name, u.path, u.created_at, u.tags'

const columns = 'account, id, name, path, created_at, tags'

export const toUser = ({ created_at, tags, ...row }: UserRow): User => ({
  ...row,
  createdAt: created_at,
  tags: JSON.parse(tags) as Record<string, string>,
})

/** Finds a user by name, whatever its case. */
export function findUser(db: Database, account: string, name: string): User | undefined {
  const row = db.get<UserRow>(
    `select ${columns} from iam_users where account = ? and name = ?`,
    account,
    name,
  )
  return row && toUser(row)
}

export function findUserById(db: Database, account: string, id: string): User | undefined {
  const row = db.get<UserRow>(
    `select ${columns} from iam_users where id = ? and account = ?`,
    id,
    account,
  )
  return row && toUser(row)
}

/**
 * A page of users, by name.
 *
 * @param after the name that the page before ended with
 * @param limit at most this many
 */
export function listUsers(
  db: Database,
  account: string,
  { pathPrefix, after, limit }: { pathPrefix: string; after: string; limit: number },
): User[] {
  return db
    .all<UserRow>(
      `select ${columns} from iam_users
       where account = ? and name > ? and substr(path, 1, length(?)) = ?
       order by name limit ?`,
      account,
      after,
      pathPrefix,
      pathPrefix,
      limit,
    )
    .map(toUser)
}

export function insertUser(db: Database, user: User): User {
  db.run(
    `insert into iam_users (${columns}) values (?, ?, ?, ?, ?, ?)`,
    user.account,
    user.id,
    user.name,
    user.path,
    user.createdAt,
    JSON.stringify(user.tags),
  )
  return user
}

/** Writes what of a user can change: name, path and tags. */
export function updateUser(db: Database, user: User): void {
  db.run(
    'update iam_users set name = ?, path = ?, tags = ? where id = ? and account = ?',
    user.name,
    user.path,
    JSON.stringify(user.tags),
    user.id,
    user.account,
  )
}

export function deleteUser(db: Database, user: User): void {
  db.run('delete from iam_boundaries where holder_id = ? and account = ?', user.id, user.account)
  db.run('delete from iam_users where id = ? and account = ?', user.id, user.account)
}

export function oldestUser(db: Database, account: string): User | undefined {
  const row = db.get<UserRow>(
    `select ${columns} from iam_users where account = ? order by created_at limit 1`,
    account,
  )
  return row && toUser(row)
}

export const countUsers = (db: Database, account: string): number =>
  db.get<{ count: number }>('select count(*) as count from iam_users where account = ?', account)!
    .count
