import type { Call } from '../../../operation.ts'
import type { SqlValue } from '../../../store/database.ts'

export type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** What a parameter and each of its versions have. */
export interface VersionFacts {
  readonly version: number
  readonly type: 'String' | 'StringList' | 'SecureString'
  readonly data_type: string
  readonly tier: 'Standard' | 'Advanced'
  readonly description: string | null
  readonly allowed_pattern: string | null
  readonly key_id: string | null
  readonly policies: string
  readonly modified_at: number
  readonly modified_by: string
}

export interface ParameterRow extends VersionFacts {
  readonly key: string
  readonly name: string
  readonly tags: string
}

export interface VersionRow extends VersionFacts {
  readonly key: string
  readonly value: Buffer
  readonly wrapped_key: Buffer | null
  readonly labels: string
}

export const findParameter = (
  { db, account, region }: Scope,
  key: string,
): ParameterRow | undefined =>
  db.get<ParameterRow>(
    'select * from ssm_parameters where account = ? and region = ? and key = ?',
    account,
    region,
    key,
  )

/** All of them, by name. */
export const listParameters = ({ db, account, region }: Scope): ParameterRow[] =>
  db.all<ParameterRow>(
    'select * from ssm_parameters where account = ? and region = ? order by key',
    account,
    region,
  )

export const countParameters = ({ db, account, region }: Scope, tier: string): number =>
  db.get<{ count: number }>(
    'select count(*) count from ssm_parameters where account = ? and region = ? and tier = ?',
    account,
    region,
    tier,
  )!.count

/** Those whose name starts with the path, by name. */
export const parametersBelow = ({ db, account, region }: Scope, path: string): ParameterRow[] =>
  db.all<ParameterRow>(
    `select * from ssm_parameters where account = ? and region = ? and key >= ? and key < ?
     order by key`,
    account,
    region,
    path,
    `${path}\u{10ffff}`,
  )

export function putParameter(
  { db, account, region }: Scope,
  row: ParameterRow,
  { value, wrappedKey }: { value: Buffer; wrappedKey: Buffer | null },
): void {
  const { key, name, tags, ...facts } = row
  insert({ db, account, region }, 'insert or replace', 'ssm_parameters', {
    key,
    name,
    tags,
    ...facts,
  })
  insert({ db, account, region }, 'insert', 'ssm_parameter_versions', {
    key,
    ...facts,
    value,
    wrapped_key: wrappedKey,
    labels: '[]',
  })
}

function insert(
  { db, account, region }: Scope,
  verb: string,
  table: string,
  row: Readonly<Record<string, SqlValue>>,
): void {
  const columns = Object.keys(row)
  db.run(
    `${verb} into ${table} (account, region, ${columns.join(', ')})
     values (?, ?${', ?'.repeat(columns.length)})`,
    account,
    region,
    ...Object.values(row),
  )
}

export function deleteParameter({ db, account, region }: Scope, key: string): boolean {
  db.run(
    'delete from ssm_parameter_versions where account = ? and region = ? and key = ?',
    account,
    region,
    key,
  )
  const { changes } = db.run(
    'delete from ssm_parameters where account = ? and region = ? and key = ?',
    account,
    region,
    key,
  )
  return changes > 0
}

export const findVersion = (
  { db, account, region }: Scope,
  key: string,
  version: number,
): VersionRow | undefined =>
  db.get<VersionRow>(
    `select * from ssm_parameter_versions
     where account = ? and region = ? and key = ? and version = ?`,
    account,
    region,
    key,
    version,
  )

/** A page of the versions, the oldest first. */
export const versionsOf = (
  { db, account, region }: Scope,
  key: string,
  after = 0,
  limit = -1,
): VersionRow[] =>
  db.all<VersionRow>(
    `select * from ssm_parameter_versions
     where account = ? and region = ? and key = ? and version > ? order by version limit ?`,
    account,
    region,
    key,
    after,
    limit,
  )

export function deleteVersion({ db, account, region }: Scope, key: string, version: number): void {
  db.run(
    `delete from ssm_parameter_versions
     where account = ? and region = ? and key = ? and version = ?`,
    account,
    region,
    key,
    version,
  )
}

export function setLabels(
  { db, account, region }: Scope,
  key: string,
  version: number,
  labels: readonly string[],
): void {
  db.run(
    `update ssm_parameter_versions set labels = ?
     where account = ? and region = ? and key = ? and version = ?`,
    JSON.stringify(labels),
    account,
    region,
    key,
    version,
  )
}

export function setTags(
  { db, account, region }: Scope,
  key: string,
  tags: Readonly<Record<string, string>>,
): void {
  db.run(
    'update ssm_parameters set tags = ? where account = ? and region = ? and key = ?',
    JSON.stringify(tags),
    account,
    region,
    key,
  )
}

export const labelsOf = (row: VersionRow): string[] => JSON.parse(row.labels) as string[]
export const tagsOf = (row: ParameterRow): Record<string, string> =>
  JSON.parse(row.tags) as Record<string, string>
