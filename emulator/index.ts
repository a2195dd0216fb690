import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { once } from 'node:events'
import { presignedUrls } from './auth/presigned-urls.ts'
import { Clock } from './clock/clock.ts'
import { Scheduler } from './clock/scheduler.ts'
import { EventHistory } from './events/history.ts'
import { controlApi, type Controls } from './http/control-api.ts'
import { httpServer } from './http/server.ts'
import { idSource } from './ids.ts'
import { answer } from './pipeline.ts'
import type { Ports } from './ports.ts'
import type { Runtime } from './runtime.ts'
import { catalogue } from './services/catalogue.ts'
import { identities } from './services/iam/identities.ts'
import { seedIdentities } from './services/iam/first-state.ts'
import { serviceLoader } from './services/loader.ts'
import { openStore } from './store/store.ts'
import { readMeta, writeMeta } from './store/meta.ts'
import { version } from './version.ts'

export interface EmulatorOptions {
  /** 4566 by default; 0 takes a free one. */
  readonly port?: number
  /** The address to listen on; 127.0.0.1 by default, so that nobody else on the network can use it. */
  readonly host?: string
  /** Where the state is kept. Without it, as with `ephemeral`, it is gone when the emulator closes. */
  readonly dataDir?: string
  readonly ephemeral?: boolean
  /** Refuses access keys that the emulator did not issue, as AWS does. */
  readonly strict?: boolean
  /** Makes ids and secrets the same in every run with the same calls. */
  readonly seed?: string
  /** The default account, 12 digits. */
  readonly account?: string
}

export interface Emulator {
  /** `http://127.0.0.1:4566`: the endpoint for clients. */
  readonly url: string
  readonly port: number
  /** Virtual time in ms since the epoch. */
  now(): number
  /** Lets virtual time go on by `milliseconds`; everything due on the way happens. */
  advance(milliseconds: number): Promise<void>
  /** The whole state as one tar archive. */
  save(): Readable
  /** Replaces the state by a saved one. @throws Error when the archive is no good; the state is untouched then */
  restore(archive: Readable): Promise<void>
  /** An empty cloud again, as at the first start. */
  reset(): void
  /** Ends connections and lets go of the data directory. */
  close(): Promise<void>
}

const defaultAccount = '123456789012'
const defaultRegion = 'us-east-1'

/**
 * Starts an emulator; it answers when the promise resolves.
 *
 * @throws Error when the port is taken (code EADDRINUSE) or another process uses the data directory
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 4566, host = '127.0.0.1', dataDir, ephemeral, account = defaultAccount } = options
  if (!/^\d{12}$/.test(account)) throw new RangeError(`an account has 12 digits, not "${account}"`)
  const kept = ephemeral ? undefined : dataDir
  const store = openStore({
    ...(kept === undefined ? {} : { dataDir: kept }),
    productVersion: version,
  })
  for (const { name } of catalogue) {
    store.migrate(name, new URL(`./services/${name}/migrations/`, import.meta.url))
  }
  const runtime = makeRuntime(options, account, store)
  const firstState = () =>
    seedIdentities(store.db, { account, now: runtime.clock.now(), ids: runtime.ids })
  store.db.transaction(firstState)
  for (const name of runtime.scheduler.servicesWithTimers()) {
    await runtime.services.loadOperations(name)
  }

  const startedAt = performance.now()
  const controls: Controls = {
    health: () => ({
      status: 'ok',
      version,
      services: Object.fromEntries(catalogue.map(({ name }) => [name, 'available'])),
      account,
      region: runtime.region,
      pid: process.pid,
      dataDir: kept ?? null,
      uptimeSeconds: Math.round((performance.now() - startedAt) / 1000),
    }),
    clock: () => clockFacts(runtime),
    advance: async (milliseconds) => {
      const from = runtime.clock.now()
      const { now, fired } = await runtime.scheduler.advance(milliseconds)
      return { from: iso(from), to: iso(now), fired }
    },
    events: (filter) => {
      const events = runtime.history.query(filter)
      return { events, latest: runtime.history.latest }
    },
    reset: () => store.reset(firstState),
    save: () => store.save(),
    restore: (archive) => store.restore(archive as Readable),
    stop: () => process.kill(process.pid, 'SIGTERM'),
  }
  const server = httpServer((request) => answer(request, runtime), controlApi(controls))
  const close = async () => {
    runtime.scheduler.stop()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    runtime.history.close()
    await store.close()
  }
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    await store.close()
    throw error
  }
  runtime.scheduler.start()
  void store.sweep().catch((error: unknown) => process.emitWarning(String(error)))
  const { port: listening } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    now: () => runtime.clock.now(),
    advance: async (milliseconds) => void (await runtime.scheduler.advance(milliseconds)),
    save: () => store.save(),
    restore: (archive) => store.restore(archive),
    reset: () => store.reset(firstState),
    close,
  }
}

/** Wires the parts together; here, and only here, one service's port meets another's implementation. */
function makeRuntime(options: EmulatorOptions, account: string, store: Runtime['store']): Runtime {
  const clock = new Clock(store)
  const services = serviceLoader()
  const ports: Ports = { identities }
  const ids = idSource(options.seed === undefined ? undefined : runSeed(options.seed, store))
  const scheduler: Scheduler = new Scheduler({
    store,
    clock,
    handlerFor: (service, kind) => services.operationsOf(service)?.timers[kind],
    callFor: ({ service, account, region }, now) => ({
      service,
      account,
      region,
      now,
      db: store.db,
      timers: scheduler.forService(service, account, region),
      ids,
      ports,
      objects: store.objects,
    }),
  })
  return {
    account,
    region: defaultRegion,
    strict: options.strict === true,
    store,
    clock,
    scheduler,
    history: new EventHistory(store),
    ids,
    ports,
    services,
    presigned: presignedUrls(() => clock.wallNow()),
  }
}

/** A second start on the same state must not give out the first one's ids again. */
function runSeed(seed: string, { db }: Runtime['store']): string {
  const starts = Number(readMeta(db, 'seeded-starts') ?? 0)
  writeMeta(db, 'seeded-starts', String(starts + 1))
  return `${seed}/${starts}`
}

function clockFacts({ clock, scheduler }: Runtime): Record<string, unknown> {
  const now = clock.now()
  const { count, next } = scheduler.waiting()
  return {
    now: iso(now),
    nowMs: now,
    offsetMs: clock.offset,
    timers: count,
    nextTimer: next === undefined ? null : iso(next),
  }
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
