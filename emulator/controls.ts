import type { Readable } from 'node:stream'
import type { Controls } from './http/control-api.ts'
import type { Runtime } from './runtime.ts'
import { catalogue } from './services/catalogue.ts'
import { version } from './version.ts'

/** What the control API can do to a running emulator. */
export function controlsOf(
  runtime: Runtime,
  { dataDir, stop }: { readonly dataDir: string | undefined; readonly stop: () => void },
): Controls {
  const { clock, history, scheduler, store } = runtime
  const startedAt = performance.now()
  return {
    stop,
    health: () => ({
      status: 'ok',
      version,
      services: Object.fromEntries(catalogue.map(({ name }) => [name, 'available'])),
      account: runtime.account,
      region: runtime.region,
      pid: process.pid,
      dataDir: dataDir ?? null,
      uptimeSeconds: Math.round((performance.now() - startedAt) / 1000),
    }),
    clock() {
      const { count, next } = scheduler.waiting()
      return {
        now: iso(clock.now()),
        nowMs: clock.now(),
        offsetMs: clock.offset,
        timers: count,
        nextTimer: next === undefined ? null : iso(next),
      }
    },
    async advance(milliseconds) {
      const from = clock.now()
      const { now, fired } = await scheduler.advance(milliseconds)
      return { from: iso(from), to: iso(now), fired }
    },
    events: (filter) => ({ events: history.query(filter), latest: history.latest }),
    reset: () => runtime.reset(),
    save: () => store.save(),
    restore: (archive) => store.restore(archive as Readable),
  }
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
