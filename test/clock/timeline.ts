import { Clock } from '../../emulator/clock/clock.ts'
import { Scheduler } from '../../emulator/clock/scheduler.ts'
import type { TimerCall, TimerHandler } from '../../emulator/clock/timers.ts'
import { idSource } from '../../emulator/ids.ts'
import type { Store } from '../../emulator/store/store.ts'

export const day = 24 * 60 * 60 * 1000
/** Where the wall clock of these tests stands until they move it. */
export const start = Date.UTC(2030, 0, 1)

/** A store's clock and scheduler, with handlers of a service `tea` and a wall clock that stands still. */
export function timeline(store: Store, handlers: Record<string, TimerHandler>) {
  const wall = { time: start }
  const failures: string[] = []
  const clock = new Clock(store, () => wall.time)
  const scheduler: Scheduler = new Scheduler({
    store,
    clock,
    handlerFor: (service, kind) => (service === 'tea' ? handlers[kind] : undefined),
    callFor: (owner, now): TimerCall => ({
      ...owner,
      now,
      db: store.db,
      timers: scheduler.forService(owner.service, owner.account, owner.region),
      ids: idSource('timers'),
      objects: store.objects,
      // These handlers need nothing of another service.
      ports: {} as TimerCall['ports'],
    }),
    onFailure: (timer, error) => failures.push(`${timer.kind}: ${(error as Error).message}`),
  })
  const timers = scheduler.forService('tea', '111111111111', 'eu-west-1')
  return { wall, clock, scheduler, timers, failures }
}
