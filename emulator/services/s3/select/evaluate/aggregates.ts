import { cannotEvaluate } from '../errors.ts'
import type { Aggregate } from '../sql/syntax.ts'
import { calculate, compareNumbers, isNumeric, quotient, type Numeric } from '../values/numbers.ts'
import { isAbsent, type Value } from '../values/value.ts'

/** An aggregate under way. */
export interface Accumulator {
  add(value: Value): void
  result(): Value
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-aggregate.html
 *
 * NULL and MISSING are left out. Text is no number, as on AWS: a column of a CSV file needs a CAST.
 *
 * @throws AwsError (when adding) `ExternalEvalException` for what is no number, `IntegerOverflow`
 */
export const accumulators: Readonly<Record<Aggregate, () => Accumulator>> = {
  count() {
    let count = 0n
    return {
      add(value) {
        if (!isAbsent(value)) count += 1n
      },
      result: () => count,
    }
  },
  sum: () => folded((sum, value) => calculate('+', sum, value)),
  avg: () => folded((sum, value) => calculate('+', sum, value), quotient),
  min: () => folded((least, value) => (compareNumbers(value, least) < 0 ? value : least)),
  max: () => folded((most, value) => (compareNumbers(value, most) > 0 ? value : most)),
}

function folded(
  combine: (so: Numeric, value: Numeric) => Numeric,
  finish: (so: Numeric, count: number) => Numeric = (so) => so,
): Accumulator {
  let so: Numeric | undefined
  let count = 0
  return {
    add(value) {
      if (isAbsent(value)) return
      if (!isNumeric(value)) throw cannotEvaluate()
      so = so === undefined ? value : combine(so, value)
      count += 1
    },
    result: () => (so === undefined ? null : finish(so, count)),
  }
}
