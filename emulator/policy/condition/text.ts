import type { Grammar, ValueTest } from './operator.ts'
import { filled, parseTemplate, textOf } from '../template.ts'

/** The texts that the string operators compare whole: wildcards are plain characters, variables are filled. */
export function wholeText(
  expected: string,
  { variables }: Grammar,
  equal: (expected: string, actual: string) => boolean,
): ValueTest {
  const textFor = filled(parseTemplate(expected, { variables, wildcards: false }), textOf)
  return (actual, context) => {
    const text = textFor(context)
    return text !== undefined && equal(text, actual)
  }
}
