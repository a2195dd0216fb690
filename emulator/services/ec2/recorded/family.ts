import type { Tag } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { insertRow } from '../describe/insert.ts'
import { declareTaggable, resource } from '../describe/resources.ts'
import type {
  Condition,
  DescribeInput,
  Resource,
  ResourceDefinition,
  Scope,
} from '../describe/resources.ts'
import { json } from '../describe/sql.ts'
import type { SqlFilter } from '../describe/sql.ts'
import { deleteTags, tagsOf } from '../rows/tags.ts'
import { tagResource } from '../tagging.ts'
import { fromJson, toJson } from './json.ts'
import { enterState } from './states.ts'
import type { Life, StateScope } from './states.ts'

// A family is a kind of resource that is kept and given back, with AWS's rules about what it belongs to, and without
// effect here. Its declaration says what sets it apart; rows, filters, pages, tags, states and times are the same for all.

export interface FamilyDefinition<Item> extends Pick<
  ResourceDefinition,
  'type' | 'prefix' | 'notFound' | 'limits'
> {
  /** The member that has the id. */
  readonly id: keyof Item & string
  /** By default the code of `notFound`, with `Malformed` at its end. */
  readonly malformed?: ResourceDefinition['malformed']
  /** Besides those by tag. */
  readonly filters: Readonly<Record<string, SqlFilter>>
  /** Absent for what has no states. */
  readonly life?: Life
  /** How the item shows its state; by default as `State`. */
  readonly shownState?: (state: string) => Partial<Item>
  /** The member with the time of creation, where it is a timestamp. */
  readonly created?: keyof Item & string
  /** The member with the tags; false where there is none. */
  readonly tags?: (keyof Item & string) | false
}

interface RecordedRow {
  readonly seq: number
  readonly id: string
  readonly state: string
  readonly created_at: number
  readonly doc: string
}

export interface Family<Item extends object> {
  readonly definition: FamilyDefinition<Item>
  /** A page of the items, in the order of creation, those that are gone but can still be seen among them. */
  page(
    input: DescribeInput,
    ids: readonly string[] | undefined,
    call: Call,
    where?: Condition,
  ): { readonly items: Item[]; readonly nextToken: string | undefined }
  /** Items that are there: deleted ones are not. */
  find(id: string, scope: Scope): Item | undefined
  /** @throws the family's NotFound or Malformed */
  require(id: string, scope: Scope): Item
  /** Those that are there and have this value at a path of their document (`VpcId`, `Status.Code`). */
  having(path: string, value: string, scope: Scope): Item[]
  all(scope: Scope): Item[]
  /** @returns the item, by default with a new id, in the state that things of its kind begin with */
  insert(
    item: Partial<Item>,
    tags: readonly Tag[],
    scope: StateScope,
    more?: { readonly id?: string; readonly state?: string },
  ): Item
  /** Takes over the members that `changes` has; undefined removes one. */
  change(id: string, changes: Partial<Item>, scope: StateScope, state?: string): Item
  /** @returns the item as it is while it goes */
  remove(id: string, scope: StateScope): Item
}

/** Declares a kind of resource that is recorded. */
export function family<Item extends object>(definition: FamilyDefinition<Item>): Family<Item> {
  const { prefix, type, life, id: idMember } = definition
  const rows: Resource<RecordedRow> = resource<RecordedRow>({
    type,
    prefix,
    notFound: definition.notFound,
    malformed:
      definition.malformed ?? definition.notFound.code.replace(/\.NotFound$/, '.Malformed'),
    ...(definition.limits ? { limits: definition.limits } : {}),
    table: `(select * from ec2_recorded where kind = '${prefix}')`,
    id: 'id',
    taggable: false,
    filters: definition.filters,
  })
  const isThere = ({ state }: RecordedRow) => !life?.gone?.includes(state)

  function requireAll(ids: readonly string[], scope: Scope): RecordedRow[] {
    const found = rows.requireAll(ids, scope)
    const gone = found.filter((row) => !isThere(row)).map(({ id }) => id)
    if (gone.length > 0) throw rows.missing(gone)
    return found
  }
  declareTaggable(prefix, { type, requireAll })

  function shown(found: readonly RecordedRow[], scope: Scope): Item[] {
    const tags = tagsOf(
      scope,
      found.map(({ id }) => id),
    )
    return found.map((row) => ({
      ...fromJson<Item>(row.doc),
      [idMember]: row.id,
      ...(life ? (definition.shownState?.(row.state) ?? { State: row.state }) : {}),
      ...(definition.created ? { [definition.created]: new Date(row.created_at) } : {}),
      ...(definition.tags === false ? {} : { [definition.tags ?? 'Tags']: tags.get(row.id) ?? [] }),
    }))
  }

  const one = (id: string, scope: Scope) => shown([rows.find(id, scope)!], scope)[0]!

  function list(where: string, values: readonly string[], scope: Scope): Item[] {
    const found = scope.db.all<RecordedRow>(
      `select * from ec2_recorded t where account = ? and region = ? and kind = ? ${where} order by seq`,
      scope.account,
      scope.region,
      prefix,
      ...values,
    )
    return shown(found.filter(isThere), scope)
  }

  return {
    definition,
    page(input, ids, call, where) {
      const { rows: found, nextToken } = rows.page(input, ids, call, where)
      return { items: shown(found, call), nextToken }
    },
    find(id, scope) {
      const row = rows.find(id, scope)
      return row && isThere(row) ? shown([row], scope)[0] : undefined
    },
    require: (id, scope) => shown(requireAll([id], scope), scope)[0]!,
    having: (path, value, scope) => list(`and ${json(path)} = ?`, [value], scope),
    all: (scope) => list('', [], scope),
    insert(item, tags, scope, { id = scope.ids.ec2(prefix), state = life?.first } = {}) {
      insertRow(scope, 'ec2_recorded', {
        kind: prefix,
        id,
        state: '',
        created_at: scope.now,
        doc: toJson(item),
      })
      tagResource(scope, id, type, tags)
      if (life) enterState({ kind: prefix, id, state: state! }, life, scope)
      return one(id, scope)
    },
    change(id, changes, scope, state) {
      const row = rows.find(id, scope)!
      scope.db.run(
        'update ec2_recorded set doc = ? where seq = ?',
        toJson({ ...fromJson<Item>(row.doc), ...changes }),
        row.seq,
      )
      if (state && life) enterState({ kind: prefix, id, state }, life, scope)
      return one(id, scope)
    },
    remove(id, scope) {
      if (life?.last) {
        enterState({ kind: prefix, id, state: life.last }, life, scope)
        return one(id, scope)
      }
      const last = one(id, scope)
      scope.db.run('delete from ec2_recorded where seq = ?', rows.find(id, scope)!.seq)
      deleteTags(scope, id)
      return last
    },
  }
}

/** Filters named as the members they are about: `byMembers('VpcId', 'Type')` has `vpc-id` and `type`. */
export const byMembers = (...members: readonly string[]): Record<string, SqlFilter> =>
  Object.fromEntries(
    members.map((member) => [
      member.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase(),
      json(member),
    ]),
  )
