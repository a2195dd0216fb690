import type { NormalizedSchema } from '@smithy/core/schema'
import { NumericValue } from '@smithy/core/serde'
import { numberText } from './numbers.ts'
import { base64Text } from './scalars.ts'
import { compiledOnce, formatOf, kindOf, membersOf, type Kind } from './schema.ts'
import { timestampWriter } from './timestamps.ts'

export type WriteJson = (value: unknown) => string

/** Writes values of the SDK's schemas as JSON text: not by `JSON.stringify`, which has no integers beyond 2^53. */
export interface JsonWriter {
  value(schema: NormalizedSchema): WriteJson
  /** A structure's members, `"a":1,"b":2`, without the braces; only those named where names are given. */
  members(schema: NormalizedSchema, names?: ReadonlySet<string>): WriteJson
}

/** @param jsonNames whether members go by `jsonName`, as in restJson1 */
export function jsonWriter(jsonNames: boolean): JsonWriter {
  const struct = compiledOnce<WriteJson>((schema) => members(schema))

  function members(schema: NormalizedSchema, names?: ReadonlySet<string>): WriteJson {
    if (kindOf(schema) === 'unit') return () => ''
    const parts = membersOf(schema)
      .filter(({ name }) => !names || names.has(name))
      .map(({ name, schema: member, own }) => ({
        name,
        key: `${JSON.stringify((jsonNames ? own.jsonName : undefined) ?? name)}:`,
        write: value(member),
      }))
    return (record) => {
      let json = ''
      for (const { name, key, write } of parts) {
        const member = (record as Record<string, unknown>)[name]
        if (member === undefined || member === null) continue
        json += json === '' ? key + write(member) : `,${key}${write(member)}`
      }
      return json
    }
  }

  function value(schema: NormalizedSchema): WriteJson {
    const kind = kindOf(schema)
    const sparse = Boolean(schema.getMergedTraits().sparse)
    if (kind === 'struct' || kind === 'union') {
      const compiled = struct(schema)
      return (record) => `{${compiled()(record)}}`
    }
    if (kind === 'list') return list(value(schema.getValueSchema()), sparse)
    if (kind === 'map') return map(value(schema.getValueSchema()), sparse)
    if (kind === 'timestamp') {
      const format = formatOf(schema, 'epoch-seconds')
      const write = timestampWriter(format)
      return (date) =>
        format === 'epoch-seconds' ? write(date as Date) : `"${write(date as Date)}"`
    }
    return scalars[kind]!
  }

  return { value, members }
}

const scalars: Partial<Record<Kind, WriteJson>> = {
  unit: () => '{}',
  string: (text) => JSON.stringify(String(text)),
  boolean: String,
  number: (number) => {
    // JSON has no NaN and no infinity: AWS writes them as text.
    return typeof number === 'number' && !Number.isFinite(number)
      ? `"${number}"`
      : numberText(number)
  },
  bigInteger: numberText,
  bigDecimal: numberText,
  blob: (bytes) => `"${base64Text(bytes as Uint8Array | string)}"`,
  document: documentJson,
}

function list(write: WriteJson, sparse: boolean): WriteJson {
  return (items) => {
    const texts: string[] = []
    for (const item of items as unknown[]) {
      if (item !== undefined && item !== null) texts.push(write(item))
      else if (sparse) texts.push('null')
    }
    return `[${texts.join(',')}]`
  }
}

function map(write: WriteJson, sparse: boolean): WriteJson {
  return (record) => {
    const texts: string[] = []
    for (const [key, item] of Object.entries(record as Record<string, unknown>)) {
      if (item !== undefined && item !== null) texts.push(`${JSON.stringify(key)}:${write(item)}`)
      else if (sparse) texts.push(`${JSON.stringify(key)}:null`)
    }
    return `{${texts.join(',')}}`
  }
}

/** A value without a schema: Smithy's document type, and what an error carries that the model does not know. */
export function documentJson(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'bigint' || value instanceof NumericValue) return numberText(value)
  if (Array.isArray(value)) return `[${value.map(documentJson).join(',')}]`
  if (value instanceof Date) return String(value.getTime() / 1000)
  if (value instanceof Uint8Array) return `"${base64Text(value)}"`
  if (typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${documentJson(item)}`).join(',')}}`
}
