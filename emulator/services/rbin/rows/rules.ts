import type { Call } from '../../../operation.ts'
import type { SqlValue } from '../../../store/database.ts'
import type { ResourceTag } from '../types.ts'

export type Scope = Pick<Call, 'db' | 'account' | 'region'>

export interface RuleRow {
  readonly identifier: string
  readonly resource_type: string
  readonly days: number
  readonly description: string
  readonly resource_tags: string
  readonly exclude_tags: string
  readonly lock_state: 'locked' | 'pending_unlock' | 'unlocked' | null
  readonly unlock_delay: number | null
  readonly lock_ends_at: number | null
  readonly tags: string
  readonly created_at: number
}

export const findRule = ({ db, account, region }: Scope, id: string): RuleRow | undefined =>
  db.get<RuleRow>(
    'select * from rbin_rules where account = ? and region = ? and identifier = ?',
    account,
    region,
    id,
  )

export const rulesFor = ({ db, account, region }: Scope, type: string): RuleRow[] =>
  db.all<RuleRow>(
    `select * from rbin_rules where account = ? and region = ? and resource_type = ?
     order by created_at, identifier`,
    account,
    region,
    type,
  )

export function insertRule({ db, account, region }: Scope, row: RuleRow): void {
  const columns = Object.keys(row)
  db.run(
    `insert into rbin_rules (account, region, ${columns.join(', ')})
     values (?, ?${', ?'.repeat(columns.length)})`,
    account,
    region,
    ...(Object.values(row) as SqlValue[]),
  )
}

/** Sets columns of a rule. The names are this code's own, never a request's. */
export function updateRule(
  { db, account, region }: Scope,
  id: string,
  changes: Partial<RuleRow>,
): void {
  const columns = Object.keys(changes)
  if (columns.length === 0) return
  db.run(
    `update rbin_rules set ${columns.map((column) => `${column} = ?`).join(', ')}
     where account = ? and region = ? and identifier = ?`,
    ...(Object.values(changes) as SqlValue[]),
    account,
    region,
    id,
  )
}

export function deleteRule({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from rbin_rules where account = ? and region = ? and identifier = ?',
    account,
    region,
    id,
  )
}

export const tagList = (text: string): ResourceTag[] => JSON.parse(text) as ResourceTag[]
