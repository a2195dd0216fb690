import { cannotEvaluate, unsupportedStructure } from '../errors.ts'
import type { Expression, Name } from '../sql/syntax.ts'
import { cast } from '../values/cast.ts'
import { areEqual, order } from '../values/compare.ts'
import { calculate, isNumeric, negate } from '../values/numbers.ts'
import { textOf } from '../values/text.ts'
import { isAbsent, type Value } from '../values/value.ts'
import type { Binding } from './binding.ts'
import { compileCall } from './functions.ts'
import { likeTest } from './like.ts'
import { followSteps } from './paths.ts'

export type Evaluate<Row> = (row: Row) => Value

/** What expressions are compiled in. */
export interface Scope<Row> {
  readonly binding: Binding<Row>
  /** The table's own name besides `S3Object`. */
  readonly alias: Name | undefined
  /** Virtual time in ms, for UTCNOW. */
  readonly now: number
  /** Compiles an aggregate; absent where there can be none. */
  readonly aggregate?: (expression: Expression & { kind: 'aggregate' }) => Evaluate<Row>
  /** Beside an aggregate no column stands alone. */
  readonly isAggregated?: boolean
}

/**
 * Compiles an expression into a function of a row. NULL and MISSING make NULL of nearly everything they are in.
 *
 * @throws AwsError for what AWS refuses before it looks at a row; the compiled function for what it refuses then
 */
export function compile<Row>(expression: Expression, scope: Scope<Row>): Evaluate<Row> {
  const inner = (one: Expression) => compile(one, scope)
  switch (expression.kind) {
    case 'literal':
      return () => expression.value
    case 'path':
      return compilePath(expression, scope)
    case 'negate':
      return whereNumeric(inner(expression.operand), negate)
    case 'not': {
      const operand = inner(expression.operand)
      return (row) => not(operand(row))
    }
    case 'and':
      return junction(expression.operands.map(inner), false)
    case 'or':
      return junction(expression.operands.map(inner), true)
    case 'arithmetic':
      return arithmetic(expression, inner)
    case 'comparison':
      return comparison(expression, inner)
    case 'like':
      return likeTest(
        inner(expression.value),
        inner(expression.pattern),
        expression.escape && inner(expression.escape),
      )
    case 'between':
      return between(inner(expression.value), inner(expression.low), inner(expression.high))
    case 'in':
      return membership(inner(expression.value), expression.options.map(inner))
    case 'is': {
      const value = inner(expression.value)
      return expression.what === 'missing'
        ? (row) => value(row) === undefined
        : (row) => isAbsent(value(row))
    }
    case 'case':
      return choice(expression, inner)
    case 'cast': {
      const value = inner(expression.value)
      return (row) => cast(value(row), expression.type)
    }
    case 'call':
      return compileCall(expression, expression.args.map(inner), scope.now)
    case 'aggregate':
      if (!scope.aggregate) throw unsupportedStructure()
      return scope.aggregate(expression)
  }
}

/** `name`, `s.name`, `s`, `s3object._1`; a bare name may be followed by steps of its own. */
function compilePath<Row>(
  { root, steps }: Expression & { kind: 'path' },
  { binding, alias, isAggregated }: Scope<Row>,
): Evaluate<Row> {
  if (isAggregated) throw unsupportedStructure()
  const [first, ...rest] = steps
  if (!isTable(root, alias)) return followed(binding.member(root), steps)
  if (first?.kind === 'member') return followed(binding.member(first.name), rest)
  return followed((row) => binding.whole(row), steps)
}

function followed<Row>(
  start: Evaluate<Row>,
  steps: Parameters<typeof followSteps>[0],
): Evaluate<Row> {
  const follow = followSteps(steps)
  return (row) => follow(start(row))
}

function isTable(name: Name, alias: Name | undefined): boolean {
  if (name.text.toLowerCase() === 's3object') return true
  if (!alias) return false
  return name.quoted || alias.quoted
    ? name.text === alias.text
    : name.text.toLowerCase() === alias.text.toLowerCase()
}

/** @throws AwsError for what is neither true, false nor unknown */
export function truth(value: Value): boolean | null {
  if (typeof value === 'boolean') return value
  if (isAbsent(value)) return null
  throw cannotEvaluate()
}

function not(value: Value): Value {
  const known = truth(value)
  return known === null ? null : !known
}

/** AND is decided by the first false, OR by the first true. */
function junction<Row>(operands: readonly Evaluate<Row>[], decisive: boolean): Evaluate<Row> {
  return (row) => {
    let result: Value = !decisive
    for (const operand of operands) {
      const value = truth(operand(row))
      if (value === decisive) return decisive
      if (value === null) result = null
    }
    return result
  }
}

type Inner<Row> = (expression: Expression) => Evaluate<Row>

function whereNumeric<Row>(
  operand: Evaluate<Row>,
  apply: (value: Parameters<typeof negate>[0]) => Value,
): Evaluate<Row> {
  return (row) => {
    const value = operand(row)
    if (isAbsent(value)) return null
    if (!isNumeric(value)) throw cannotEvaluate()
    return apply(value)
  }
}

function arithmetic<Row>(
  { first, rest }: Expression & { kind: 'arithmetic' },
  inner: Inner<Row>,
): Evaluate<Row> {
  const start = inner(first)
  const operations = rest.map(({ operator, operand }) => ({ operator, operand: inner(operand) }))
  return (row) => {
    let result = start(row)
    for (const { operator, operand } of operations) {
      const value = operand(row)
      if (isAbsent(result) || isAbsent(value)) result = null
      else if (operator === '||') {
        if (typeof result !== 'string' || typeof value !== 'string') throw cannotEvaluate()
        result = textOf(result) + textOf(value)
      } else {
        if (!isNumeric(result) || !isNumeric(value)) throw cannotEvaluate()
        result = calculate(operator, result, value)
      }
    }
    return result
  }
}

function comparison<Row>(
  { operator, left, right }: Expression & { kind: 'comparison' },
  inner: Inner<Row>,
): Evaluate<Row> {
  const [a, b] = [inner(left), inner(right)]
  const compare = comparisons[operator]
  return (row) => {
    const [x, y] = [a(row), b(row)]
    return isAbsent(x) || isAbsent(y) ? null : compare(x, y)
  }
}

const comparisons = {
  '=': areEqual,
  '<>': (a: Value, b: Value) => !areEqual(a, b),
  '<': (a: Value, b: Value) => order(a, b) < 0,
  '<=': (a: Value, b: Value) => order(a, b) <= 0,
  '>': (a: Value, b: Value) => order(a, b) > 0,
  '>=': (a: Value, b: Value) => order(a, b) >= 0,
}

function between<Row>(
  value: Evaluate<Row>,
  low: Evaluate<Row>,
  high: Evaluate<Row>,
): Evaluate<Row> {
  return (row) => {
    const [x, least, most] = [value(row), low(row), high(row)]
    if (isAbsent(x) || isAbsent(least) || isAbsent(most)) return null
    return order(x, least) >= 0 && order(x, most) <= 0
  }
}

function membership<Row>(value: Evaluate<Row>, options: readonly Evaluate<Row>[]): Evaluate<Row> {
  return (row) => {
    const wanted = value(row)
    if (isAbsent(wanted)) return null
    let isUnknown = false
    for (const option of options) {
      const candidate = option(row)
      if (isAbsent(candidate)) isUnknown = true
      else if (areEqual(wanted, candidate)) return true
    }
    return isUnknown ? null : false
  }
}

function choice<Row>(
  { operand, branches, otherwise }: Expression & { kind: 'case' },
  inner: Inner<Row>,
): Evaluate<Row> {
  const compared = operand && inner(operand)
  const compiled = branches.map(({ when, result }) => ({
    when: inner(when),
    result: inner(result),
  }))
  const last = otherwise && inner(otherwise)
  return (row) => {
    const value = compared?.(row)
    for (const { when, result } of compiled) {
      const condition = when(row)
      const isChosen = compared
        ? !isAbsent(value) && !isAbsent(condition) && areEqual(value, condition)
        : truth(condition) === true
      if (isChosen) return result(row)
    }
    return last ? last(row) : null
  }
}
