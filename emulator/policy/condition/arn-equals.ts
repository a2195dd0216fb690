import { ArnLike } from './arn-like.ts'

/** "The ArnEquals and ArnLike condition operators behave identically." */
export const ArnEquals = ArnLike
