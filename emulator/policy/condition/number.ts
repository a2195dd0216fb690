import type { ValueOperator } from './operator.ts'
import { never } from './operator.ts'

/** A number as exact text allows: sizes and counts may lie beyond 2^53. */
type Numeric = number | bigint

/**
 * A numeric operator: integers and decimals, without variables. What is no number matches nothing.
 *
 * @param holds whether the request's value, by its order against the policy's (below 0: less), matches
 */
export const numeric = (holds: (order: number) => boolean): ValueOperator => ({
  negated: false,
  compile(text) {
    const expected = parseNumber(text)
    if (expected === undefined) return never
    return (actual) => {
      const value = parseNumber(actual)
      return value !== undefined && holds(value < expected ? -1 : value > expected ? 1 : 0)
    }
  },
})

function parseNumber(text: string): Numeric | undefined {
  const trimmed = text.trim()
  if (/^[+-]?\d{1,15}$/.test(trimmed)) return Number(trimmed)
  if (/^[+-]?\d+$/.test(trimmed)) return BigInt(trimmed.replace(/^\+/, ''))
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(trimmed) ? Number(trimmed) : undefined
}
