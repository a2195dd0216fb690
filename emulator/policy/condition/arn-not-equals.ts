import { negated } from './operator.ts'
import { ArnEquals } from './arn-equals.ts'

export const ArnNotEquals = negated(ArnEquals)
