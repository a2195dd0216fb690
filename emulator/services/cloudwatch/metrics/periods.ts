import type { AwsError } from '../../../errors.ts'

/** Shorter than a minute, for metrics of high resolution; in seconds. */
const short = [1, 5, 10, 20, 30]
const day = 24 * 3600

/**
 * A period is a multiple of a minute, or one of the short ones.
 *
 * @param period in seconds
 * @param refuse makes the error of the operation that asks
 */
export function checkPeriod(
  period: number,
  path: string,
  refuse: (message: string) => AwsError,
): void {
  if (!short.includes(period) && (period < 60 || period % 60 !== 0)) {
    throw refuse(
      `The parameter ${path} must be a value in the set [ ${short.join(', ')} ] or a multiple of 60.`,
    )
  }
  if (period > day) throw refuse(`The parameter ${path} must be less than or equal to ${day}.`)
}
