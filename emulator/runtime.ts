import type { PresignedUrls } from './auth/presigned-urls.ts'
import type { Clock } from './clock/clock.ts'
import type { Scheduler } from './clock/scheduler.ts'
import type { EventHistory } from './events/history.ts'
import type { IdSource } from './ids.ts'
import type { Ports } from './ports.ts'
import type { Services } from './services/loader.ts'
import type { Store } from './store/store.ts'

/** What an emulator is made of; the pipeline leads requests through it. */
export interface Runtime {
  /** 12 digits: whose unknown keys and anonymous calls are. */
  readonly account: string
  /** Where calls that name no region are. */
  readonly region: string
  readonly strict: boolean
  readonly store: Store
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly history: EventHistory
  readonly ids: IdSource
  readonly ports: Ports
  readonly services: Services
  readonly presigned: PresignedUrls
}
