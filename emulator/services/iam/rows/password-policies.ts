import type { Database } from '../../../store/database.ts'

/** What an account demands of its users' passwords. */
export interface PasswordPolicy {
  readonly account: string
  readonly minimumLength: number
  readonly requireSymbols: boolean
  readonly requireNumbers: boolean
  readonly requireUppercase: boolean
  readonly requireLowercase: boolean
  readonly usersMayChange: boolean
  /** In days; null when passwords don't expire. */
  readonly maxAge: number | null
  /** How many of the last passwords may not be used again; null for none. */
  readonly reusePrevention: number | null
  readonly hardExpiry: boolean | null
}

interface PasswordPolicyRow {
  account: string
  minimum_length: number
  require_symbols: number
  require_numbers: number
  require_uppercase: number
  require_lowercase: number
  users_may_change: number
  max_age: number | null
  reuse_prevention: number | null
  hard_expiry: number | null
}

const columns =
  'account, minimum_length, require_symbols, require_numbers, require_uppercase, require_lowercase, ' +
  'users_may_change, max_age, reuse_prevention, hard_expiry'

const toPolicy = (row: PasswordPolicyRow): PasswordPolicy => ({
  account: row.account,
  minimumLength: row.minimum_length,
  requireSymbols: row.require_symbols === 1,
  requireNumbers: row.require_numbers === 1,
  requireUppercase: row.require_uppercase === 1,
  requireLowercase: row.require_lowercase === 1,
  usersMayChange: row.users_may_change === 1,
  maxAge: row.max_age,
  reusePrevention: row.reuse_prevention,
  hardExpiry: row.hard_expiry === null ? null : row.hard_expiry === 1,
})

export function findPasswordPolicy(db: Database, account: string): PasswordPolicy | undefined {
  const row = db.get<PasswordPolicyRow>(
    `select ${columns} from iam_password_policies where account = ?`,
    account,
  )
  return row && toPolicy(row)
}

export function putPasswordPolicy(db: Database, policy: PasswordPolicy): void {
  db.run(
    `insert or replace into iam_password_policies (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    policy.account,
    policy.minimumLength,
    Number(policy.requireSymbols),
    Number(policy.requireNumbers),
    Number(policy.requireUppercase),
    Number(policy.requireLowercase),
    Number(policy.usersMayChange),
    policy.maxAge,
    policy.reusePrevention,
    policy.hardExpiry === null ? null : Number(policy.hardExpiry),
  )
}

/** @returns whether there was one */
export const deletePasswordPolicy = (db: Database, account: string): boolean =>
  db.run('delete from iam_password_policies where account = ?', account).changes > 0
