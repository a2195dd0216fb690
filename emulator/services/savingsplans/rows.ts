import type { Call } from '../../operation.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

export interface PlanRow {
  readonly plan_id: string
  readonly offering_id: string
  readonly commitment: string
  readonly upfront: string
  readonly started_at: number
  readonly ends_at: number
  readonly state: 'bought' | 'deleted' | 'returned'
  readonly client_token: string | null
  readonly tags: string
}

export function insertPlan({ db, account, region }: Scope, row: PlanRow): void {
  db.run(
    `insert into savingsplans_plans (account, region, plan_id, offering_id, commitment, upfront,
       started_at, ends_at, state, client_token, tags) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    account,
    region,
    row.plan_id,
    row.offering_id,
    row.commitment,
    row.upfront,
    row.started_at,
    row.ends_at,
    row.state,
    row.client_token,
    row.tags,
  )
}

export const listPlans = ({ db, account, region }: Scope): PlanRow[] =>
  db.all<PlanRow>(
    'select * from savingsplans_plans where account = ? and region = ? order by seq',
    account,
    region,
  )

export const findPlan = (scope: Scope, id: string): PlanRow | undefined =>
  listPlans(scope).find(({ plan_id }) => plan_id === id)

export function updatePlan(
  { db, account, region }: Scope,
  id: string,
  { state, tags }: Pick<PlanRow, 'state' | 'tags'>,
): void {
  db.run(
    `update savingsplans_plans set state = ?, tags = ?
     where account = ? and region = ? and plan_id = ?`,
    state,
    tags,
    account,
    region,
    id,
  )
}
