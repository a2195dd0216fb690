import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { engineAccount } from '../account.ts'
import { endPredecessor } from '../predecessor.ts'
import type { StopMode } from '../engine.ts'
import { watch } from '../watchdog.ts'
import { readLog } from '../logs.ts'
import { pathsOf, timeZone, writeConfiguration, type ServerSettings } from './configuration.ts'
import type { Installation } from './installations.ts'
import { withSession, type Access, type Session } from './session.ts'
import { dirname, join } from 'node:path'

/** How long recovery may take, in ms. */
const longestStart = 600_000

/** One MariaDB server: one process over one data directory. */
export class MariadbServer {
  readonly directory: string
  readonly installation: Installation
  #settings: ServerSettings
  #child: ChildProcess | undefined
  #stopping = false
  #errors = ''
  /** Another one whenever it is started. */
  #password = ''
  /** Hears of an end that nobody asked for. */
  onCrash: () => void

  constructor(
    installation: Installation,
    directory: string,
    settings: ServerSettings,
    onCrash: () => void = () => undefined,
  ) {
    this.installation = installation
    this.directory = directory
    this.#settings = settings
    this.onCrash = onCrash
  }

  get settings(): ServerSettings {
    return this.#settings
  }

  /** Settings that count with the next start, besides what is set by `query`. */
  async configure(settings: ServerSettings): Promise<void> {
    this.#settings = settings
    await writeConfiguration(this.directory, settings, this.#password)
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** The path that clients' bytes are handed on to. */
  get socketPath(): string {
    return pathsOf(this.directory, this.#settings).socket
  }

  /** What the administrator's programs are told by `--defaults-file`. */
  get clientFile(): string {
    return pathsOf(this.directory, this.#settings).client
  }

  session<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return withSession(this.#access(), work)
  }

  #access(): Access {
    return { socket: this.socketPath, password: this.#password }
  }

  /**
   * Starts it, and waits until it answers: recovery comes first after a crash.
   *
   * @throws Error with what the server wrote, where it ends instead
   */
  async start(): Promise<void> {
    if (this.#child) return
    const { pid, configuration, socket } = pathsOf(this.directory, this.#settings)
    await endPredecessor(pid, this.directory)
    await rm(socket, { force: true })
    await rm(`${socket}.lock`, { force: true })
    this.#password = randomBytes(18).toString('base64url')
    await writeConfiguration(this.directory, this.#settings, this.#password)
    this.#stopping = false
    this.#errors = ''
    const child = spawn(this.installation.server, [`--defaults-file=${configuration}`], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        LC_ALL: 'C.UTF-8',
        TZ: timeZone(this.#settings),
        MALLOC_ARENA_MAX: '1',
      },
      ...engineAccount(),
    })
    child.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4000)
    })
    this.#child = child
    child.once('error', (error) => (this.#errors += error.message))
    const forget = child.pid === undefined ? () => undefined : watch(child.pid)
    // The emulator may end while databases run: they are stopped on the way, or by the watchdog.
    child.unref()
    ;(child.stderr as { unref?: () => void }).unref?.()
    let isReady = false
    child.once('close', () => {
      forget()
      if (this.#child === child) this.#child = undefined
      if (isReady && !this.#stopping) this.onCrash()
    })
    isReady = await this.#answers(child)
    if (!isReady) throw new Error(`MariaDB did not start: ${await this.#lastWords()}`)
  }

  async #answers(child: ChildProcess): Promise<boolean> {
    const end = performance.now() + longestStart
    for (let wait = 5; performance.now() < end; wait = Math.min(wait * 1.5, 50)) {
      await delay(wait)
      if (this.#child !== child) return false
      const isThere = await this.session(async ({ query }) => query('SELECT 1')).catch(
        () => undefined,
      )
      if (isThere) return true
    }
    return false
  }

  async #lastWords(): Promise<string> {
    const { errorLog } = pathsOf(this.directory, this.#settings)
    const log = await readFile(errorLog, 'utf8').catch(() => '')
    const errors = log.split('\n').filter((line) => line.includes('[ERROR]'))
    const said = errors.slice(-5).join('\n') || (await this.#endOf(errorLog))
    return `${said}\n${this.#errors.trim()}`.trim() || 'it said nothing'
  }

  async #endOf(path: string): Promise<string> {
    const bytes = await readLog(dirname(path), path.slice(dirname(path).length + 1), 0, 4000)
    return bytes?.toString() ?? ''
  }

  /** Stops it, and waits until it has ended. One that does not end is killed after some time. */
  async stop(mode: StopMode = 'fast'): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#stopping = true
    const ended = once(child, 'close')
    child.kill(mode === 'fast' ? 'SIGTERM' : 'SIGKILL')
    const last = setTimeout(() => child.kill('SIGKILL'), 25_000)
    if (this.#child === child) await ended
    clearTimeout(last)
    await rm(join(this.#settings.sockets, 'client.cnf'), { force: true })
  }
}
