import type { Database } from '../../../store/database.ts'

export type DeletionStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'

/** The deletion of a service-linked role, which is asked for first and done later. */
export interface RoleDeletion {
  readonly account: string
  /** `task/aws-service-role/<service>/<role>/<uuid>` */
  readonly id: string
  readonly roleId: string
  readonly status: DeletionStatus
}

interface RoleDeletionRow {
  account: string
  id: string
  role_id: string
  status: DeletionStatus
}

export function findRoleDeletion(
  db: Database,
  account: string,
  id: string,
): RoleDeletion | undefined {
  const row = db.get<RoleDeletionRow>(
    'select account, id, role_id, status from iam_role_deletions where id = ? and account = ?',
    id,
    account,
  )
  return row && { account: row.account, id: row.id, roleId: row.role_id, status: row.status }
}

export function insertRoleDeletion(db: Database, deletion: RoleDeletion): void {
  db.run(
    'insert into iam_role_deletions (account, id, role_id, status) values (?, ?, ?, ?)',
    deletion.account,
    deletion.id,
    deletion.roleId,
    deletion.status,
  )
}

export function setDeletionStatus(
  db: Database,
  { account, id }: Pick<RoleDeletion, 'account' | 'id'>,
  status: DeletionStatus,
): void {
  db.run(
    'update iam_role_deletions set status = ? where id = ? and account = ?',
    status,
    id,
    account,
  )
}
