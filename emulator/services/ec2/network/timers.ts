import { natTimers } from './nat-timers.ts'

/** What the network's parts do by themselves. */
export const networkTimers = { ...natTimers }
