import { numeric } from './number.ts'

export const NumericGreaterThanEquals = numeric((order) => order >= 0)
