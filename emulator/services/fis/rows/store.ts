import type { Call } from '../../../operation.ts'
import type { SqlValue } from '../../../store/database.ts'
import type { ActionProgress, ExperimentStatus, Plan, Tags } from '../types.ts'

export type Scope = Pick<Call, 'db' | 'account' | 'region'>

type Table = 'fis_templates' | 'fis_experiments'

export interface TemplateRow {
  readonly seq: number
  readonly id: string
  readonly created_at: number
  readonly updated_at: number
  readonly client_token: string
  readonly request: string
  readonly tags: string
  readonly doc: string
}

export interface ExperimentRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly id: string
  readonly template_id: string
  readonly status: ExperimentStatus
  readonly reason: string
  readonly error: string | null
  readonly created_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly client_token: string
  readonly request: string
  readonly skips_actions: number
  readonly tags: string
  readonly plan: string
  readonly progress: string
  readonly resolved: string
}

export const planOf = (row: ExperimentRow): Plan => JSON.parse(row.plan) as Plan
export const progressOf = (row: ExperimentRow) =>
  JSON.parse(row.progress) as Record<string, ActionProgress>
/** The ids of the instances of each target. */
export const resolvedOf = (row: ExperimentRow) =>
  JSON.parse(row.resolved) as Record<string, string[]>
export const tagsOf = (row: { readonly tags: string }) => JSON.parse(row.tags) as Tags

const find = <Row>({ db, account, region }: Scope, table: Table, column: string, value: string) =>
  db.get<Row>(
    `select * from ${table} where account = ? and region = ? and ${column} = ?`,
    account,
    region,
    value,
  )

export const findTemplate = (scope: Scope, id: string) =>
  find<TemplateRow>(scope, 'fis_templates', 'id', id)
export const findTemplateByToken = (scope: Scope, token: string) =>
  find<TemplateRow>(scope, 'fis_templates', 'client_token', token)
export const findExperiment = (scope: Scope, id: string) =>
  find<ExperimentRow>(scope, 'fis_experiments', 'id', id)
export const findExperimentByToken = (scope: Scope, token: string) =>
  find<ExperimentRow>(scope, 'fis_experiments', 'client_token', token)

/** Up to `limit` rows after a place in the order of creation. */
export const list = <Row>(
  { db, account, region }: Scope,
  table: Table,
  after: number,
  limit: number,
  templateId = '',
): Row[] =>
  db.all<Row>(
    `select * from ${table} where account = ? and region = ? and seq > ?
     ${table === 'fis_experiments' ? `and (? = '' or template_id = ?)` : ''} order by seq limit ?`,
    account,
    region,
    after,
    ...(table === 'fis_experiments' ? [templateId, templateId] : []),
    limit,
  )

export function insert(
  { db, account, region }: Scope,
  table: Table,
  row: Readonly<Record<string, SqlValue>>,
): void {
  const columns = Object.keys(row)
  db.run(
    `insert into ${table} (account, region, ${columns.join(', ')})
     values (?, ?${', ?'.repeat(columns.length)})`,
    account,
    region,
    ...Object.values(row),
  )
}

export function update(
  { db, account, region }: Scope,
  table: Table,
  id: string,
  changes: Readonly<Record<string, SqlValue>>,
): void {
  const columns = Object.keys(changes)
  db.run(
    `update ${table} set ${columns.map((column) => `${column} = ?`).join(', ')}
     where account = ? and region = ? and id = ?`,
    ...Object.values(changes),
    account,
    region,
    id,
  )
}

export function deleteTemplate({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from fis_templates where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
