import type { Grammar, ValueTest } from './operator.ts'
import { isResolved, parseTemplate, resolveTemplate, textOf } from '../template.ts'

/** The texts that the string operators compare whole: wildcards are plain characters, variables are filled. */
export function wholeText(
  expected: string,
  { variables }: Grammar,
  equal: (expected: string, actual: string) => boolean,
): ValueTest {
  const parts = parseTemplate(expected, { variables, wildcards: false })
  if (isResolved(parts)) {
    const text = textOf(parts)
    return (actual) => equal(text, actual)
  }
  return (actual, context) => {
    const text = resolveTemplate(parts, context)
    return text !== undefined && equal(textOf(text), actual)
  }
}
