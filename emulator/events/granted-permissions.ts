import type { Database } from '../store/database.ts'

/** Whose calls are asked for. */
export interface CallerName {
  readonly account: string
  readonly type: 'user' | 'role'
  readonly name: string
}

export interface GrantedPermission {
  readonly action: string
  readonly resource: string
}

interface GrantedRow {
  service: string
  operation: string
  resources: string | null
  granted: string | null
}

/**
 * What a user or role was granted so far, as far as the history reaches: the permissions of the calls that authorization let
 * pass, whatever came of them. While audit was on, that is what they asked for.
 *
 * @param ownAction the action that an operation needs by itself
 */
export function grantedPermissions(
  db: Database,
  { account, type, name }: CallerName,
  ownAction: (call: { service: string; operation: string }) => string,
): GrantedPermission[] {
  const who =
    type === 'user'
      ? `caller_type = 'IAMUser' and user_name = ? collate nocase`
      : `caller_type = 'AssumedRole' and instr(lower(caller_arn), ':assumed-role/' || lower(?) || '/') > 0`
  const rows = db.all<GrantedRow>(
    `select service, operation, resources, granted from event
     where account = ? and ${who} and (denial is null or status < 400)
     group by service, operation, resources, granted`,
    account,
    name,
  )
  return rows.flatMap(({ granted, resources, ...call }) =>
    granted === null
      ? textsOf(resources).map((resource) => ({ action: ownAction(call), resource }))
      : textsOf(granted).flatMap(parsed),
  )
}

/** What was too long to be recorded is cut, and marked by an ellipsis. */
function textsOf(json: string | null): string[] {
  const values: unknown = json === null ? [] : JSON.parse(json)
  return Array.isArray(values)
    ? values.filter((value): value is string => typeof value === 'string' && !value.includes('…'))
    : []
}

function parsed(text: string): GrantedPermission[] {
  const space = text.indexOf(' ')
  return space < 0 ? [] : [{ action: text.slice(0, space), resource: text.slice(space + 1) }]
}
