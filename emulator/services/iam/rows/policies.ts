import type { Database } from '../../../store/database.ts'

/** A customer managed policy, with the document of its default version. */
export interface Policy {
  readonly account: string
  /** `ANPA…` */
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly description: string | null
  readonly defaultVersion: number
  /** The highest number a version had, which is not given again. */
  readonly latestVersion: number
  readonly document: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly tags: Readonly<Record<string, string>>
}

export interface PolicyVersion {
  readonly version: number
  readonly document: string
  readonly createdAt: number
}

interface PolicyRow {
  account: string
  id: string
  arn: string
  name: string
  path: string
  description: string | null
  default_version: number
  latest_version: number
  document: string
  created_at: number
  updated_at: number
  tags: string
}

const columns =
  'account, id, arn, name, path, description, default_version, latest_version, document, ' +
  'created_at, updated_at, tags'

const toPolicy = (row: PolicyRow): Policy => ({
  account: row.account,
  id: row.id,
  arn: row.arn,
  name: row.name,
  path: row.path,
  description: row.description,
  defaultVersion: row.default_version,
  latestVersion: row.latest_version,
  document: row.document,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

export function findPolicy(db: Database, account: string, arn: string): Policy | undefined {
  const row = db.get<PolicyRow>(
    `select ${columns} from iam_policies where arn = ? and account = ?`,
    arn,
    account,
  )
  return row && toPolicy(row)
}

/** Whether a name is taken, whatever its case and path. */
export const policyNameTaken = (db: Database, account: string, name: string): boolean =>
  db.get('select 1 from iam_policies where account = ? and name = ?', account, name) !== undefined

/** A page of policies, by name, below a path. */
export function listPolicies(
  db: Database,
  account: string,
  { pathPrefix, after, limit }: { pathPrefix: string; after: string; limit: number },
): Policy[] {
  return db
    .all<PolicyRow>(
      `select ${columns} from iam_policies
       where account = ? and name > ? and substr(path, 1, length(?)) = ?
       order by name limit ?`,
      account,
      after,
      pathPrefix,
      pathPrefix,
      limit,
    )
    .map(toPolicy)
}

/** Writes a new policy with its first version. */
export function insertPolicy(db: Database, policy: Policy): Policy {
  db.run(
    `insert into iam_policies (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    policy.account,
    policy.id,
    policy.arn,
    policy.name,
    policy.path,
    policy.description,
    policy.defaultVersion,
    policy.latestVersion,
    policy.document,
    policy.createdAt,
    policy.updatedAt,
    JSON.stringify(policy.tags),
  )
  insertVersion(db, policy, {
    version: policy.defaultVersion,
    document: policy.document,
    createdAt: policy.createdAt,
  })
  return policy
}

/** Writes what of a policy can change: which version is the default, and when. */
export function updatePolicy(db: Database, policy: Policy): void {
  db.run(
    `update iam_policies
     set default_version = ?, latest_version = ?, document = ?, updated_at = ?, tags = ?
     where arn = ? and account = ?`,
    policy.defaultVersion,
    policy.latestVersion,
    policy.document,
    policy.updatedAt,
    JSON.stringify(policy.tags),
    policy.arn,
    policy.account,
  )
}

export function deletePolicy(db: Database, { account, id, arn }: Policy): void {
  db.run('delete from iam_policy_versions where policy_id = ? and account = ?', id, account)
  db.run('delete from iam_policies where arn = ? and account = ?', arn, account)
}

/** A policy's versions, the newest first. */
export function policyVersions(db: Database, { account, id }: Policy): PolicyVersion[] {
  return db.all<PolicyVersion>(
    `select version, document, created_at as createdAt from iam_policy_versions
     where policy_id = ? and account = ? order by version desc`,
    id,
    account,
  )
}

export function insertVersion(
  db: Database,
  { account, id }: Policy,
  { version, document, createdAt }: PolicyVersion,
): void {
  db.run(
    `insert into iam_policy_versions (account, policy_id, version, document, created_at)
     values (?, ?, ?, ?, ?)`,
    account,
    id,
    version,
    document,
    createdAt,
  )
}

export function deleteVersion(db: Database, { account, id }: Policy, version: number): void {
  db.run(
    'delete from iam_policy_versions where policy_id = ? and version = ? and account = ?',
    id,
    version,
    account,
  )
}

export const countPolicies = (db: Database, account: string): number =>
  db.get<{ count: number }>(
    'select count(*) as count from iam_policies where account = ?',
    account,
  )!.count
