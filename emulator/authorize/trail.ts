import type { Refusal } from './denied.ts'

/** What was decided on a call's way, for the event history. */
export interface Trail {
  /** The permissions that the call was granted. */
  readonly granted: { readonly action: string; readonly resource: string }[]
  /** What was refused: the call itself, or a part of it that the answer tells apart (one key of DeleteObjects). */
  readonly refused: Refusal[]
  /** What would have been refused, had audit not let it pass. */
  readonly letPass: Refusal[]
}

export const newTrail = (): Trail => ({ granted: [], refused: [], letPass: [] })
