import { negated } from './operator.ts'
import { NumericEquals } from './numeric-equals.ts'

export const NumericNotEquals = negated(NumericEquals)
