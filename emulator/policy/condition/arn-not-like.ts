import { negated } from './operator.ts'
import { ArnLike } from './arn-like.ts'

export const ArnNotLike = negated(ArnLike)
