import { invalidParameterValue } from '../errors.ts'
import type { Parameter } from './catalogue.ts'
import { isFormula } from './formulas.ts'

/** @throws InvalidParameterValue for what the parameter does not take */
export function checkValue({ name, type, allowed }: Parameter, value: string): void {
  if (allowed === undefined || isAllowed(type, allowed, value)) return
  throw invalidParameterValue(
    `Invalid parameter value: ${value} for: ${name} allowed values are: ${allowed}`,
  )
}

function isAllowed(type: string, allowed: string, value: string): boolean {
  const isNumber = type === 'integer' || type === 'float'
  if (isNumber && isFormula(value)) return true
  const range = isNumber && /^(-?[\d.]+)-(-?[\d.e+]+)$/.exec(allowed)
  if (range) {
    const form = type === 'integer' ? /^-?\d+$/ : /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i
    return (
      form.test(value) && Number(value) >= Number(range[1]) && Number(value) <= Number(range[2])
    )
  }
  const values = allowed.split(',')
  if (type === 'list') {
    return value === '' || value.split(',').every((one) => values.includes(one.trim()))
  }
  // A value that itself has commas, as some prefixes of log lines do.
  return values.includes(value) || allowed.split(/,(?=%)/).includes(value)
}
