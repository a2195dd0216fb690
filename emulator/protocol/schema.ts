import type { NormalizedSchema } from '@smithy/core/schema'
import { timestampFormat, type TimestampFormat } from './timestamps.ts'

/** What a schema node is, once: the codecs switch on it when they compile, never per request. */
export type Kind =
  | 'struct'
  | 'union'
  | 'list'
  | 'map'
  | 'string'
  | 'number'
  | 'boolean'
  | 'timestamp'
  | 'blob'
  | 'bigInteger'
  | 'bigDecimal'
  | 'document'
  | 'unit'

/** The Smithy traits that decide how a value looks on the wire, as the SDK's schemas carry them. */
export interface Traits {
  readonly xmlName?: string
  readonly ec2QueryName?: string
  readonly xmlFlattened?: 1
  readonly xmlAttribute?: 1
  readonly xmlNamespace?: readonly [prefix: string, uri: string] | readonly [uri: string]
  readonly jsonName?: string
  readonly mediaType?: string
  readonly sparse?: 1
  readonly streaming?: 1
  readonly http?: readonly [method: string, path: string, status: number]
  readonly httpHeader?: string
  readonly httpPrefixHeaders?: string
  readonly httpQuery?: string
  readonly httpQueryParams?: 1
  readonly httpLabel?: 1
  readonly httpPayload?: 1
  readonly httpResponseCode?: 1
  readonly eventPayload?: 1
  readonly httpError?: number
  readonly awsQueryError?: readonly [code: string, status: number]
  readonly error?: 'client' | 'server'
}

/** One member of a structure or union. */
export interface Member {
  readonly name: string
  readonly schema: NormalizedSchema
  readonly kind: Kind
  /** The traits of the member itself, not of the shape it points at: XML names come from these. */
  readonly own: Traits
  readonly traits: Traits
  readonly required: boolean
}

const kindsByNumber: Record<number, Kind> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp',
  6: 'timestamp',
  7: 'timestamp',
  15: 'document',
  17: 'bigInteger',
  19: 'bigDecimal',
  21: 'blob',
  42: 'blob',
}

/** @throws Error for a schema that this code does not know: an SDK upgrade that needs work here */
export function kindOf(schema: NormalizedSchema): Kind {
  if (schema.isUnitSchema()) return 'unit'
  if (schema.isListSchema()) return 'list'
  if (schema.isMapSchema()) return 'map'
  if (schema.isUnionSchema()) return 'union'
  if (schema.isStructSchema()) return 'struct'
  const kind = kindsByNumber[schema.getSchema() as number]
  if (!kind) throw new Error(`the SDK's schema of ${schema.getName(true)} has an unknown type`)
  return kind
}

export const traitsOf = (schema: NormalizedSchema): Traits => schema.getMergedTraits()

/** The members of a structure or union. Smithy lists the required ones first and says only how many they are. */
export function membersOf(schema: NormalizedSchema): Member[] {
  const raw = schema.getSchema()
  const required = Array.isArray(raw) ? (((raw as unknown[])[6] as number | undefined) ?? 0) : 0
  return Array.from(schema.structIterator(), ([name, member], index) => ({
    name,
    schema: member,
    kind: kindOf(member),
    own: member.getMemberTraits(),
    traits: traitsOf(member),
    required: index < required,
  }))
}

/** The format that a timestamp's own schema asks for, else the one of its place. */
export const formatOf = (schema: NormalizedSchema, usual: TimestampFormat): TimestampFormat =>
  timestampFormat(schema.getSchema() as number) ?? usual

/**
 * Compiles structures lazily and once: a recursive shape finds itself, and EC2's thousands of shapes
 * cost nothing until a value of theirs is seen.
 */
export function compiledOnce<Compiled>(
  compile: (schema: NormalizedSchema) => Compiled,
): (schema: NormalizedSchema) => () => Compiled {
  const known = new WeakMap<object, Compiled>()
  return (schema) => () => {
    const key = schema.getSchema() as object
    let compiled = known.get(key)
    if (!compiled) known.set(key, (compiled = compile(schema)))
    return compiled
  }
}

/** Sets a key that came from outside: `__proto__` becomes a key like any other and reaches no prototype. */
export function setEntry(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else {
    target[key] = value
  }
}
