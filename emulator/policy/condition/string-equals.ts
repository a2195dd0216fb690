import type { ValueOperator } from './operator.ts'
import { wholeText } from './text.ts'

/** Exact and case-sensitive; `*` and `?` are plain characters. */
export const StringEquals: ValueOperator = {
  negated: false,
  compile: (expected, grammar) => wholeText(expected, grammar, (text, actual) => text === actual),
}
