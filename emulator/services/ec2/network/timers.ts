import { natTimers } from './nat-timers.ts'
import { peeringTimers } from './peering-timers.ts'

/** What the network's parts do by themselves. */
export const networkTimers = { ...natTimers, ...peeringTimers }
