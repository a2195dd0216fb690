import type { ContextKeys } from '../request-context.ts'
import type { OperatorName } from './operators.ts'
import type { Grammar, Operator, ValueOperator, ValueTest } from './operator.ts'
import { Malformed, isObject, textsOf } from '../json.ts'
import { operators } from './operators.ts'

/** One key of a `Condition` block. */
export interface Condition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string
  readonly key: string
  readonly expected: readonly string[]
  holds(context: ContextKeys): boolean
  /** The request's values of the key; undefined where it is missing. */
  actual(context: ContextKeys): readonly string[] | undefined
}

const setQualifiers = ['ForAllValues', 'ForAnyValue'] as const
type SetQualifier = (typeof setQualifiers)[number]

interface OperatorUse {
  readonly operator: Operator
  readonly set: SetQualifier | undefined
  readonly ifExists: boolean
}

/**
 * Compiles a `Condition` block: all of its conditions have to hold.
 *
 * @throws Malformed for an operator or a value that IAM doesn't know
 */
export function compileConditions(block: unknown, grammar: Grammar): Condition[] {
  if (!isObject(block)) throw new Malformed('Condition is no object')
  return Object.entries(block).flatMap(([name, keys]) => {
    const use = readOperator(name)
    if (!isObject(keys)) throw new Malformed(`${name} is no object`)
    return Object.entries(keys).map(([key, values]): Condition => {
      const expected = textsOf(values, `${name} ${key}`, { scalars: true })
      const lowerKey = key.toLowerCase()
      const test = compileValues(use, expected, grammar)
      return {
        operator: name,
        key,
        expected,
        holds: (context) => test(context.valuesOf(lowerKey), context),
        actual: (context) => context.valuesOf(lowerKey),
      }
    })
  })
}

const isOperator = (name: string): name is OperatorName => Object.hasOwn(operators, name)

function readOperator(name: string): OperatorUse {
  const colon = name.indexOf(':')
  const set = setQualifiers.find((qualifier) => qualifier === name.slice(0, colon))
  const written = set ? name.slice(colon + 1) : name
  const ifExists = written.endsWith('IfExists')
  const base = ifExists ? written.slice(0, -'IfExists'.length) : written
  const operator = isOperator(base) ? operators[base] : undefined
  if (!operator || (ifExists && 'expectsAbsent' in operator)) {
    throw new Malformed(`there is no condition operator ${name}`)
  }
  return { operator, set, ifExists }
}

type ValuesTest = (actual: readonly string[] | undefined, context: ContextKeys) => boolean

function compileValues(
  use: OperatorUse,
  expected: readonly string[],
  grammar: Grammar,
): ValuesTest {
  const { operator, set, ifExists } = use
  if ('expectsAbsent' in operator) {
    const wanted = new Set(expected.map((text) => operator.expectsAbsent(text)))
    return (actual) => wanted.has(actual === undefined)
  }
  const holds = compileSet(set, operator, expected, grammar)
  if (!ifExists) return holds
  return (actual, context) => actual === undefined || holds(actual, context)
}

/**
 * Values of one key are alternatives, and a negated operator holds where none of them matches.
 *
 * A key with several values asks for a set operator. Without one, a positive operator holds where any of the
 * request's values matches, and the negated one is its exact opposite.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function compileSet(
  set: SetQualifier | undefined,
  operator: ValueOperator,
  expected: readonly string[],
  grammar: Grammar,
): ValuesTest {
  const tests = expected.map((text) => operator.compile(text, grammar))
  const matches: ValueTest = anyOf(tests)
  const value: ValueTest = operator.negated
    ? (actual, context) => !matches(actual, context)
    : matches
  if (set === 'ForAllValues')
    return (actual, context) => isNullSet(actual) || every(actual, value, context)
  if (set === 'ForAnyValue')
    return (actual, context) => !isNullSet(actual) && some(actual, value, context)
  return operator.negated
    ? (actual, context) => actual === undefined || every(actual, value, context)
    : (actual, context) => actual !== undefined && some(actual, value, context)
}

// Loops without closures: this is where a decision spends its time.
function some(values: readonly string[], test: ValueTest, context: ContextKeys): boolean {
  for (const value of values) if (test(value, context)) return true
  return false
}

function every(values: readonly string[], test: ValueTest, context: ContextKeys): boolean {
  for (const value of values) if (!test(value, context)) return false
  return true
}

function anyOf(tests: readonly ValueTest[]): ValueTest {
  if (tests.length === 1) return tests[0]!
  return (actual, context) => {
    for (const test of tests) if (test(actual, context)) return true
    return false
  }
}

/**
 * Set operators take "a null data set, such as an empty string" for a missing key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html
 */
const isNullSet = (values: readonly string[] | undefined): values is undefined =>
  values === undefined || values.every((value) => value === '')
