import type { TimerCall } from '../../../clock/timers.ts'
import { peeringConnections, updatePeering } from '../rows/vpc-peering.ts'

export const peeringTimers = {
  /** A request that nobody has accepted for a week. */
  'vpc-peering-expired'({ peeringId }: { readonly peeringId: string }, call: TimerCall): void {
    const row = peeringConnections.find(peeringId, call)
    if (row?.status_code !== 'pending-acceptance') return
    updatePeering(call, row, { status_code: 'expired', status_message: 'Expired' })
  },
}
