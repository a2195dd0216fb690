import type { Scope } from './values.ts'

export interface RequestRow {
  readonly seq: number
  readonly id: string
  readonly service: string
  readonly code: string
  readonly desired: number
  readonly status: 'PENDING' | 'CASE_OPENED' | 'APPROVED'
  readonly case_id: string | null
  readonly requester: string
  readonly created_at: number
  readonly updated_at: number
}

export function insertRequest(
  { db, account, region }: Scope,
  row: Omit<RequestRow, 'seq' | 'updated_at' | 'case_id' | 'status'>,
): void {
  db.run(
    `insert into service_quotas_requests
       (account, region, id, service, code, desired, status, requester, created_at, updated_at)
     values (?, ?, ?, ?, ?, ?, 'PENDING', ?, ?, ?)`,
    account,
    region,
    row.id,
    row.service,
    row.code,
    row.desired,
    row.requester,
    row.created_at,
    row.created_at,
  )
}

export const findRequest = ({ db, account, region }: Scope, id: string): RequestRow | undefined =>
  db.get<RequestRow>(
    'select * from service_quotas_requests where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )

/** The latest first; a null lets everything through. */
export const listRequests = (
  { db, account, region }: Scope,
  { service, code, status }: Readonly<Record<'service' | 'code' | 'status', string | null>>,
): RequestRow[] =>
  db.all<RequestRow>(
    `select * from service_quotas_requests where account = ? and region = ?
       and service = coalesce(?, service) and code = coalesce(?, code)
       and status = coalesce(?, status) order by seq desc`,
    account,
    region,
    service,
    code,
    status,
  )

export function setStatus(
  { db, account, region }: Scope,
  id: string,
  { status, caseId, at }: { status: RequestRow['status']; caseId: string | null; at: number },
): void {
  db.run(
    `update service_quotas_requests set status = ?, case_id = coalesce(?, case_id), updated_at = ?
     where account = ? and region = ? and id = ?`,
    status,
    caseId,
    at,
    account,
    region,
    id,
  )
}
