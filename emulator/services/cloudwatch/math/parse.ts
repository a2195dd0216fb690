/** A metric math expression, read. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

/** What is wrong with an expression, for the reader of a refusal. */
export class ExpressionError extends Error {}

/** From those that bind least; each level is read from left to right. */
const levels: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
]

const token =
  /\s*(?:(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(?<name>[A-Za-z_]\w*)|(?<text>"[^"]*"|'[^']*')|(?<sign>\|\||&&|==|!=|<=|>=|[-+*/^<>(),[\]]))/y

interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'sign'
  readonly text: string
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  const text = source.trimEnd()
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const groups = token.exec(text)?.groups
    if (!groups) throw new ExpressionError(`Unexpected character '${text.slice(at).trim()[0]}'`)
    const [kind, found] = Object.entries(groups).find(([, value]) => value !== undefined)!
    tokens.push({ kind: kind as Token['kind'], text: found })
  }
  return tokens
}

/** How deep parentheses may go: nobody writes more, and the reader must not run out of stack. */
const deepest = 100

/** @throws ExpressionError */
export function parseExpression(source: string): Expression {
  const tokens = tokensOf(source)
  let next = 0
  let depth = 0
  const peek = () => tokens[next]
  const is = (text: string) => {
    const found = peek()
    return found !== undefined && found.kind === 'sign' && found.text === text
  }
  const take = (text: string) => {
    if (!is(text)) throw new ExpressionError(`Expected '${text}' but found ${shown(peek())}`)
    next += 1
  }

  function level(index: number): Expression {
    if (index === levels.length) return unary()
    let left = level(index + 1)
    for (;;) {
      const operator = peek()
      if (!operator || operator.kind === 'text' || operator.kind === 'number') return left
      if (!levels[index]!.includes(operator.text)) return left
      next += 1
      left = { kind: 'binary', operator: operator.text, left, right: level(index + 1) }
    }
  }

  function unary(): Expression {
    if (!is('-')) return power()
    next += 1
    return { kind: 'negative', of: nested(unary) }
  }

  /** `-a ^ 2` is `-(a ^ 2)`. */
  function power(): Expression {
    const left = primary()
    if (!is('^')) return left
    next += 1
    return { kind: 'binary', operator: '^', left, right: nested(unary) }
  }

  function nested<Result>(read: () => Result): Result {
    depth += 1
    if (depth > deepest) throw new ExpressionError('The expression is nested too deeply')
    const result = read()
    depth -= 1
    return result
  }

  function primary(): Expression {
    const found = peek()
    if (is('(')) {
      next += 1
      const inner = nested(() => level(0))
      take(')')
      return inner
    }
    if (is('[')) {
      next += 1
      return { kind: 'list', items: nested(() => items(']')) }
    }
    if (!found || found.kind === 'sign') throw new ExpressionError(`Unexpected ${shown(found)}`)
    next += 1
    if (found.kind === 'number') return { kind: 'number', value: Number(found.text) }
    if (found.kind === 'text') return { kind: 'text', value: found.text.slice(1, -1) }
    if (!is('(')) return { kind: 'name', name: found.text }
    next += 1
    return { kind: 'call', name: found.text.toUpperCase(), arguments: nested(() => items(')')) }
  }

  function items(end: string): Expression[] {
    const list: Expression[] = []
    while (!is(end)) {
      if (list.length > 0) take(',')
      list.push(level(0))
    }
    next += 1
    return list
  }

  const whole = level(0)
  if (next < tokens.length) throw new ExpressionError(`Unexpected ${shown(peek())}`)
  return whole
}

const shown = (found: Token | undefined) =>
  found ? `'${found.text}'` : 'the end of the expression'

/** The names that an expression refers to. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'name':
      return [expression.name]
    case 'list':
      return expression.items.flatMap(namesIn)
    case 'call':
      return expression.arguments.flatMap(namesIn)
    case 'negative':
      return namesIn(expression.of)
    case 'binary':
      return [...namesIn(expression.left), ...namesIn(expression.right)]
    default:
      return []
  }
}

/** Whether a function is called somewhere in it. */
export function calls(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case 'list':
      return expression.items.some((item) => calls(item, name))
    case 'call':
      return (
        expression.name === name || expression.arguments.some((argument) => calls(argument, name))
      )
    case 'negative':
      return calls(expression.of, name)
    case 'binary':
      return calls(expression.left, name) || calls(expression.right, name)
    default:
      return false
  }
}
