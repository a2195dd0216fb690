import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { controlsOf } from './controls.ts'
import type { EventFilter, RecordedEvent } from './events/call-event.ts'
import { makeFaults, type Fault, type FaultRule } from './faults.ts'
import type { ReachQuestion } from './http/control-api.ts'
import { controlApi, type ControlParts } from './http/control-api.ts'
import type { HttpRequest } from './http/request.ts'
import { httpServer } from './http/server.ts'
import type { WireResponse } from './protocol/codec.ts'
import type { answer } from './pipeline.ts'
import { makeRuntime, type Runtime } from './runtime.ts'
import { openStore, type Store } from './store/store.ts'
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
  /**
   * A folder: endpoints of databases are sockets in it, called by their ports (`5432.sock`), instead of ports of this machine. For many
   * emulators side by side that lead somebody to their databases themselves, as grading does.
   */
  readonly databaseSockets?: string
  /** What of the control API under `/_pocketcloud/` is served over HTTP; all of it by default. */
  readonly control?: ControlParts
}

export interface Emulator {
  /** `http://127.0.0.1:4566`: the endpoint for clients. */
  readonly url: string
  readonly port: number
  /** The default account and region. */
  readonly account: string
  readonly region: string
  /** Calls in the order they were made: the first ones after `afterSequence`, or else the last ones. */
  events(filter?: EventFilter): readonly RecordedEvent[]
  /**
   * Makes calls go wrong, or take time, until the rule is used up or taken away: what one's own program does when AWS
   * throttles it or a connection breaks.
   */
  fault(rule: FaultRule): Fault
  /** Virtual time in ms since the epoch. */
  now(): number
  /** Lets virtual time go on by `milliseconds`; everything due on the way happens. @throws RangeError for less than 0 */
  advance(milliseconds: number): Promise<void>
  /** Whether traffic passes from one thing to another in the default account, by which way, and what stops it. */
  reach(question: ReachQuestion): Promise<Record<string, unknown>>
  /** The whole state as one tar archive. */
  save(): Readable
  /** Replaces the state by a saved one. @throws Error when the archive is no good; the state is untouched then */
  restore(archive: Readable): Promise<void>
  /** An empty cloud again, as at the first start. */
  reset(): void
  /** Ends connections and lets go of the data directory. */
  close(): Promise<void>
}

/**
 * Starts an emulator; it answers when the promise resolves.
 *
 * @throws Error when the port is taken (code EADDRINUSE) or another process uses the data directory
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { dataDir, ephemeral } = options
  const kept = ephemeral || dataDir === undefined ? {} : { dataDir }
  const store = openStore({ ...kept, productVersion: version })
  try {
    return await start(options, store)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function start(options: EmulatorOptions, store: Store): Promise<Emulator> {
  const { port = 4566, host = '127.0.0.1', dataDir, ephemeral } = options
  const isKept = !ephemeral && dataDir !== undefined
  const forDatabases = options.databaseSockets ?? host
  const runtime = await makeRuntime({ ...options, host: forDatabases, isKept }, store)
  const faults = makeFaults()
  const controls = controlsOf(runtime, {
    dataDir: ephemeral ? undefined : dataDir,
    stop: () => void close(),
  })
  const server = httpServer(
    answerLater({ ...runtime, faults }),
    controlApi(controls, options.control),
  )
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeInOrder())
  async function closeInOrder(): Promise<void> {
    runtime.scheduler.stop()
    runtime.metrics.close()
    await runtime.endpoints.close()
    await runtime.databases.close()
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    runtime.history.close()
    await store.close()
  }
  await resumeEndpoints(runtime)
  server.listen(port, host)
  await once(server, 'listening')
  runtime.scheduler.start()
  runtime.metrics.start()
  sweepLater(runtime)
  resumeDatabases(runtime)
  const { port: listening } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}`,
    port: listening,
    account: runtime.account,
    region: runtime.region,
    events: (filter) => runtime.history.query(filter),
    fault: (rule) => faults.add(rule),
    now: () => runtime.clock.now(),
    advance: async (milliseconds) => void (await runtime.scheduler.advance(milliseconds)),
    reach: (question) => controls.reach(question),
    save: () => store.save(),
    restore: (archive) => store.restore(archive),
    reset() {
      faults.clear()
      runtime.reset()
    },
    close,
  }
}

/**
 * The pipeline with the codecs, signatures and policies is half of the code: it is loaded when the server listens already, and what comes
 * meanwhile waits for it.
 */
function answerLater(runtime: Runtime): (request: HttpRequest) => Promise<WireResponse> {
  let loaded: { readonly answer: typeof answer } | undefined
  const load = async () => (loaded ??= await import('./pipeline.ts'))
  // Soon after the ready line, so that the first call does not wait either.
  setTimeout(() => void load(), 100).unref()
  return async (request) => (loaded ?? (await load())).answer(request, runtime)
}

/** What a crash left behind is no reason to start later. */
function sweepLater({ store }: Runtime): void {
  store.sweep().catch((error: unknown) => process.emitWarning(String(error)))
}

/** Databases that were running come back while calls are answered already. */
function resumeDatabases({ databases }: Runtime): void {
  databases.resume().catch((error: unknown) => process.emitWarning(String(error)))
}

/** Who asked for an instance's metadata before finds it there when calls are answered; where it fails, the cloud is still of use. */
async function resumeEndpoints({ endpoints }: Runtime): Promise<void> {
  await endpoints.resume().catch((error: unknown) => process.emitWarning(String(error)))
}
