import { negated } from './operator.ts'
import { StringEqualsIgnoreCase } from './string-equals-ignore-case.ts'

export const StringNotEqualsIgnoreCase = negated(StringEqualsIgnoreCase)
