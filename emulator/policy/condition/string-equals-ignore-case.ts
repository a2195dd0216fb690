import type { ValueOperator } from './operator.ts'
import { wholeText } from './text.ts'

export const StringEqualsIgnoreCase: ValueOperator = {
  negated: false,
  compile: (expected, grammar) =>
    wholeText(expected, grammar, (text, actual) => text.toLowerCase() === actual.toLowerCase()),
}
