import { NumericValue } from '@smithy/core/serde'

const integer = /^[+-]?\d+$/
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const special = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])

/** No AWS number is longer; a longer text is refused before BigInt spends time on it. */
const longestNumber = 1000

/**
 * Reads a number without loss: an integer that no number holds exactly becomes a bigint. The SDK's schemas call
 * every integer, long and double just "numeric", so that nothing else can tell which are which.
 *
 * @returns undefined when the text is no number
 */
export function parseNumber(text: string): number | bigint | undefined {
  if (text.length > longestNumber) return undefined
  if (integer.test(text)) {
    const value = Number(text)
    if (Number.isSafeInteger(value)) return value
    const exact = BigInt(text.replace(/^\+/, ''))
    // A double that a client wrote without an exponent reads the same as a number, and stays one.
    return String(value) === String(exact) ? value : exact
  }
  return decimal.test(text) ? Number(text) : special.get(text)
}

/**
 * Reads an integer that a number holds exactly: no AWS input that is not of any precision needs a longer one.
 *
 * @returns undefined when the text is none
 */
export function parseWhole(text: string): number | undefined {
  const value = integer.test(text) ? Number(text) : undefined
  return Number.isSafeInteger(value) ? value : undefined
}

/** @returns undefined when the text is no number, or none that is counted with */
export function parseFinite(text: string): number | undefined {
  const value = parseNumber(text)
  return value === undefined || !Number.isFinite(Number(value)) ? undefined : Number(value)
}

/** @returns undefined when the text is no integer */
export const parseBigInteger = (text: string): bigint | undefined =>
  text.length <= longestNumber && integer.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined

/** The SDK's type for decimals of any precision. @returns undefined when the text is no number */
export const parseBigDecimal = (text: string): NumericValue | undefined =>
  text.length <= longestNumber && decimal.test(text)
    ? new NumericValue(text, 'bigDecimal')
    : undefined

/** A number, bigint or NumericValue as text, exactly. */
export const numberText = (value: unknown): string =>
  value instanceof NumericValue ? value.string : String(value)
