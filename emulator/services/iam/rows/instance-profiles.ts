import type { Database } from '../../../store/database.ts'
import type { Page } from './held-policies.ts'

export interface InstanceProfile {
  readonly account: string
  /** `AIPA…` */
  readonly id: string
  readonly name: string
  readonly path: string
  /** The one role it holds. */
  readonly roleId: string | null
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
}

interface InstanceProfileRow {
  account: string
  id: string
  name: string
  path: string
  role_id: string | null
  created_at: number
  tags: string
}

const columns = 'account, id, name, path, role_id, created_at, tags'

const toInstanceProfile = ({
  role_id,
  created_at,
  tags,
  ...row
}: InstanceProfileRow): InstanceProfile => ({
  ...row,
  roleId: role_id,
  createdAt: created_at,
  tags: JSON.parse(tags) as Record<string, string>,
})

/** Finds an instance profile by name, whatever its case. */
export function findInstanceProfile(
  db: Database,
  account: string,
  name: string,
): InstanceProfile | undefined {
  const row = db.get<InstanceProfileRow>(
    `select ${columns} from iam_instance_profiles where account = ? and name = ?`,
    account,
    name,
  )
  return row && toInstanceProfile(row)
}

export function findInstanceProfileById(
  db: Database,
  account: string,
  id: string,
): InstanceProfile | undefined {
  const row = db.get<InstanceProfileRow>(
    `select ${columns} from iam_instance_profiles where id = ? and account = ?`,
    id,
    account,
  )
  return row && toInstanceProfile(row)
}

/** A page of instance profiles, by name, below a path. */
export function listInstanceProfiles(
  db: Database,
  account: string,
  { pathPrefix, after, limit }: Page & { pathPrefix: string },
): InstanceProfile[] {
  return db
    .all<InstanceProfileRow>(
      `select ${columns} from iam_instance_profiles
       where account = ? and name > ? and substr(path, 1, length(?)) = ?
       order by name limit ?`,
      account,
      after,
      pathPrefix,
      pathPrefix,
      limit,
    )
    .map(toInstanceProfile)
}

/** A page of the instance profiles that hold a role, by name. */
export function instanceProfilesOf(
  db: Database,
  { account, id }: { account: string; id: string },
  { after, limit }: Page,
): InstanceProfile[] {
  return db
    .all<InstanceProfileRow>(
      `select ${columns} from iam_instance_profiles
       where role_id = ? and account = ? and name > ? order by name limit ?`,
      id,
      account,
      after,
      limit,
    )
    .map(toInstanceProfile)
}

export function insertInstanceProfile(db: Database, profile: InstanceProfile): InstanceProfile {
  db.run(
    `insert into iam_instance_profiles (${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
    profile.account,
    profile.id,
    profile.name,
    profile.path,
    profile.roleId,
    profile.createdAt,
    JSON.stringify(profile.tags),
  )
  return profile
}

/** Writes what of an instance profile can change: its role and tags. */
export function updateInstanceProfile(db: Database, profile: InstanceProfile): void {
  db.run(
    'update iam_instance_profiles set role_id = ?, tags = ? where id = ? and account = ?',
    profile.roleId,
    JSON.stringify(profile.tags),
    profile.id,
    profile.account,
  )
}

export function deleteInstanceProfile(db: Database, { id, account }: InstanceProfile): void {
  db.run('delete from iam_instance_profiles where id = ? and account = ?', id, account)
}

export const countInstanceProfiles = (db: Database, account: string): number =>
  db.get<{ count: number }>(
    'select count(*) as count from iam_instance_profiles where account = ?',
    account,
  )!.count
