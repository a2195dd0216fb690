import type { TimerHandler } from '../../clock/timers.ts'
import { runLifecycle } from './lifecycle/run.ts'
import { runTimer } from './lifecycle/schedule.ts'
import { deliverAccessLog, logTimer } from './logging/deliver.ts'
import { replicateVersion } from './replication/replicate.ts'
import { replicationTimer } from './replication/schedule.ts'
import { endRestore, finishRestore } from './restores.ts'
import { restoredTimer, restoreExpiryTimer } from './restore-timers.ts'

/** What S3 does by itself. */
export const timers: Readonly<Record<string, TimerHandler>> = {
  [runTimer]: runLifecycle,
  [logTimer]: deliverAccessLog,
  [replicationTimer]: replicateVersion,
  [restoredTimer]: finishRestore,
  [restoreExpiryTimer]: endRestore,
}
