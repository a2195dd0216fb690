import { unexpected, unsupported, unsupportedFunction, wrongArity } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { ParseExpression } from './parse-term.ts'
import { dateParts, type Aggregate, type CastType, type Expression } from './syntax.ts'
import { describe } from './tokens.ts'

const aggregates = new Set(['count', 'sum', 'avg', 'min', 'max'])

/** Functions with plain argument lists, and how many arguments they take. */
const arities: Readonly<Record<string, readonly [least: number, most: number]>> = {
  char_length: [1, 1],
  character_length: [1, 1],
  coalesce: [1, Infinity],
  lower: [1, 1],
  nullif: [2, 2],
  to_string: [2, 2],
  to_timestamp: [1, 1],
  upper: [1, 1],
  utcnow: [0, 0],
}

/**
 * A function call, at its name.
 *
 * @throws AwsError `ParseUnexpectedKeyword` for a reserved word that is no function, `UnsupportedFunction`
 */
export function parseFunction(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const { token } = cursor
  const name = token.text.toLowerCase()
  const special = specialForms[name]
  const isKnown = special !== undefined || aggregates.has(name) || Object.hasOwn(arities, name)
  if (!isKnown) {
    throw token.kind === 'keyword'
      ? unexpected('keyword', describe(token), token)
      : unsupportedFunction(token.text)
  }
  cursor.take()
  const openCode =
    name === 'cast'
      ? 'ParseExpectedLeftParenAfterCast'
      : 'ParseExpectedLeftParenBuiltinFunctionCall'
  cursor.expect(openCode, 'operator', '(')
  const call = special
    ? special(cursor, parseExpression)
    : aggregates.has(name)
      ? parseAggregate(cursor, name as Aggregate, parseExpression)
      : parsePlain(cursor, name, parseExpression)
  cursor.expect('ParseExpectedRightParenBuiltinFunctionCall', 'operator', ')')
  return call
}

function parsePlain(cursor: Cursor, name: string, parseExpression: ParseExpression): Expression {
  const args: Expression[] = []
  if (cursor.is('operator', '*')) throw onlyCount(cursor)
  if (!cursor.is('operator', ')')) {
    do args.push(parseExpression(cursor))
    while (cursor.accept('operator', ','))
  }
  const [least, most] = arities[name]!
  if (args.length < least || args.length > most) throw wrongArity(name.toUpperCase())
  return { kind: 'call', name: name === 'character_length' ? 'char_length' : name, args }
}

function parseAggregate(
  cursor: Cursor,
  name: Aggregate,
  parseExpression: ParseExpression,
): Expression {
  if (cursor.is('operator', '*')) {
    if (name !== 'count') throw onlyCount(cursor)
    cursor.take()
    return { kind: 'aggregate', name, operand: undefined }
  }
  if (cursor.is('keyword', 'distinct')) {
    throw unsupported('ParseUnsupportedSyntax', 'DISTINCT is not supported', cursor.token)
  }
  if (cursor.is('operator', ')')) throw wrongArity(name.toUpperCase())
  const operand = parseExpression(cursor)
  if (cursor.is('operator', ',')) {
    throw cursor.refusal('ParseNonUnaryAgregateFunctionCall', 'only one argument')
  }
  return { kind: 'aggregate', name, operand }
}

const onlyCount = ({ token }: Cursor) =>
  unsupported('ParseUnsupportedCallWithStar', 'Only COUNT takes (*) as a parameter', token)

type ParseForm = (cursor: Cursor, parseExpression: ParseExpression) => Expression

/** Functions whose arguments have a grammar of their own. */
const specialForms: Readonly<Record<string, ParseForm>> = {
  cast(cursor, parseExpression) {
    const value = parseExpression(cursor)
    if (cursor.is('operator', ')')) throw cursor.refusal('ParseCastArity', 'AS in CAST')
    cursor.expect('ParseExpectedKeyword', 'keyword', 'as')
    return { kind: 'cast', value, type: parseType(cursor) }
  },
  date_add(cursor, parseExpression) {
    const option = parseDatePart(cursor)
    comma(cursor)
    const quantity = parseExpression(cursor)
    comma(cursor)
    return { kind: 'call', name: 'date_add', option, args: [quantity, parseExpression(cursor)] }
  },
  date_diff(cursor, parseExpression) {
    const option = parseDatePart(cursor)
    comma(cursor)
    const first = parseExpression(cursor)
    comma(cursor)
    return { kind: 'call', name: 'date_diff', option, args: [first, parseExpression(cursor)] }
  },
  extract(cursor, parseExpression) {
    const option = parseDatePart(cursor, true)
    cursor.expect('ParseExpectedKeyword', 'keyword', 'from')
    return { kind: 'call', name: 'extract', option, args: [parseExpression(cursor)] }
  },
  substring(cursor, parseExpression) {
    const text = parseExpression(cursor)
    const isStandard = cursor.accept('keyword', 'from')
    if (!isStandard) comma(cursor)
    const args = [text, parseExpression(cursor)]
    const hasLength = isStandard ? cursor.accept('keyword', 'for') : cursor.accept('operator', ',')
    if (hasLength) args.push(parseExpression(cursor))
    return { kind: 'call', name: 'substring', args }
  },
  trim(cursor, parseExpression) {
    const side = ['leading', 'trailing', 'both'].find((one) => cursor.accept('keyword', one))
    const args: Expression[] = []
    if (!cursor.is('keyword', 'from')) args.push(parseExpression(cursor))
    if (cursor.accept('keyword', 'from')) args.unshift(parseExpression(cursor))
    else if (side !== undefined) throw cursor.refusal('ParseExpectedKeyword', 'FROM')
    return { kind: 'call', name: 'trim', option: side ?? 'both', args }
  },
}

const comma = (cursor: Cursor) => cursor.expect('ParseExpectedArgumentDelimiter', 'operator', ',')

function parseDatePart(cursor: Cursor, withZone = false): string {
  const text = cursor.token.text.toLowerCase()
  const index = dateParts.findIndex((part) => part === text)
  if (cursor.token.kind === 'string' || index < 0 || (!withZone && index > 5)) {
    throw cursor.refusal('ParseExpectedDatePart', 'date part')
  }
  cursor.take()
  return text
}

const types: Readonly<Record<string, CastType>> = {
  bool: 'bool',
  boolean: 'bool',
  int: 'int',
  integer: 'int',
  smallint: 'int',
  float: 'float',
  real: 'float',
  decimal: 'decimal',
  dec: 'decimal',
  numeric: 'decimal',
  string: 'string',
  char: 'string',
  varchar: 'string',
  timestamp: 'timestamp',
}

/** AWS reads precision and scale, and ignores them. */
function parseType(cursor: Cursor): CastType {
  const type = cursor.token.kind === 'keyword' ? types[cursor.token.text] : undefined
  if (!type) throw cursor.refusal('ParseExpectedTypeName', 'type name')
  cursor.take()
  if (!cursor.accept('operator', '(')) return type
  do {
    if (!cursor.accept('number')) throw cursor.refusal('ParseExpectedNumber', 'number')
  } while (cursor.accept('operator', ','))
  cursor.expect('ParseExpectedTokenType', 'operator', ')')
  return type
}
