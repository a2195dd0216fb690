import { numeric } from './number.ts'

export const NumericGreaterThan = numeric((order) => order > 0)
