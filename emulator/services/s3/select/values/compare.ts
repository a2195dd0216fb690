import { cannotEvaluate } from '../errors.ts'
import { compareNumbers, evaluated, isNumeric } from './numbers.ts'
import { compareTimestamps, Timestamp } from './timestamp.ts'
import { isList, isStruct, type Value } from './value.ts'

/** Values of different types are not equal; nothing is converted. */
export function areEqual(left: Value, right: Value): boolean {
  const [a, b] = [evaluated(left), evaluated(right)]
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b) === 0
  if (a instanceof Timestamp && b instanceof Timestamp) return compareTimestamps(a, b) === 0
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => areEqual(item, b[index]))
  }
  if (isStruct(a) && isStruct(b)) {
    return (
      a.size === b.size &&
      [...a].every(([name, item]) => b.has(name) && areEqual(item, b.get(name)))
    )
  }
  return a === b
}

/**
 * Negative, zero or positive, for values that have an order.
 *
 * @throws AwsError `ExternalEvalException` for values of different types: AWS converts nothing without CAST
 */
export function order(a: Value, b: Value): number {
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (a instanceof Timestamp && b instanceof Timestamp) return compareTimestamps(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  throw cannotEvaluate()
}

/** By code points: UTF-16 would put what is beyond U+FFFF before U+E000. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) return a.codePointAt(i)! < b.codePointAt(i)! ? -1 : 1
  }
  return a.length - b.length
}
