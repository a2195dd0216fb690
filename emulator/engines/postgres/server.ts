import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClientConfig } from 'pg'
import { engineAccount } from '../account.ts'
import type { StopMode } from '../engine.ts'
import { endPredecessor } from '../predecessor.ts'
import { watch } from '../watchdog.ts'
import { writeConfiguration, writeTokenUsers, type ServerSettings } from './configuration.ts'
import type { Installation } from './installations.ts'
import { superuser } from './template.ts'

/** How long recovery may take: reading days of a log again. In ms. */
const longestStart = 600_000

/** One PostgreSQL server: one postmaster over one data directory. */
export class PostgresServer {
  readonly directory: string
  readonly installation: Installation
  #settings: ServerSettings
  #child: ChildProcess | undefined
  #stopping = false
  readonly #tokenUsers = new Set<string>()
  #errors = ''
  /** Hears of an end that nobody asked for. */
  onCrash: (why: string) => void

  constructor(
    installation: Installation,
    directory: string,
    settings: ServerSettings,
    onCrash: (why: string) => void = () => undefined,
  ) {
    this.installation = installation
    this.directory = directory
    this.#settings = settings
    this.onCrash = onCrash
  }

  get settings(): ServerSettings {
    return this.#settings
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** The path that clients' bytes are handed on to. */
  get socketPath(): string {
    return join(this.#settings.sockets, '.s.PGSQL.5432')
  }

  /**
   * Starts it, and waits until it answers: recovery comes first after a crash or for a restore.
   *
   * @throws Error with what the server wrote, where it ends instead
   */
  async start(): Promise<void> {
    if (this.#child) return
    await endPredecessor(join(this.directory, 'postmaster.pid'), this.directory)
    await writeConfiguration(this.directory, this.#settings)
    this.#stopping = false
    this.#errors = ''
    this.#tokenUsers.clear()
    const { bin, lib } = this.installation
    const child = spawn(join(bin, 'postgres'), ['-D', this.directory], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        LC_ALL: 'C.UTF-8',
        ...(lib !== undefined && { LD_LIBRARY_PATH: lib }),
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
      if (isReady && !this.#stopping) this.onCrash(this.#errors.trim())
    })
    isReady = await this.#answers(child)
    if (!isReady) {
      throw new Error(`PostgreSQL did not start: ${await this.#lastWords()}`)
    }
  }

  /** Its own file says when it answers: the eighth line is `ready`, or `standby` for one that follows. */
  async #answers(child: ChildProcess): Promise<boolean> {
    const end = performance.now() + longestStart
    const wants = this.#settings.follows ? ['ready', 'standby'] : ['ready']
    for (let wait = 5; performance.now() < end; wait = Math.min(wait * 1.5, 50)) {
      await delay(wait)
      if (this.#child !== child) return false
      const [pid, , , , , , , status = ''] = await linesOf(join(this.directory, 'postmaster.pid'))
      if (Number(pid) === child.pid && wants.includes(status.trim())) return true
    }
    return false
  }

  async #lastWords(): Promise<string> {
    const said = this.#errors.trim()
    const { newestLog } = await import('../logs.ts')
    const log = await newestLog(this.#settings.logs)
    return `${log ? log.slice(-2000) : ''}\n${said}`.trim() || 'it said nothing'
  }

  /** Stops it, and waits until it has ended. A database that does not end is killed after some time. */
  async stop(mode: StopMode = 'fast'): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#stopping = true
    const ended = once(child, 'close')
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    const impatience = setTimeout(() => child.kill('SIGQUIT'), 15_000)
    const last = setTimeout(() => child.kill('SIGKILL'), 25_000)
    if (this.#child === child) await ended
    clearTimeout(impatience)
    clearTimeout(last)
  }

  /** Gives it other settings; those that need no restart count at once. */
  async configure(settings: ServerSettings): Promise<void> {
    this.#settings = settings
    await writeConfiguration(this.directory, settings)
    await writeTokenUsers(this.directory, [...this.#tokenUsers])
    this.#child?.kill('SIGHUP')
  }

  trusts(user: string): boolean {
    return this.#tokenUsers.has(user)
  }

  /**
   * Lets a user in without a password, who has shown a token instead, or not any more.
   *
   * @param whenLoaded resolves when the server has read its rules again
   */
  async trust(user: string, on: boolean, whenLoaded: () => Promise<void>): Promise<void> {
    if (this.#tokenUsers.has(user) === on) return
    if (on) this.#tokenUsers.add(user)
    else this.#tokenUsers.delete(user)
    await writeTokenUsers(this.directory, [...this.#tokenUsers])
    this.#child?.kill('SIGHUP')
    await whenLoaded()
  }

  /** How its administrator connects. */
  connection(database = 'postgres', user: string = superuser): ClientConfig {
    return {
      host: this.#settings.sockets,
      port: 5432,
      user,
      database,
      // A database's owner may set another, by which functions of theirs would run as the administrator's.
      options: '-c search_path=pg_catalog,pg_temp',
    }
  }
}

async function linesOf(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n')
  } catch {
    return []
  }
}
