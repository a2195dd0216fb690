/** What formulas may name: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html */
export interface FormulaVariables {
  /** Bytes of the instance class. */
  readonly DBInstanceClassMemory: number
  readonly DBInstanceVCPU: number
  /** Bytes. */
  readonly AllocatedStorage: number
  readonly EndPointPort: number
  readonly ServerId?: number
  readonly TrueIfReplica?: number
  readonly PerformanceSchemaEnabled?: number
}

const token = /\s*([A-Za-z]\w*|\d+(?:\.\d+)?|[-+*/(){},])/y

export const isFormula = (value: string): boolean =>
  /^(?:\{|GREATEST\(|LEAST\(|SUM\()/.test(value) &&
  evaluateFormula(value, anyVariables) !== undefined

const anyVariables: FormulaVariables = {
  DBInstanceClassMemory: 2 ** 30,
  DBInstanceVCPU: 2,
  AllocatedStorage: 2 ** 30,
  EndPointPort: 5432,
}

/**
 * The value of a formula such as `LEAST({DBInstanceClassMemory/9531392},5000)`: whole numbers, rounded down.
 *
 * @returns undefined for what is no formula
 */
export function evaluateFormula(text: string, variables: FormulaVariables): number | undefined {
  const tokens = tokensOf(text)
  if (!tokens) return undefined
  let at = 0
  const take = (expected: string) => {
    if (tokens[at] !== expected) throw new SyntaxError(`${expected} expected`)
    at += 1
  }
  function sum(): number {
    let value = product()
    while (tokens![at] === '+' || tokens![at] === '-') {
      value += tokens![at++] === '+' ? product() : -product()
    }
    return value
  }
  function product(): number {
    let value = factor()
    while (tokens![at] === '*' || tokens![at] === '/') {
      value = tokens![at++] === '*' ? value * factor() : value / factor()
    }
    return value
  }
  function factor(): number {
    const next = tokens![at++]
    if (next === '-') return -factor()
    if (next === '{' || next === '(') {
      const value = sum()
      take(next === '{' ? '}' : ')')
      return next === '{' ? Math.floor(value) : value
    }
    if (next !== undefined && /^\d/.test(next)) return Number(next)
    return tokens![at] === '(' ? call(next) : variable(next)
  }
  function call(name: string | undefined): number {
    const compute = Object.hasOwn(functions, name ?? '') ? functions[name!] : undefined
    if (!compute) throw new SyntaxError(`no function ${name}`)
    take('(')
    const values = [sum()]
    while (tokens![at] === ',') {
      at += 1
      values.push(sum())
    }
    take(')')
    return compute(values)
  }
  function variable(name: string | undefined): number {
    const value = Object.hasOwn(variables, name ?? '')
      ? variables[name as keyof FormulaVariables]
      : undefined
    if (value === undefined) throw new SyntaxError(`no variable ${name}`)
    return value
  }
  try {
    const value = sum()
    return at === tokens.length ? Math.floor(value) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const functions: Readonly<Record<string, (values: readonly number[]) => number>> = {
  GREATEST: (values) => Math.max(...values),
  LEAST: (values) => Math.min(...values),
  SUM: (values) => values.reduce((total, value) => total + value, 0),
  log: ([value = 1]) => Math.log2(value),
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const match = token.exec(text)
    if (!match) return undefined
    tokens.push(match[1]!)
  }
  return tokens
}
