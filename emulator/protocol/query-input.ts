import type { NormalizedSchema } from '@smithy/core/schema'
import type { FormNode } from './form.ts'
import { parseFinite, parseWhole } from './numbers.ts'
import type { ReadScalar } from './scalars.ts'
import {
  compiledOnce,
  kindOf,
  membersOf,
  setEntry,
  traitsOf,
  type Kind,
  type Traits,
} from './schema.ts'
import type { AwsError } from '../errors.ts'

/** Reads the value at a node. `path` is the parameter's name so far, `missing` gathers required members that lack. */
export type ReadNode = (node: FormNode, path: string, missing: string[]) => unknown

/** Where the query protocols of EC2 and of the other services differ. */
export interface QueryDialect {
  /** The parameter's name of a structure's member. */
  memberKey(name: string, traits: Traits): string
  /** EC2 flattens every list, the others those that say so. */
  flat(traits: Traits): boolean
  /** How an error names the member: `userName`, `tags.1.member.key`; EC2: the parameter. */
  errorName(key: string, name: string): string
  /** Whether `List=` without an index is an empty list; else its text is the only item. */
  readonly emptyLists: boolean
  readScalar(kind: Kind): ReadScalar
  wrongScalar(kind: Kind, text: string, path: string): AwsError
  listExpected(path: string): AwsError
  structExpected(path: string): AwsError
  scalarExpected(path: string): AwsError
}

interface Part {
  readonly name: string
  readonly read: ReadNode
}

interface CompiledStruct {
  readonly parts: ReadonlyMap<string, Part>
  readonly required: readonly { key: string; shown: string }[]
}

/**
 * The members of EC2's, RDS's and CloudWatch's inputs that are floats or doubles in the API model; the SDK's schemas call every number
 * just numeric. All other numbers of the query services are whole, so that nothing behind the codec has to look.
 */
export const decimalMembers: ReadonlySet<string> = new Set([
  'Amount',
  'Counts',
  'Max',
  'MaxACU',
  'MaxCapacity',
  'Maximum',
  'Min',
  'MinACU',
  'MinCapacity',
  'Minimum',
  'Price',
  'Priority',
  'SampleCount',
  'Sum',
  'Threshold',
  'UploadSize',
  'Value',
  'Values',
  'Weight',
  'WeightedCapacity',
])

const numberReader = (member: string): ReadScalar =>
  decimalMembers.has(member) ? parseFinite : parseWhole

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Compiles readers of form parameters from the SDK's schemas. */
export function queryInput(dialect: QueryDialect): (schema: NormalizedSchema) => ReadNode {
  const struct = compiledOnce<CompiledStruct>((schema) => {
    const parts = new Map<string, Part>()
    const required: { key: string; shown: string }[] = []
    for (const member of membersOf(schema)) {
      const key = dialect.memberKey(member.name, member.own)
      parts.set(key, { name: member.name, read: reader(member.schema, member.own, member.name) })
      if (member.required) required.push({ key, shown: dialect.errorName(key, member.name) })
    }
    return { parts, required }
  })

  function readStruct(schema: NormalizedSchema): ReadNode {
    const compiled = struct(schema)
    return (node, path, missing) => {
      if (node.text && !node.children) throw dialect.structExpected(path)
      const { parts, required } = compiled()
      const value: Record<string, unknown> = {}
      for (const [key, child] of node.children ?? []) {
        // AWS ignores parameters that it does not know: an older or newer client must not fail here.
        const part = parts.get(key)
        if (part)
          value[part.name] = part.read(
            child,
            join(path, dialect.errorName(key, part.name)),
            missing,
          )
      }
      for (const { key, shown } of required) {
        if (!node.children?.has(key)) missing.push(join(path, shown))
      }
      return value
    }
  }

  function readList(schema: NormalizedSchema, traits: Traits, name: string): ReadNode {
    const item = schema.getValueSchema()
    const itemTraits = traitsOf(item)
    const read = reader(item, itemTraits, name)
    const flat = dialect.flat(traits)
    const itemName = itemTraits.xmlName ?? 'member'
    return (node, path, missing) => {
      if (!node.children) {
        if (dialect.emptyLists && node.text === '') return []
        if (dialect.emptyLists || !node.text) throw dialect.listExpected(path)
        return [read(node, path, missing)]
      }
      // Clients write `.member.` also where the model has another name, and RDS takes both.
      const items = flat ? node : (node.children.get(itemName) ?? node.children.get('member'))
      if (!items?.children) throw dialect.listExpected(path)
      return inOrder(items, path).map(([index, child]) =>
        read(child, flat ? `${path}.${index}` : `${path}.${index}.member`, missing),
      )
    }
  }

  function readMap(schema: NormalizedSchema, traits: Traits, name: string): ReadNode {
    const valueSchema = schema.getValueSchema()
    const keyName = traitsOf(schema.getKeySchema()).xmlName ?? 'key'
    const valueName = traitsOf(valueSchema).xmlName ?? 'value'
    const read = reader(valueSchema, traitsOf(valueSchema), name)
    return (node, path, missing) => {
      const entries = traits.xmlFlattened ? node : node.children?.get('entry')
      if (!entries?.children) {
        if (!node.children && !node.text) return {}
        throw dialect.structExpected(path)
      }
      const value: Record<string, unknown> = {}
      for (const [index, entry] of inOrder(entries, path)) {
        const key = entry.children?.get(keyName)?.text
        const child = entry.children?.get(valueName)
        if (key === undefined || !child) throw dialect.structExpected(`${path}.${index}`)
        setEntry(value, key, read(child, `${path}.${index}.value`, missing))
      }
      return value
    }
  }

  /** The indexed children by index. The indices themselves mean nothing: AWS closes gaps, however wide. */
  function inOrder(node: FormNode, path: string): [string, FormNode][] {
    const items = [...(node.children ?? [])]
    for (const [index] of items) {
      if (!/^\d{1,10}$/.test(index)) throw dialect.listExpected(path)
    }
    return items.toSorted(([a], [b]) => Number(a) - Number(b))
  }

  function reader(schema: NormalizedSchema, traits: Traits, name: string): ReadNode {
    const kind = kindOf(schema)
    if (kind === 'unit') return () => ({})
    if (kind === 'struct' || kind === 'union') return readStruct(schema)
    if (kind === 'list') return readList(schema, traits, name)
    if (kind === 'map') return readMap(schema, traits, name)
    const read = kind === 'number' ? numberReader(name) : dialect.readScalar(kind)
    return (node, path) => {
      if (node.text === undefined) throw dialect.scalarExpected(path)
      const value = read(node.text)
      if (value === undefined) throw dialect.wrongScalar(kind, node.text, path)
      return value
    }
  }

  return (schema) => reader(schema, {}, '')
}
