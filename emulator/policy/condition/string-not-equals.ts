import { negated } from './operator.ts'
import { StringEquals } from './string-equals.ts'

export const StringNotEquals = negated(StringEquals)
