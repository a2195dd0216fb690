import { dated } from './date.ts'

export const DateLessThanEquals = dated((distance) => distance <= 0)
