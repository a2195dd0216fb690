import { runInNewContext } from 'node:vm'

/** Milliseconds of the processor that a pattern may take. */
const longest = 250

/**
 * Tests values by a pattern that came with a request: `^(a+)+$` would keep the whole emulator busy for ever on some values,
 * so that it is given up after a while.
 */
export function verdictOf(
  pattern: string,
  values: readonly string[],
): 'match' | 'mismatch' | 'no pattern' {
  try {
    // oxlint-disable-next-line no-new
    new RegExp(pattern)
  } catch {
    return 'no pattern'
  }
  try {
    const matches = runInNewContext(
      'values.every((one) => new RegExp(pattern).test(one))',
      { pattern, values: [...values] },
      { timeout: longest },
    ) as boolean
    return matches ? 'match' : 'mismatch'
  } catch {
    return 'mismatch'
  }
}
