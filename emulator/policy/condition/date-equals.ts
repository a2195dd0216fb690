import { dated } from './date.ts'

export const DateEquals = dated((distance) => distance === 0)
