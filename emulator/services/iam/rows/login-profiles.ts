import type { Database } from '../../../store/database.ts'

/** A user's password for the console. */
export interface LoginProfile {
  readonly account: string
  readonly userId: string
  /** A salted hash. */
  readonly password: string
  /** The hashes before it, the latest first. */
  readonly previous: readonly string[]
  readonly resetRequired: boolean
  /** Virtual time in ms since the epoch, like `changedAt`. */
  readonly createdAt: number
  readonly changedAt: number
}

interface LoginProfileRow {
  account: string
  user_id: string
  password: string
  previous: string
  reset_required: number
  created_at: number
  changed_at: number
}

const columns = 'account, user_id, password, previous, reset_required, created_at, changed_at'

export function findLoginProfile(
  db: Database,
  account: string,
  userId: string,
): LoginProfile | undefined {
  const row = db.get<LoginProfileRow>(
    `select ${columns} from iam_login_profiles where user_id = ? and account = ?`,
    userId,
    account,
  )
  return (
    row && {
      account: row.account,
      userId: row.user_id,
      password: row.password,
      previous: JSON.parse(row.previous) as string[],
      resetRequired: row.reset_required === 1,
      createdAt: row.created_at,
      changedAt: row.changed_at,
    }
  )
}

/** Adds a profile, or replaces the user's. */
export function putLoginProfile(db: Database, profile: LoginProfile): void {
  db.run(
    `insert or replace into iam_login_profiles (${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
    profile.account,
    profile.userId,
    profile.password,
    JSON.stringify(profile.previous),
    Number(profile.resetRequired),
    profile.createdAt,
    profile.changedAt,
  )
}

export function deleteLoginProfile(db: Database, profile: LoginProfile): void {
  db.run(
    'delete from iam_login_profiles where user_id = ? and account = ?',
    profile.userId,
    profile.account,
  )
}
