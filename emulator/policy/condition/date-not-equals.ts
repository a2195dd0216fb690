import { negated } from './operator.ts'
import { DateEquals } from './date-equals.ts'

export const DateNotEquals = negated(DateEquals)
