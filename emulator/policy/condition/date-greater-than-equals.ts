import { dated } from './date.ts'

export const DateGreaterThanEquals = dated((distance) => distance >= 0)
