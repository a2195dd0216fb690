import type { ValueOperator } from './operator.ts'
import { compileGlob } from '../glob.ts'
import { filled, parseTemplate } from '../template.ts'

/** Case-sensitive, with `*` and `?` anywhere. What a variable brings in is literal. */
export const StringLike: ValueOperator = {
  negated: false,
  compile(expected, { variables }) {
    const test = filled(parseTemplate(expected, { variables, wildcards: true }), compileGlob)
    return (actual, context) => test(context)?.(actual) ?? false
  },
}
