import type { NormalizedSchema } from '@smithy/core/schema'
import { NumericValue } from '@smithy/core/serde'
import type { AwsError } from '../errors.ts'
import { parseBigDecimal, parseBigInteger } from './numbers.ts'
import { membersMissing, serializationException } from './protocol-errors.ts'
import { compiledOnce, kindOf, membersOf, setEntry, type Kind } from './schema.ts'

/** Reads a parsed value; `path` names it in errors, `missing` gathers required members that lack. */
export type ReadValue = (value: unknown, path: string, missing: string[]) => unknown

/** Where JSON and CBOR differ once they are parsed. */
export interface TreeDialect {
  /** Whether members go by `jsonName`. */
  readonly jsonNames: boolean
  /** Bytes of a blob; undefined when the value is none. */
  readonly blob: (value: unknown) => Uint8Array | undefined
  /** Undefined when the value is no time. */
  readonly timestamp: (value: unknown) => Date | undefined
}

interface Part {
  readonly key: string
  readonly name: string
  readonly required: boolean
  readonly read: ReadValue
}

const javaNames: Partial<Record<Kind, string>> = {
  string: 'String',
  number: 'Number',
  boolean: 'Boolean',
  timestamp: 'Timestamp',
  blob: 'Blob',
  bigInteger: 'BigInteger',
  bigDecimal: 'BigDecimal',
}

/** The sentences of Amazon's service framework for a value of the wrong type. */
function wrongType(value: unknown, kind: Kind): AwsError {
  if (Array.isArray(value)) return serializationException('Start of list found where not expected')
  if (typeof value === 'object' && value !== null) {
    return serializationException('Start of structure or map found where not expected.')
  }
  const name =
    value === true
      ? 'TRUE'
      : value === false
        ? 'FALSE'
        : typeof value === 'string'
          ? 'STRING'
          : 'NUMBER'
  return serializationException(
    kind === 'list' || kind === 'map' || kind === 'struct' || kind === 'union'
      ? 'Unexpected field type'
      : `${name}_VALUE cannot be converted to ${javaNames[kind] ?? kind}`,
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date || value instanceof Uint8Array || value instanceof NumericValue)

const specialNumbers = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])
const numeric = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint'

/** Compiles readers of parsed JSON or CBOR from the SDK's schemas. */
export function treeDecoder(
  dialect: TreeDialect,
): (schema: NormalizedSchema) => (value: unknown) => unknown {
  const struct = compiledOnce<readonly Part[]>((schema) =>
    membersOf(schema).map(({ name, schema: member, required, own }) => ({
      key: (dialect.jsonNames ? own.jsonName : undefined) ?? name,
      name,
      required,
      read: reader(member),
    })),
  )

  const scalars: Partial<Record<Kind, (value: unknown) => unknown>> = {
    string: (value) => (typeof value === 'string' ? value : undefined),
    boolean: (value) => (typeof value === 'boolean' ? value : undefined),
    number: (value) => {
      if (numeric(value)) return value
      if (value instanceof NumericValue) return Number(value.string)
      return typeof value === 'string' ? specialNumbers.get(value) : undefined
    },
    bigInteger: (value) => (numeric(value) ? parseBigInteger(String(value)) : undefined),
    bigDecimal: (value) => {
      if (value instanceof NumericValue) return value
      return numeric(value) ? parseBigDecimal(String(value)) : undefined
    },
    timestamp: dialect.timestamp,
    blob: dialect.blob,
  }

  function readStruct(schema: NormalizedSchema, kind: Kind): ReadValue {
    const compiled = struct(schema)
    return (value, path, missing) => {
      if (!isRecord(value)) throw wrongType(value, kind)
      const result: Record<string, unknown> = {}
      for (const { key, name, required, read } of compiled()) {
        const member = Object.hasOwn(value, key) ? value[key] : undefined
        const at = path === '' ? name : `${path}.${name}`
        if (member !== undefined && member !== null) result[name] = read(member, at, missing)
        else if (required) missing.push(at)
      }
      return result
    }
  }

  function readList(schema: NormalizedSchema): ReadValue {
    const read = reader(schema.getValueSchema())
    const sparse = Boolean(schema.getMergedTraits().sparse)
    return (value, path, missing) => {
      if (!Array.isArray(value)) throw wrongType(value, 'list')
      const list: unknown[] = []
      for (let i = 0; i < value.length; i += 1) {
        const item: unknown = value[i]
        if (item !== undefined && item !== null)
          list.push(read(item, `${path}.${i + 1}.member`, missing))
        else if (sparse) list.push(null)
      }
      return list
    }
  }

  function readMap(schema: NormalizedSchema): ReadValue {
    const read = reader(schema.getValueSchema())
    const sparse = Boolean(schema.getMergedTraits().sparse)
    return (value, path, missing) => {
      if (!isRecord(value)) throw wrongType(value, 'map')
      const map: Record<string, unknown> = {}
      for (const [key, item] of Object.entries(value)) {
        if (item !== undefined && item !== null) {
          setEntry(map, key, read(item, `${path}.${key}.member`, missing))
        } else if (sparse) setEntry(map, key, null)
      }
      return map
    }
  }

  function reader(schema: NormalizedSchema): ReadValue {
    const kind = kindOf(schema)
    if (kind === 'unit') return () => ({})
    if (kind === 'document') return (value) => value
    if (kind === 'struct' || kind === 'union') return readStruct(schema, kind)
    if (kind === 'list') return readList(schema)
    if (kind === 'map') return readMap(schema)
    const read = scalars[kind]!
    return (value) => {
      const result = read(value)
      if (result === undefined) throw wrongType(value, kind)
      return result
    }
  }

  return (schema) => {
    const read = reader(schema)
    return (value) => {
      const missing: string[] = []
      const result = read(value, '', missing)
      if (missing.length > 0) throw membersMissing('ValidationException', missing.map(lowerFirst))
      return result
    }
  }
}

const lowerFirst = (path: string) => path.charAt(0).toLowerCase() + path.slice(1)
