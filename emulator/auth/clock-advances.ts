/** A moment of real time at which the virtual clock was moved, and its offset from then on; both in ms. */
export interface ClockAdvance {
  readonly wallTime: number
  readonly offset: number
}

/**
 * The virtual time that it was at a moment of real time.
 *
 * @param advances in the order they happened; before the first, virtual time was real time
 */
export function virtualTimeAt(advances: readonly ClockAdvance[], wallTime: number): number {
  const last = advances.findLast((advance) => advance.wallTime <= wallTime)
  return wallTime + (last?.offset ?? 0)
}
