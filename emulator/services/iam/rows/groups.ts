import type { Database } from '../../../store/database.ts'
import type { Page } from './held-policies.ts'
import { toUser, userColumns, type User, type UserRow } from './users.ts'

export interface Group {
  readonly account: string
  /** `AGPA…` */
  readonly id: string
  readonly name: string
  readonly path: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
}

interface GroupRow {
  account: string
  id: string
  name: string
  path: string
  created_at: number
}

const columns = 'g.account, g.id, g.name, g.path, g.created_at'

const toGroup = ({ created_at, ...row }: GroupRow): Group => ({ ...row, createdAt: created_at })

/** Finds a group by name, whatever its case. */
export function findGroup(db: Database, account: string, name: string): Group | undefined {
  const row = db.get<GroupRow>(
    `select ${columns} from iam_groups g where account = ? and name = ?`,
    account,
    name,
  )
  return row && toGroup(row)
}

/** A page of groups, by name, below a path. */
export function listGroups(
  db: Database,
  account: string,
  { pathPrefix, after, limit }: Page & { pathPrefix: string },
): Group[] {
  return db
    .all<GroupRow>(
      `select ${columns} from iam_groups g
       where account = ? and name > ? and substr(path, 1, length(?)) = ?
       order by name limit ?`,
      account,
      after,
      pathPrefix,
      pathPrefix,
      limit,
    )
    .map(toGroup)
}

/** A page of the groups that a user is in, by name. */
export function groupsOf(
  db: Database,
  account: string,
  userId: string,
  { after, limit }: Page,
): Group[] {
  return db
    .all<GroupRow>(
      `select ${columns} from iam_group_members m join iam_groups g on g.id = m.group_id
       where m.user_id = ? and m.account = ? and g.name > ? order by g.name limit ?`,
      userId,
      account,
      after,
      limit,
    )
    .map(toGroup)
}

/** A page of a group's users, by name. */
export function membersOf(db: Database, { account, id }: Group, { after, limit }: Page): User[] {
  return db
    .all<UserRow>(
      `select ${userColumns} from iam_group_members m join iam_users u on u.id = m.user_id
       where m.group_id = ? and m.account = ? and u.name > ? order by u.name limit ?`,
      id,
      account,
      after,
      limit,
    )
    .map(toUser)
}

export function insertGroup(db: Database, group: Group): Group {
  db.run(
    'insert into iam_groups (account, id, name, path, created_at) values (?, ?, ?, ?, ?)',
    group.account,
    group.id,
    group.name,
    group.path,
    group.createdAt,
  )
  return group
}

/** Writes what of a group can change: name and path. */
export function updateGroup(db: Database, { account, id, name, path }: Group): void {
  db.run(
    'update iam_groups set name = ?, path = ? where id = ? and account = ?',
    name,
    path,
    id,
    account,
  )
}

export function deleteGroup(db: Database, { account, id }: Group): void {
  db.run('delete from iam_groups where id = ? and account = ?', id, account)
}

/** Makes a user a member; doing it again changes nothing. */
export function addMember(db: Database, { account, id }: Group, userId: string): void {
  db.run(
    'insert or ignore into iam_group_members (account, user_id, group_id) values (?, ?, ?)',
    account,
    userId,
    id,
  )
}

/** Ends a membership; where there is none, nothing happens. */
export function removeMember(db: Database, { account, id }: Group, userId: string): void {
  db.run(
    'delete from iam_group_members where user_id = ? and group_id = ? and account = ?',
    userId,
    id,
    account,
  )
}

export const countGroups = (db: Database, account: string): number =>
  db.get<{ count: number }>('select count(*) as count from iam_groups where account = ?', account)!
    .count
