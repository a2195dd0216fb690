import { dated } from './date.ts'

export const DateGreaterThan = dated((distance) => distance > 0)
