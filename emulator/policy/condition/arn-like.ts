import type { ValueOperator } from './operator.ts'
import { compileArn } from '../arn-pattern.ts'

export const ArnLike: ValueOperator = { negated: false, compile: compileArn }
