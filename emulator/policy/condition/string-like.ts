import type { ValueOperator } from './operator.ts'
import { compileGlob } from '../glob.ts'
import { isResolved, parseTemplate, resolveTemplate } from '../template.ts'

/** Case-sensitive, with `*` and `?` anywhere. What a variable brings in is literal. */
export const StringLike: ValueOperator = {
  negated: false,
  compile(expected, { variables }) {
    const parts = parseTemplate(expected, { variables, wildcards: true })
    if (isResolved(parts)) return compileGlob(parts)
    return (actual, context) => {
      const resolved = resolveTemplate(parts, context)
      return resolved !== undefined && compileGlob(resolved)(actual)
    }
  },
}
