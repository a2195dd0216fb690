import { numeric } from './number.ts'

export const NumericEquals = numeric((order) => order === 0)
