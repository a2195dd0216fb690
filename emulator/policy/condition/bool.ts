import type { ValueOperator } from './operator.ts'
import { never } from './operator.ts'
import { parseBoolean } from './boolean.ts'

export const Bool: ValueOperator = {
  negated: false,
  compile(text) {
    const expected = parseBoolean(text)
    return expected === undefined ? never : (actual) => parseBoolean(actual) === expected
  },
}
