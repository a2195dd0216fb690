import type { Database } from '../../../store/database.ts'
import type { HolderOfPolicy } from './held-policies.ts'

/** A user or role, as what a permissions boundary limits. */
export interface Bounded {
  readonly account: string
  readonly kind: 'user' | 'role'
  readonly id: string
}

/** The ARN of the managed policy that is the boundary. */
export const findBoundary = (
  db: Database,
  { account, id }: Pick<Bounded, 'account' | 'id'>,
): string | undefined =>
  db.get<{ policy_arn: string }>(
    'select policy_arn from iam_boundaries where holder_id = ? and account = ?',
    id,
    account,
  )?.policy_arn

export function putBoundary(db: Database, { account, kind, id }: Bounded, policyArn: string): void {
  db.run(
    `insert into iam_boundaries (account, holder_id, holder_kind, policy_arn) values (?, ?, ?, ?)
     on conflict do update set policy_arn = excluded.policy_arn`,
    account,
    id,
    kind,
    policyArn,
  )
}

/** @returns whether there was one */
export function deleteBoundary(
  db: Database,
  { account, id }: Pick<Bounded, 'account' | 'id'>,
): boolean {
  const { changes } = db.run(
    'delete from iam_boundaries where holder_id = ? and account = ?',
    id,
    account,
  )
  return changes > 0
}

/** How many users and roles of the account a managed policy limits. */
export const boundaryUsageCount = (db: Database, account: string, policyArn: string): number =>
  db.get<{ count: number }>(
    'select count(*) as count from iam_boundaries where account = ? and policy_arn = ?',
    account,
    policyArn,
  )!.count

/** The users and roles that a managed policy limits, by name. */
export function boundedBy(db: Database, account: string, policyArn: string): HolderOfPolicy[] {
  return db.all<HolderOfPolicy>(
    `select b.holder_kind as kind, u.id as id, u.name as name, u.path as path
     from iam_boundaries b join iam_users u on u.id = b.holder_id
     where b.account = ? and b.policy_arn = ?
     union all
     select b.holder_kind, r.id, r.name, r.path
     from iam_boundaries b join iam_roles r on r.id = b.holder_id
     where b.account = ? and b.policy_arn = ?
     order by name`,
    account,
    policyArn,
    account,
    policyArn,
  )
}
