import type { Tags } from '../tags.ts'
import type { Scope } from './metrics.ts'

/** Dashboards are the account's, whatever the region of the call. */
const everywhere = 'aws-global'

export interface Dashboard {
  readonly name: string
  /** JSON, as it was given. */
  readonly body: string
  /** Virtual time in ms since the epoch. */
  readonly modifiedAt: number
  readonly tags: Tags
}

interface DashboardRow {
  name: string
  body: string
  modified_at: number
  tags: string
}

const toDashboard = ({ modified_at: modifiedAt, tags, ...row }: DashboardRow): Dashboard => ({
  ...row,
  modifiedAt,
  tags: JSON.parse(tags) as Tags,
})

export function findDashboard({ db, account }: Scope, name: string): Dashboard | undefined {
  const row = db.get<DashboardRow>(
    'select name, body, modified_at, tags from cloudwatch_dashboards where account = ? and region = ? and name = ?',
    account,
    everywhere,
    name,
  )
  return row && toDashboard(row)
}

/** In the order of their names, after one. */
export const listDashboards = (
  { db, account }: Scope,
  prefix: string,
  after: string,
  limit: number,
): Dashboard[] =>
  db
    .all<DashboardRow>(
      `select name, body, modified_at, tags from cloudwatch_dashboards
       where account = ? and region = ? and name > ? and substr(name, 1, ?) = ? order by name limit ?`,
      account,
      everywhere,
      after,
      prefix.length,
      prefix,
      limit,
    )
    .map(toDashboard)

export function putDashboard(
  { db, account }: Scope,
  { name, body, modifiedAt, tags }: Dashboard,
): void {
  db.run(
    `insert into cloudwatch_dashboards (account, region, name, body, modified_at, tags) values (?, ?, ?, ?, ?, ?)
     on conflict (account, region, name) do update set body = excluded.body, modified_at = excluded.modified_at, tags = excluded.tags`,
    account,
    everywhere,
    name,
    body,
    modifiedAt,
    JSON.stringify(tags),
  )
}

export function deleteDashboard({ db, account }: Scope, name: string): void {
  db.run(
    'delete from cloudwatch_dashboards where account = ? and region = ? and name = ?',
    account,
    everywhere,
    name,
  )
}
