import type { NormalizedSchema } from '@smithy/core/schema'
import { parseWhole } from './numbers.ts'
import { scalarReader, scalarWriter, readBase64, type ReadScalar } from './scalars.ts'
import { kindOf, traitsOf, type Kind } from './schema.ts'
import type { TimestampFormat } from './timestamps.ts'

/** Splits a header's list at its commas; a quoted item may hold commas: `a, "b,c", "d\"e"`. */
export function splitHeader(text: string): string[] {
  if (!text.includes('"')) return text.split(',').map((item) => item.trim())
  const items: string[] = []
  let start = 0
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]
    if (quoted && char === '\\') i += 1
    else if (char === '"') quoted = !quoted
    else if (char === ',' && !quoted) {
      items.push(text.slice(start, i))
      start = i + 1
    }
  }
  items.push(text.slice(start))
  return items.map((item) => unquoted(item.trim()))
}

const unquoted = (item: string): string =>
  item.length > 1 && item.startsWith('"') && item.endsWith('"')
    ? item.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
    : item

/** A list of http-dates, each of which has a comma of its own. */
export const splitDates = (text: string): string[] =>
  text.split(',').reduce<string[]>((dates, part, index) => {
    if (index % 2 === 0) dates.push(part.trim())
    else dates[dates.length - 1] += `,${part}`
    return dates
  }, [])

const quoted = (item: string): string =>
  /[",]/.test(item) ? `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"` : item

/** Text with a media type travels in headers as base64. */
const isEncoded = (schema: NormalizedSchema) =>
  kindOf(schema) === 'string' && traitsOf(schema).mediaType !== undefined

/** Reads a scalar of a header or URL. No service that is here has another number than a whole one there. */
export const wireReader = (kind: Kind): ReadScalar =>
  kind === 'number' ? parseWhole : scalarReader(kind)

/** Reads one value of a header. */
export function headerReader(schema: NormalizedSchema): ReadScalar {
  return isEncoded(schema)
    ? (text) => readBase64(text)?.toString('utf8')
    : wireReader(kindOf(schema))
}

/** Writes one value of a header. */
export function headerWriter(schema: NormalizedSchema): (value: unknown) => string {
  if (kindOf(schema) === 'list') {
    const item = schema.getValueSchema()
    const write = headerWriter(item)
    const isDate = kindOf(item) === 'timestamp'
    return (values) =>
      (values as unknown[])
        .filter((value) => value !== undefined && value !== null)
        .map((value) => (isDate ? write(value) : quoted(write(value))))
        .join(', ')
  }
  if (isEncoded(schema)) return (value) => Buffer.from(String(value)).toString('base64')
  const write = scalarWriter(schema, kindOf(schema), 'http-date' satisfies TimestampFormat)
  return (value) => printable(write(value))
}

/**
 * What can't stand in a header goes by RFC 2047, as S3 does with metadata:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
const printable = (text: string): string =>
  /[^\t\u0020-\u007e\u0080-\u00ff]/.test(text)
    ? `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`
    : text
