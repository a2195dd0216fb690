import type { NormalizedSchema } from '@smithy/core/schema'
import { numberText, parseBigDecimal, parseBigInteger, parseNumber } from './numbers.ts'
import { formatOf, type Kind } from './schema.ts'
import {
  isoMilliseconds,
  parseTimestamp,
  timestampWriter,
  type TimestampFormat,
} from './timestamps.ts'

/** Reads a scalar from text; undefined when the text is no value of that kind. */
export type ReadScalar = (text: string) => unknown

const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

/** The scalars as query parameters, XML text, headers and labels write them. */
const readers: Partial<Record<Kind, ReadScalar>> = {
  string: (text) => text,
  number: parseNumber,
  bigInteger: parseBigInteger,
  bigDecimal: parseBigDecimal,
  boolean: (text) => {
    const lower = text.toLowerCase()
    if (lower === 'true' || lower === '1') return true
    return lower === 'false' || lower === '0' ? false : undefined
  },
  timestamp: parseTimestamp,
  blob: readBase64,
  document: (text) => text,
}

/** @returns undefined when the text is not base64 */
export function readBase64(text: string): Buffer | undefined {
  return base64.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** @throws Error for a kind that is no scalar */
export function scalarReader(kind: Kind): ReadScalar {
  const reader = readers[kind]
  if (!reader) throw new Error(`a ${kind} can't be read from text`)
  return reader
}

/**
 * How a scalar is written as text, unescaped.
 *
 * @param usual the timestamp format of the place, where the schema names none
 * @param iso the form of ISO 8601
 */
export function scalarWriter(
  schema: NormalizedSchema,
  kind: Kind,
  usual: TimestampFormat,
  iso: (date: Date) => string = isoMilliseconds,
): (value: unknown) => string {
  if (kind === 'timestamp') {
    const write = timestampWriter(formatOf(schema, usual), iso)
    return (value) => write(value as Date)
  }
  if (kind === 'blob') return (value) => base64Text(value as Uint8Array | string)
  if (kind === 'number' || kind === 'bigInteger' || kind === 'bigDecimal') return numberText
  return String
}

/** Bytes in base64; a text stands for its UTF-8 bytes, as in the SDK. */
export const base64Text = (value: Uint8Array | string): string =>
  typeof value === 'string'
    ? Buffer.from(value).toString('base64')
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
