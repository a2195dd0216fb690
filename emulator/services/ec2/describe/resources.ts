import type { Filter } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import type { SqlValue } from '../../../store/database.ts'
import { malformedId, notFound } from '../errors.ts'
import { parseFilters } from './filters.ts'
import type { ParsedFilter } from './filters.ts'
import { pageBounds, usualLimits } from './pages.ts'
import type { PageLimits } from './pages.ts'
import { tagFilters } from './sql.ts'
import type { SqlFilter } from './sql.ts'

/**
 * A kind of resource that EC2 describes. Its rows stand in `table` with `seq`, `account` and `region`; this says
 * how they are found, filtered and cut into pages, and that is all a Describe operation needs besides its mapper.
 */
export interface ResourceDefinition {
  /** AWS's name for the kind, in tag specifications and ARNs: `security-group`. */
  readonly type: string
  readonly table: string
  /** The column of the id. */
  readonly id: string
  /** What the id starts with: `i` for `i-0123…`. */
  readonly prefix: string
  /** The form of its ids, where that is not the usual one of 8 or 17 hexadecimal digits. */
  readonly form?: RegExp
  /** AWS's code and sentence for ids that do not exist; `ids` is one id, or several joined by `, `. */
  readonly notFound: {
    readonly code: string
    one(id: string): string
    several(ids: string): string
  }
  /** AWS's code for what is no id, or its own error where the sentence is another. */
  readonly malformed: string | ((id: string) => Error)
  readonly filters: Readonly<Record<string, SqlFilter>>
  readonly limits?: PageLimits
  /** False for a second view of rows that another resource has, and for what bears no tags. */
  readonly taggable?: false
}

/** What every Describe's input has. */
export interface DescribeInput {
  readonly Filters?: readonly Filter[] | undefined
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/** A condition besides the filters, over `t`: names that select as ids do, say. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

export interface Page<Row> {
  readonly rows: Row[]
  readonly nextToken: string | undefined
}

/** The calls that rows can be read for: requests and timers. */
export type Scope = Pick<Call, 'db' | 'account' | 'region'>

export interface Resource<Row> {
  /**
   * The rows that a Describe answers, in the order of creation.
   *
   * @param ids those that the input names; all, where it names none
   * @throws the resource's NotFound and Malformed, and the errors of filters and pages
   */
  page(
    input: DescribeInput,
    ids: readonly string[] | undefined,
    call: Call,
    where?: Condition,
  ): Page<Row>
  find(id: string, scope: Scope): Row | undefined
  /** @throws the resource's NotFound or Malformed */
  require(id: string, scope: Scope): Row
  /** In the order of the ids, each once. @throws the resource's NotFound or Malformed, naming all that are missing */
  requireAll(ids: readonly string[], scope: Scope): Row[]
  /** @throws the resource's Malformed */
  checkForm(ids: readonly string[]): void
  missing(ids: readonly string[]): Error
}

/** Most sentences are `The vpc ID 'x' does not exist` and `The vpc IDs 'x, y' do not exist`. */
export const idDoesNotExist = (code: string, noun: string): ResourceDefinition['notFound'] => ({
  code,
  one: (id) => `The ${noun} ID '${id}' does not exist`,
  several: (ids) => `The ${noun} IDs '${ids}' do not exist`,
})

/** What tags can be put on, by the prefix of its ids. */
export interface Taggable {
  readonly type: string
  /** @throws the resource's NotFound or Malformed */
  requireAll(ids: readonly string[], scope: Scope): unknown
}

const taggables = new Map<string, Taggable>()

/** The kind of resource that an id names, by its prefix. */
export const taggableById = (id: string): Taggable | undefined =>
  taggables.get(id.replace(/-(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^-]*)$/, ''))

/** The kind of resource by its name (`transit-gateway`), where it can be tagged. */
export const taggableByType = (type: string): Taggable | undefined =>
  [...taggables.values()].find((one) => one.type === type)

/** Resources that are no rows (public images) declare themselves here. */
export const declareTaggable = (prefix: string, taggable: Taggable) => {
  taggables.set(prefix, taggable)
}

/** Defines a kind of resource, once, beside its SQL in `rows/`. */
export function resource<Row extends { readonly seq: number }>(
  definition: ResourceDefinition,
): Resource<Row> {
  const { table, id, prefix, malformed } = definition
  const filters = { ...tagFilters(id), ...definition.filters }
  const form = definition.form ?? new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`)
  const mine = `select t.* from ${table} t where t.account = ? and t.region = ?`

  const missing = (ids: readonly string[]) =>
    notFound(
      definition.notFound.code,
      ids.length === 1
        ? definition.notFound.one(ids[0]!)
        : definition.notFound.several(ids.join(', ')),
    )

  const checkForm = (ids: readonly string[]) => {
    const bad = ids.find((one) => !form.test(one))
    if (bad === undefined) return
    throw typeof malformed === 'string' ? malformedId(malformed, bad, prefix) : malformed(bad)
  }

  const find = (one: string, { db, account, region }: Scope) =>
    db.get<Row>(`${mine} and t.${id} = ?`, account, region, one)

  const findAll = (ids: readonly string[], { db, account, region }: Scope) =>
    db.all<Row>(
      `${mine} and t.${id} in (select value from json_each(?))`,
      account,
      region,
      JSON.stringify(ids),
    )

  const requireAll = (ids: readonly string[], scope: Scope) => {
    checkForm(ids)
    const rows = new Map(findAll(ids, scope).map((row) => [idOf(row, id), row]))
    const wanted = [...new Set(ids)]
    const absent = wanted.filter((one) => !rows.has(one))
    if (absent.length > 0) throw missing(absent)
    return wanted.map((one) => rows.get(one)!)
  }

  if (definition.taggable !== false) {
    declareTaggable(prefix, { type: definition.type, requireAll })
  }
  return {
    find,
    checkForm,
    missing,
    requireAll,
    require: (one, scope) => requireAll([one], scope)[0]!,
    page(input, ids = [], call, where) {
      const parsed = parseFilters(input.Filters, (name) => Object.hasOwn(filters, name))
      const bounds = pageBounds(
        input,
        definition.limits ?? usualLimits,
        ids.length > 0,
        [ids, input.Filters ?? [], where ?? null],
        call,
      )
      // An id that does not exist is an error, whatever the filters say.
      const picked = ids.length > 0 ? requireAll(ids, call).map(({ seq }) => seq) : undefined
      const { sql, values } = conditions(parsed, definition, filters, call)
      const rows = call.db.all<Row>(
        `${mine}${picked ? ` and t.seq in (select value from json_each(?))` : ''}${sql}
         ${where ? ` and (${where.sql})` : ''} and t.seq > ? order by t.seq limit ?`,
        call.account,
        call.region,
        ...(picked ? [JSON.stringify(picked)] : []),
        ...values,
        ...(where?.values ?? []),
        bounds.after,
        bounds.size === undefined ? -1 : bounds.size + 1,
      )
      if (bounds.size === undefined || rows.length <= bounds.size) {
        return { rows, nextToken: undefined }
      }
      rows.length = bounds.size
      return { rows, nextToken: bounds.tokenAfter(rows.at(-1)!.seq) }
    },
  }
}

const idOf = (row: object, id: string) => (row as Record<string, unknown>)[id] as string

/** The values travel as one JSON array per filter, so that a combination of filters is one prepared statement. */
function conditions(
  parsed: readonly ParsedFilter[],
  { table }: ResourceDefinition,
  filters: Readonly<Record<string, SqlFilter>>,
  { account, region }: Scope,
): { sql: string; values: SqlValue[] } {
  const values: SqlValue[] = []
  const sql = parsed.map((filter) => {
    const isTag = filter.name.startsWith('tag:')
    const known = filters[isTag ? 'tag:' : filter.name]!
    if (typeof known === 'string') return ` and ${oneOf(known, filter, values)}`
    if ('elements' in known) {
      return ` and exists (select 1 from ${known.elements} where ${oneOf(known.value, filter, values)})`
    }
    // Not correlated to `t`: the matching children are found once, and lead to their resources by index.
    values.push(account, region, account, region)
    if (isTag) values.push(filter.name.slice('tag:'.length))
    const where = known.where ? ` and ${known.where}` : ''
    return ` and t.seq in (select o.seq from ${table} o
      where o.account = ? and o.region = ? and o.${known.owned} in (
        select ${known.owner} from ${known.children}
        where c.account = ? and c.region = ?${where} and ${oneOf(known.value, filter, values)}))`
  })
  return { sql: sql.join(''), values }
}

function oneOf(expression: string, { exact, globs }: ParsedFilter, values: SqlValue[]): string {
  const equal = `${expression} in (select value from json_each(?))`
  if (globs.length === 0) {
    values.push(JSON.stringify(exact))
    return equal
  }
  values.push(JSON.stringify(exact), JSON.stringify(globs))
  return `(${equal} or exists (select 1 from json_each(?) p where ${expression} glob p.value))`
}
