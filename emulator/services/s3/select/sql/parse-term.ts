import { invalidPathComponent, lexerError, unexpected } from '../errors.ts'
import { numberFrom } from '../values/numbers.ts'
import { parseTimestamp } from '../values/timestamp.ts'
import type { Cursor } from './cursor.ts'
import { parseFunction } from './parse-function.ts'
import { parseSteps } from './parse-path.ts'
import type { Expression } from './syntax.ts'
import { describe } from './tokens.ts'

export type ParseExpression = (cursor: Cursor) => Expression

/** What is whole in itself: a literal, a column or path, a function, something in parentheses. */
export function parseTerm(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const { token } = cursor
  switch (token.kind) {
    case 'string':
      cursor.take()
      return { kind: 'literal', value: token.text }
    case 'number':
      cursor.take()
      return { kind: 'literal', value: numberFrom(token.text) }
    case 'ion':
      return parseIon(cursor)
    case 'quoted':
    case 'identifier':
      if (token.kind === 'identifier' && isCall(cursor))
        return parseFunction(cursor, parseExpression)
      return parseReference(cursor)
    case 'keyword':
      return parseKeyword(cursor, parseExpression)
    case 'operator':
      if (cursor.accept('operator', '(')) return parenthesized(cursor, parseExpression)
      throw unexpected('operator', describe(token), token)
    case 'end':
      throw cursor.refusal('ParseExpectedExpression', 'expression')
  }
}

const isCall = ({ next }: Cursor) => next.kind === 'operator' && next.text === '('

function parseReference(cursor: Cursor): Expression {
  const { text, kind } = cursor.take()
  const steps = parseSteps(cursor)
  const wild = steps.findIndex((step) => step.kind === 'elements' || step.kind === 'members')
  // `s.*` is a whole SELECT list; the query's parser knows it there.
  if (wild >= 0 && !(steps.length === 1 && steps[0]!.kind === 'members')) {
    throw invalidPathComponent('STAR', cursor.token)
  }
  return { kind: 'path', root: { text, quoted: kind === 'quoted' }, steps }
}

/** Of Ion's literals only timestamps have a use here, in the date functions. */
function parseIon(cursor: Cursor): Expression {
  const token = cursor.take()
  const value = parseTimestamp(token.text.trim())
  if (!value) throw lexerError('LexerInvalidIONLiteral', `\`${token.text}\``, token)
  return { kind: 'literal', value }
}

function parenthesized(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const inner = parseExpression(cursor)
  cursor.expect('ParseExpectedTokenType', 'operator', ')')
  return inner
}

function parseKeyword(cursor: Cursor, parseExpression: ParseExpression): Expression {
  const { token } = cursor
  const literals: Record<string, boolean | null | undefined> = {
    true: true,
    false: false,
    null: null,
    missing: undefined,
  }
  if (Object.hasOwn(literals, token.text)) {
    cursor.take()
    return { kind: 'literal', value: literals[token.text] }
  }
  if (token.text === 'case') return parseCase(cursor, parseExpression)
  const call = parseFunction(cursor, parseExpression)
  return call
}

function parseCase(cursor: Cursor, parseExpression: ParseExpression): Expression {
  cursor.take()
  const operand = cursor.is('keyword', 'when') ? undefined : parseExpression(cursor)
  const branches: { when: Expression; result: Expression }[] = []
  while (cursor.accept('keyword', 'when')) {
    const when = parseExpression(cursor)
    cursor.expect('ParseExpectedKeyword', 'keyword', 'then')
    branches.push({ when, result: parseExpression(cursor) })
  }
  if (branches.length === 0) throw cursor.refusal('ParseExpectedWhenClause', 'WHEN clause')
  const otherwise = cursor.accept('keyword', 'else') ? parseExpression(cursor) : undefined
  cursor.expect('ParseExpectedKeyword', 'keyword', 'end')
  return { kind: 'case', operand, branches, otherwise }
}
