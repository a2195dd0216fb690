import type { NormalizedSchema } from '@smithy/core/schema'
import type { AwsError } from '../errors.ts'
import type { WireRequest } from './codec.ts'
import { headerReader, splitDates, splitHeader, wireReader } from './http-values.ts'
import { formatOf, kindOf, membersOf, setEntry, type Member } from './schema.ts'
import { parseQuery } from './url.ts'

/** What the REST protocols do differently with what they can't read. */
export interface HttpInputDialect {
  readonly invalidQuery: () => AwsError
  /** A header, label or query parameter of the wrong type. */
  readonly wrongValue: (wireName: string, text: string, member: Member) => AwsError
  /** S3 takes whatever is not `true` in a query for false. */
  readonly onlyTrueIsTrue?: boolean
}

export interface HttpInput {
  /** Puts what headers, labels and query say into `input`. */
  read(request: WireRequest, input: Record<string, unknown>): void
  /** The member that is the whole body. */
  readonly payload: Member | undefined
  /** The members that are in the body together. */
  readonly body: readonly Member[]
  /** Required members outside the body. */
  readonly required: readonly Member[]
}

type ReadMember = (request: WireRequest, query: Map<string, string[]>) => unknown

/** Compiles the part of an input that is not in the body: https://smithy.io/2.0/spec/http-bindings.html */
export function httpInput(schema: NormalizedSchema, dialect: HttpInputDialect): HttpInput {
  const members = kindOf(schema) === 'unit' ? [] : membersOf(schema)
  const named = new Set(members.map(({ traits }) => traits.httpQuery))
  const readers: { name: string; read: ReadMember }[] = []
  const body: Member[] = []
  for (const member of members) {
    const read = memberReader(member, named, dialect)
    if (read) readers.push({ name: member.name, read })
    else if (!member.traits.httpPayload) body.push(member)
  }
  const usesQuery = members.some(({ traits }) => traits.httpQuery ?? traits.httpQueryParams)
  const noQuery = new Map<string, string[]>()
  return {
    payload: members.find(({ traits }) => traits.httpPayload),
    body,
    required: members.filter((member) => member.required && isOutsideBody(member)),
    read(request, input) {
      const query = usesQuery ? parseQuery(request.query, dialect.invalidQuery) : noQuery
      for (const { name, read } of readers) {
        const value = read(request, query)
        if (value !== undefined) input[name] = value
      }
    },
  }
}

const isOutsideBody = ({ traits }: Member): boolean =>
  (traits.httpLabel ?? traits.httpHeader ?? traits.httpQuery) !== undefined

function memberReader(
  member: Member,
  named: ReadonlySet<string | undefined>,
  dialect: HttpInputDialect,
): ReadMember | undefined {
  const { name, traits } = member
  if (traits.httpLabel) {
    const read = strict(member, name, dialect)
    return ({ labels }) => {
      const text = labels && Object.hasOwn(labels, name) ? labels[name] : undefined
      return text === undefined ? undefined : read(text)
    }
  }
  if (traits.httpHeader !== undefined)
    return header(member, traits.httpHeader.toLowerCase(), dialect)
  if (traits.httpPrefixHeaders !== undefined)
    return prefixHeaders(traits.httpPrefixHeaders.toLowerCase())
  if (traits.httpQuery !== undefined) return queryParameter(member, traits.httpQuery, dialect)
  if (traits.httpQueryParams) return otherParameters(member, named)
  return undefined
}

/** Reads one value or refuses. */
function strict(
  member: Member,
  wireName: string,
  dialect: HttpInputDialect,
): (text: string) => unknown {
  const schema = member.kind === 'list' ? member.schema.getValueSchema() : member.schema
  const read =
    wireName === member.traits.httpHeader?.toLowerCase()
      ? headerReader(schema)
      : wireReader(kindOf(schema))
  return (text) => {
    const value = read(text)
    if (value === undefined) throw dialect.wrongValue(wireName, text, member)
    return value
  }
}

function header(member: Member, name: string, dialect: HttpInputDialect): ReadMember {
  const read = strict(member, name, dialect)
  if (member.kind === 'list') {
    const item = member.schema.getValueSchema()
    const isHttpDate = kindOf(item) === 'timestamp' && formatOf(item, 'http-date') === 'http-date'
    const split = isHttpDate ? splitDates : splitHeader
    return ({ headers }) => {
      const text = headers[name]
      return text === undefined ? undefined : split(text).map(read)
    }
  }
  if (member.kind === 'timestamp' && formatOf(member.schema, 'http-date') === 'http-date') {
    // A date that is none is as if it were not sent: https://www.rfc-editor.org/rfc/rfc9110#field.if-modified-since
    const lenient = headerReader(member.schema)
    return ({ headers }) => (headers[name] === undefined ? undefined : lenient(headers[name]))
  }
  return ({ headers }) => {
    const text = headers[name]
    return text === undefined ? undefined : read(text)
  }
}

function prefixHeaders(prefix: string): ReadMember {
  return ({ headers }) => {
    let found: Record<string, unknown> | undefined
    for (const name in headers) {
      if (!name.startsWith(prefix) || headers[name] === undefined) continue
      setEntry((found ??= {}), name.slice(prefix.length), headers[name])
    }
    return found
  }
}

function queryParameter(member: Member, name: string, dialect: HttpInputDialect): ReadMember {
  if (member.kind === 'boolean' && dialect.onlyTrueIsTrue) {
    return (_request, query) => (query.has(name) ? query.get(name)![0] === 'true' : undefined)
  }
  const read = strict(member, name, dialect)
  if (member.kind === 'list') return (_request, query) => query.get(name)?.map(read)
  return (_request, query) => {
    const text = query.get(name)?.[0]
    if (text === undefined) return undefined
    // `?max-keys=` is as good as none: only text may be empty.
    return text === '' && member.kind !== 'string' ? undefined : read(text)
  }
}

/** The parameters that no other member names. */
function otherParameters({ schema }: Member, named: ReadonlySet<string | undefined>): ReadMember {
  const lists = kindOf(schema.getValueSchema()) === 'list'
  return (_request, query) => {
    let found: Record<string, unknown> | undefined
    for (const [name, values] of query) {
      if (!named.has(name)) setEntry((found ??= {}), name, lists ? values : values[0])
    }
    return found
  }
}
