import { negated } from './operator.ts'
import { StringLike } from './string-like.ts'

export const StringNotLike = negated(StringLike)
