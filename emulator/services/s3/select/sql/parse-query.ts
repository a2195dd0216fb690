import {
  expressionTooLong,
  invalidKeyPath,
  multipleSources,
  noSuchBinding,
  unexpected,
  unsupported,
} from '../errors.ts'
import { Cursor } from './cursor.ts'
import { parseExpression } from './parse-expression.ts'
import { parseSteps } from './parse-path.ts'
import type { Expression, Name, Query, SelectItem, Step } from './syntax.ts'
import { describe } from './tokens.ts'

const longest = 256 * 1024

/**
 * Parses a SELECT statement: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html
 *
 * @throws AwsError one of AWS's `Parse…` and `Lexer…` codes, with line and column
 */
export function parseQuery(sql: string): Query {
  if (Buffer.byteLength(sql) > longest) throw expressionTooLong()
  const cursor = new Cursor(sql)
  if (!cursor.accept('keyword', 'select')) {
    throw unsupported('ParseUnsupportedSelect', 'Expected SELECT', cursor.token)
  }
  if (cursor.is('keyword', 'distinct')) throw unsupportedHere(cursor)
  const items = parseItems(cursor)
  cursor.expect('ParseSelectMissingFrom', 'keyword', 'from')
  const { path, alias } = parseSource(cursor)
  const where = cursor.accept('keyword', 'where') ? parseExpression(cursor) : undefined
  refuseOtherClauses(cursor)
  const limit = cursor.accept('keyword', 'limit') ? parseLimit(cursor) : undefined
  cursor.accept('operator', ';')
  if (!cursor.is('end')) throw unexpectedHere(cursor)
  return { items, path, alias, where, limit }
}

function parseItems(cursor: Cursor): Query['items'] {
  if (cursor.is('keyword', 'from') || cursor.is('end')) {
    throw cursor.refusal('ParseEmptySelect', 'a SELECT list')
  }
  if (cursor.accept('operator', '*')) {
    if (cursor.is('operator', ',')) {
      throw cursor.refusal('ParseAsteriskIsNotAloneInSelectList', 'FROM after *')
    }
    return '*'
  }
  const items: SelectItem[] = []
  do {
    if (cursor.is('operator', '*')) {
      throw cursor.refusal('ParseAsteriskIsNotAloneInSelectList', 'an expression')
    }
    const expression = parseExpression(cursor)
    if (isWholeRow(expression) && items.length === 0 && cursor.is('keyword', 'from')) return '*'
    items.push({ expression: withoutWildcard(expression), alias: parseAlias(cursor)?.text })
  } while (cursor.accept('operator', ','))
  return items
}

/** `s.*` */
const isWholeRow = (expression: Expression): boolean =>
  expression.kind === 'path' &&
  expression.steps.length === 1 &&
  expression.steps[0]!.kind === 'members'

function withoutWildcard(expression: Expression): Expression {
  const isWild = ({ kind }: Step) => kind === 'elements' || kind === 'members'
  if (expression.kind === 'path' && expression.steps.some(isWild)) throw invalidKeyPath()
  return expression
}

function parseAlias(cursor: Cursor): Name | undefined {
  const isNamed = cursor.accept('keyword', 'as')
  if (cursor.is('identifier') || cursor.is('quoted')) {
    const { text, kind } = cursor.take()
    return { text, quoted: kind === 'quoted' }
  }
  if (isNamed) throw cursor.refusal('ParseExpectedIdentForAlias', 'identifier for alias')
  return undefined
}

/** `S3Object`, `S3Object[*]` and `S3Object[*].path`, but not `S3Object.path`. */
function parseSource(cursor: Cursor): { path: readonly Step[]; alias: Name | undefined } {
  if (!cursor.is('identifier') && !cursor.is('quoted')) {
    throw cursor.is('operator', '(')
      ? unsupported('ParseUnsupportedSyntax', 'Subqueries are not supported', cursor.token)
      : cursor.refusal('ParseExpectedTokenType', 'S3Object')
  }
  const { text } = cursor.take()
  if (text.toLowerCase() !== 's3object') throw noSuchBinding(text)
  const steps = parseSteps(cursor)
  if (steps.length > 0 && steps[0]!.kind !== 'elements') throw invalidKeyPath()
  const given = parseAlias(cursor)
  if (cursor.is('keyword', 'at') || cursor.is('keyword', 'by')) throw unsupportedHere(cursor)
  if (cursor.is('operator', ',')) throw multipleSources()
  const last = steps.at(-1)
  // A path names its rows by its last part: SELECT id FROM S3Object[*].Rules[*].id
  const alias = given ?? (last?.kind === 'member' ? last.name : undefined)
  return { path: steps.slice(1), alias }
}

const joins = new Set(['join', 'inner', 'left', 'right', 'full', 'outer', 'cross', 'natural'])
const clauses = new Set(['order', 'having', 'union', 'intersect', 'except', 'pivot', 'fetch'])

function refuseOtherClauses(cursor: Cursor): void {
  const { kind, text } = cursor.token
  if (kind !== 'keyword') return
  if (joins.has(text)) {
    throw unsupported('ParseMalformedJoin', 'JOIN is not supported', cursor.token)
  }
  if (text === 'group') {
    throw unsupported('ParseUnsupportedLiteralsGroupBy', 'GROUP BY is not supported', cursor.token)
  }
  if (clauses.has(text)) throw unsupportedHere(cursor)
}

function parseLimit(cursor: Cursor): number {
  const { kind, text } = cursor.token
  const limit = Number(text)
  if (kind !== 'number' || !/^\d+$/.test(text) || !Number.isSafeInteger(limit)) {
    throw cursor.refusal('ParseExpectedNumber', 'number')
  }
  cursor.take()
  return limit
}

const unsupportedHere = ({ token }: Cursor) =>
  unsupported('ParseUnsupportedSyntax', `${describe(token)} is not supported`, token)

const unexpectedHere = ({ token }: Cursor) => {
  const kind =
    token.kind === 'keyword' || token.kind === 'operator'
      ? token.kind
      : token.kind === 'identifier' || token.kind === 'quoted'
        ? 'token'
        : 'term'
  return unexpected(kind, describe(token), token)
}
