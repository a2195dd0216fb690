import type { Database } from '../../../store/database.ts'

/** A report on who used which services; it stays as it was made. */
export interface LastAccessReport {
  readonly account: string
  readonly id: string
  /** The user id of who asked for it. */
  readonly requester: string
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL'
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly services: readonly ServiceAccess[]
}

export interface ServiceAccess {
  /** `s3` */
  readonly namespace: string
  readonly last?: LastAccess
  readonly actions: readonly { readonly name: string; readonly last?: LastAccess }[]
  /** The ids of the users and roles that might have used it, with the time in ms when they did. */
  readonly entities: readonly { readonly id: string; readonly time?: number }[]
}

export interface LastAccess {
  /** Virtual time in ms since the epoch. */
  readonly time: number
  readonly entity: string
  readonly region: string
}

interface LastAccessReportRow {
  account: string
  id: string
  requester: string
  granularity: LastAccessReport['granularity']
  created_at: number
  services: string
}

const columns = 'account, id, requester, granularity, created_at, services'

export function findLastAccessReport(
  db: Database,
  account: string,
  id: string,
): LastAccessReport | undefined {
  const row = db.get<LastAccessReportRow>(
    `select ${columns} from iam_last_access_reports where id = ? and account = ?`,
    id,
    account,
  )
  if (!row) return undefined
  const { created_at, services, ...rest } = row
  return { ...rest, createdAt: created_at, services: JSON.parse(services) as ServiceAccess[] }
}

export function insertLastAccessReport(db: Database, report: LastAccessReport): void {
  db.run(
    `insert into iam_last_access_reports (${columns}) values (?, ?, ?, ?, ?, ?)`,
    report.account,
    report.id,
    report.requester,
    report.granularity,
    report.createdAt,
    JSON.stringify(report.services),
  )
}
