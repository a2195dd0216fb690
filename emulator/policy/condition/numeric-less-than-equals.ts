import { numeric } from './number.ts'

export const NumericLessThanEquals = numeric((order) => order <= 0)
