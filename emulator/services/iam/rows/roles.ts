import type { Database } from '../../../store/database.ts'
import type { Page } from './held-policies.ts'

export interface Role {
  readonly account: string
  /** `AROA…`: a role that is deleted and made again has another. */
  readonly id: string
  readonly name: string
  readonly path: string
  readonly description: string | null
  /** JSON text. */
  readonly trustPolicy: string
  /** The longest session in seconds. */
  readonly maxSession: number
  /** The service principal that a service-linked role belongs to. */
  readonly linkedService: string | null
  /** Virtual time in ms since the epoch, like `lastUsedAt`. */
  readonly createdAt: number
  readonly lastUsedAt: number | null
  readonly lastUsedRegion: string | null
  readonly tags: Readonly<Record<string, string>>
}

interface RoleRow {
  account: string
  id: string
  name: string
  path: string
  description: string | null
  trust_policy: string
  max_session: number
  linked_service: string | null
  created_at: number
  last_used_at: number | null
  last_used_region: string | null
  tags: string
}

const columns =
  'account, id, name, path, description, trust_policy, max_session, linked_service, created_at, ' +
  'last_used_at, last_used_region, tags'

const toRole = (row: RoleRow): Role => ({
  account: row.account,
  id: row.id,
  name: row.name,
  path: row.path,
  description: row.description,
  trustPolicy: row.trust_policy,
  maxSession: row.max_session,
  linkedService: row.linked_service,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  lastUsedRegion: row.last_used_region,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

/** Finds a role by name, whatever its case. */
export function findRole(db: Database, account: string, name: string): Role | undefined {
  const row = db.get<RoleRow>(
    `select ${columns} from iam_roles where account = ? and name = ?`,
    account,
    name,
  )
  return row && toRole(row)
}

export function findRoleById(db: Database, account: string, id: string): Role | undefined {
  const row = db.get<RoleRow>(
    `select ${columns} from iam_roles where id = ? and account = ?`,
    id,
    account,
  )
  return row && toRole(row)
}

/** A page of roles, by name, below a path. */
export function listRoles(
  db: Database,
  account: string,
  { pathPrefix, after, limit }: Page & { pathPrefix: string },
): Role[] {
  return db
    .all<RoleRow>(
      `select ${columns} from iam_roles
       where account = ? and name > ? and substr(path, 1, length(?)) = ?
       order by name limit ?`,
      account,
      after,
      pathPrefix,
      pathPrefix,
      limit,
    )
    .map(toRole)
}

/** The roles, of whatever account, whose trust policies have a text in them. */
export const rolesNaming = (db: Database, text: string): Role[] =>
  db
    .all<RoleRow>(`select ${columns} from iam_roles where instr(trust_policy, ?) > 0`, text)
    .map(toRole)

export function insertRole(db: Database, role: Role): Role {
  db.run(
    `insert into iam_roles (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    role.account,
    role.id,
    role.name,
    role.path,
    role.description,
    role.trustPolicy,
    role.maxSession,
    role.linkedService,
    role.createdAt,
    role.lastUsedAt,
    role.lastUsedRegion,
    JSON.stringify(role.tags),
  )
  return role
}

/** Writes what of a role can change. */
export function updateRole(db: Database, role: Role): void {
  db.run(
    `update iam_roles set description = ?, trust_policy = ?, max_session = ?, tags = ?
     where id = ? and account = ?`,
    role.description,
    role.trustPolicy,
    role.maxSession,
    JSON.stringify(role.tags),
    role.id,
    role.account,
  )
}

/**
 * Remembers when and where a role's session made a call, once in a span of time, as most calls then write nothing.
 *
 * @param at virtual time in ms since the epoch
 * @param span ms
 */
export function noteRoleUse(
  db: Database,
  { account, id }: Pick<Role, 'account' | 'id'>,
  { at, region, span }: { at: number; region: string; span: number },
): void {
  const known = db.get(
    `select 1 from iam_roles
     where id = ? and account = ? and last_used_at > ? and last_used_region = ?`,
    id,
    account,
    at - span,
    region,
  )
  if (known) return
  db.run(
    'update iam_roles set last_used_at = ?, last_used_region = ? where id = ? and account = ?',
    at,
    region,
    id,
    account,
  )
}

export function deleteRole(db: Database, { id, account }: Role): void {
  db.run('delete from iam_boundaries where holder_id = ? and account = ?', id, account)
  db.run('delete from iam_roles where id = ? and account = ?', id, account)
}

export const countRoles = (db: Database, account: string): number =>
  db.get<{ count: number }>('select count(*) as count from iam_roles where account = ?', account)!
    .count
