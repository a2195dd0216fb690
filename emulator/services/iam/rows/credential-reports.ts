import type { Database } from '../../../store/database.ts'

export interface CredentialReport {
  /** CSV. */
  readonly content: string
  /** Virtual time in ms since the epoch. */
  readonly generatedAt: number
}

export function findCredentialReport(db: Database, account: string): CredentialReport | undefined {
  const row = db.get<{ content: string; generated_at: number }>(
    'select content, generated_at from iam_credential_reports where account = ?',
    account,
  )
  return row && { content: row.content, generatedAt: row.generated_at }
}

export function putCredentialReport(db: Database, account: string, report: CredentialReport): void {
  db.run(
    'insert or replace into iam_credential_reports (account, content, generated_at) values (?, ?, ?)',
    account,
    report.content,
    report.generatedAt,
  )
}
