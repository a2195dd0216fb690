import { unexpected } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import { parseTerm } from './parse-term.ts'
import type { ArithmeticOperator, ComparisonOperator, Expression } from './syntax.ts'
import { describe } from './tokens.ts'

/**
 * Precedence, from the loosest: OR, AND, NOT, comparison, LIKE, BETWEEN, IN and IS, sums, products, signs.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-operators.html
 */
export const parseExpression = (cursor: Cursor): Expression =>
  cursor.nested(() =>
    parseLogical(cursor, 'or', () => parseLogical(cursor, 'and', () => parseNot(cursor))),
  )

function parseLogical(
  cursor: Cursor,
  kind: 'and' | 'or',
  parseOperand: () => Expression,
): Expression {
  const operands = [parseOperand()]
  while (cursor.accept('keyword', kind)) operands.push(parseOperand())
  return operands.length === 1 ? operands[0]! : { kind, operands }
}

function parseNot(cursor: Cursor): Expression {
  if (!cursor.accept('keyword', 'not')) return parseComparison(cursor)
  return { kind: 'not', operand: cursor.nested(() => parseNot(cursor)) }
}

const comparisons: Record<string, ComparisonOperator> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function parseComparison(cursor: Cursor): Expression {
  const left = parsePredicate(cursor)
  const operator = cursor.is('operator') ? comparisons[cursor.token.text] : undefined
  if (!operator) return left
  cursor.take()
  const right = parsePredicate(cursor)
  if (cursor.is('operator') && comparisons[cursor.token.text]) {
    throw unexpected('operator', describe(cursor.token), cursor.token)
  }
  return { kind: 'comparison', operator, left, right }
}

const predicates = new Set(['like', 'between', 'in'])

function parsePredicate(cursor: Cursor): Expression {
  const value = parseSum(cursor)
  const isNegated = cursor.is('keyword', 'not') && predicates.has(cursor.next.text)
  if (isNegated) cursor.take()
  const predicate = parseTest(cursor, value)
  return isNegated ? { kind: 'not', operand: predicate } : predicate
}

function parseTest(cursor: Cursor, value: Expression): Expression {
  if (cursor.accept('keyword', 'like')) {
    const pattern = parseSum(cursor)
    const escape = cursor.accept('keyword', 'escape') ? parseSum(cursor) : undefined
    return { kind: 'like', value, pattern, escape }
  }
  if (cursor.accept('keyword', 'between')) {
    const low = parseSum(cursor)
    cursor.expect('ParseExpectedKeyword', 'keyword', 'and')
    return { kind: 'between', value, low, high: parseSum(cursor) }
  }
  if (cursor.accept('keyword', 'in')) {
    return { kind: 'in', value, options: parseOptions(cursor) }
  }
  if (cursor.accept('keyword', 'is')) return parseIs(cursor, value)
  return value
}

function parseOptions(cursor: Cursor): Expression[] {
  const close = cursor.accept('operator', '[') ? ']' : ')'
  if (close === ')') cursor.expect('ParseExpectedLeftParenValueConstructor', 'operator', '(')
  const options: Expression[] = []
  do options.push(parseExpression(cursor))
  while (cursor.accept('operator', ','))
  cursor.expect('ParseExpectedTokenType', 'operator', close)
  return options
}

function parseIs(cursor: Cursor, value: Expression): Expression {
  const isNegated = cursor.accept('keyword', 'not')
  const what = cursor.accept('keyword', 'null')
    ? 'null'
    : cursor.accept('keyword', 'missing')
      ? 'missing'
      : undefined
  if (!what) throw cursor.refusal('ParseExpectedTypeName', 'NULL or MISSING')
  const test: Expression = { kind: 'is', value, what }
  return isNegated ? { kind: 'not', operand: test } : test
}

const sums = new Set(['+', '-', '||'])
const products = new Set(['*', '/', '%'])

const parseSum = (cursor: Cursor) => parseChain(cursor, sums, () => parseProduct(cursor))
const parseProduct = (cursor: Cursor) => parseChain(cursor, products, () => parseSigned(cursor))

function parseChain(
  cursor: Cursor,
  operators: ReadonlySet<string>,
  parseOperand: () => Expression,
): Expression {
  const first = parseOperand()
  const rest: { operator: ArithmeticOperator; operand: Expression }[] = []
  while (cursor.is('operator') && operators.has(cursor.token.text)) {
    const operator = cursor.take().text as ArithmeticOperator
    rest.push({ operator, operand: parseOperand() })
  }
  return rest.length === 0 ? first : { kind: 'arithmetic', first, rest }
}

function parseSigned(cursor: Cursor): Expression {
  if (cursor.accept('operator', '-')) {
    return { kind: 'negate', operand: cursor.nested(() => parseSigned(cursor)) }
  }
  if (cursor.accept('operator', '+')) return cursor.nested(() => parseSigned(cursor))
  return parseTerm(cursor, parseExpression)
}
