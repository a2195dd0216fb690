import type { TimerHandler } from '../../../clock/timers.ts'
import { natTimers } from './nat-timers.ts'
import { recordedTimers } from '../recorded/states.ts'
import { peeringTimers } from './peering-timers.ts'

/** What the network's parts do by themselves. */
export const networkTimers: Readonly<Record<string, TimerHandler>> = {
  ...natTimers,
  ...peeringTimers,
  ...recordedTimers,
}
