import { numeric } from './number.ts'

export const NumericLessThan = numeric((order) => order < 0)
