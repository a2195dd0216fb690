import type { Database } from '../../../store/database.ts'

export const accountAlias = (db: Database, account: string): string | undefined =>
  db.get<{ alias: string }>('select alias from iam_account_aliases where account = ?', account)
    ?.alias

/** @returns whose alias it is */
export const aliasOwner = (db: Database, alias: string): string | undefined =>
  db.get<{ account: string }>('select account from iam_account_aliases where alias = ?', alias)
    ?.account

/** Gives an account its alias, in place of the one it had. */
export function putAccountAlias(db: Database, account: string, alias: string): void {
  db.run(
    'insert or replace into iam_account_aliases (account, alias) values (?, ?)',
    account,
    alias,
  )
}

/** @returns whether the account had this alias */
export const deleteAccountAlias = (db: Database, account: string, alias: string): boolean =>
  db.run('delete from iam_account_aliases where account = ? and alias = ?', account, alias)
    .changes > 0

export interface Preferences {
  /** The version of tokens that the global STS endpoint gives out: 1, or 2, which is good in every region. */
  readonly tokenVersion: number
  /** The issuer's URL once outbound federation was enabled: it stays the same. */
  readonly issuer: string | null
  readonly issuerEnabled: boolean
}

interface PreferencesRow {
  global_endpoint_token_version: number
  outbound_issuer: string | null
  outbound_enabled: number
}

export function preferencesOf(db: Database, account: string): Preferences {
  const row = db.get<PreferencesRow>(
    `select global_endpoint_token_version, outbound_issuer, outbound_enabled
     from iam_account_preferences where account = ?`,
    account,
  )
  return {
    tokenVersion: row?.global_endpoint_token_version ?? 1,
    issuer: row?.outbound_issuer ?? null,
    issuerEnabled: row?.outbound_enabled === 1,
  }
}

export function putPreferences(db: Database, account: string, preferences: Preferences): void {
  db.run(
    `insert or replace into iam_account_preferences
       (account, global_endpoint_token_version, outbound_issuer, outbound_enabled) values (?, ?, ?, ?)`,
    account,
    preferences.tokenVersion,
    preferences.issuer,
    Number(preferences.issuerEnabled),
  )
}
