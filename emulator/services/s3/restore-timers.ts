/** The kinds of the timers, and what they carry. */
export const restoredTimer = 'restored'
export const restoreExpiryTimer = 'restore-expiry'

export interface RestorePayload {
  readonly version: number
  /** When the restore was to be ready, or the copy to expire: of a later request's timer, if it is another. */
  readonly at: number
}
