import { dated } from './date.ts'

export const DateLessThan = dated((distance) => distance < 0)
