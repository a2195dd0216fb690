import { functions, missingFunctions, type MathContext } from './functions.ts'
import { ExpressionError, type Expression } from './parse.ts'
import { combine, many, scalar, type Series, type Value } from './values.ts'

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
}

/** Words that stand for themselves: the arguments of FILL and SORT. */
const words = new Set(['REPEAT', 'LINEAR', 'AVG', 'MIN', 'MAX', 'SUM', 'ASC', 'DESC'])

/**
 * What an expression comes to.
 *
 * @param named what the ids stand for
 * @throws ExpressionError
 */
export function evaluateExpression(
  expression: Expression,
  named: (id: string) => Value | undefined,
  context: MathContext,
): Value {
  const evaluate = (part: Expression): Value => {
    switch (part.kind) {
      case 'number':
        return scalar(part.value)
      case 'text':
        return { kind: 'text', text: part.value }
      case 'name':
        return nameOf(part.name)
      case 'list':
        return many(part.items.flatMap((item) => seriesOf(evaluate(item))))
      case 'negative':
        return combine(scalar(0), evaluate(part.of), (a, b) => a - b)
      case 'binary':
        return combine(evaluate(part.left), evaluate(part.right), operators[part.operator]!)
      case 'call':
        return call(part.name, part.arguments.map(evaluate))
    }
  }
  const nameOf = (name: string): Value => {
    const value = named(name)
    if (value) return value
    if (words.has(name.toUpperCase())) return { kind: 'text', text: name.toUpperCase() }
    throw new ExpressionError(`Unknown identifier '${name}'`)
  }
  const call = (name: string, given: readonly Value[]): Value => {
    if (Object.hasOwn(functions, name)) return functions[name]!(given, context)
    throw new ExpressionError(
      missingFunctions.includes(name)
        ? `pocketcloud has not built the function ${name} (see docs/cloudwatch.md)`
        : `Unknown function '${name}'`,
    )
  }
  return evaluate(expression)
}

function seriesOf(value: Value): readonly Series[] {
  if (value.kind === 'series') return [value.series]
  if (value.kind === 'list') return value.list
  throw new ExpressionError('an array has time series')
}
