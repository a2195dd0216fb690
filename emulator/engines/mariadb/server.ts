import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { engineAccount } from '../account.ts'
import { writeOwned } from '../directories.ts'
import { endPredecessor } from '../predecessor.ts'
import type { StopMode } from '../engine.ts'
import { watch } from '../watchdog.ts'
import { readLog } from '../logs.ts'
import {
  administrator,
  pathsOf,
  rolesIn,
  timeZone,
  writeConfiguration,
  writeRoles,
  type Opener,
  type ServerSettings,
} from './configuration.ts'
import type { Installation } from './installations.ts'
import { literal, openSession, type Session } from './session.ts'
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
  /** The administrator's, from when the server is ready. */
  #session: (Session & { end(): void }) | undefined
  /** What is done in it, one thing after another. */
  #queue: Promise<unknown> = Promise.resolve()
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
    await writeConfiguration(this.directory, settings)
  }

  /** It answers. */
  get isRunning(): boolean {
    return this.#session !== undefined
  }

  /** The path that clients' bytes are handed on to. */
  get socketPath(): string {
    return pathsOf(this.directory, this.#settings).socket
  }

  /** Runs `work` in the administrator's session, while nobody else does. */
  session<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(() => {
      if (!this.#session) throw new Error('the database does not run')
      return work(this.#session)
    })
    this.#queue = result.catch(() => undefined)
    return result
  }

  /**
   * Lets programs in for as long as `work` takes.
   *
   * @param privileges what they need, of everything
   * @param work is given the file that they are told by `--defaults-file`
   */
  async withPrograms<Result>(
    privileges: string,
    work: (file: string) => Promise<Result>,
  ): Promise<Result> {
    const { user, password } = newOpener()
    const file = join(this.#settings.sockets, `${user}.cnf`)
    await writeOwned(
      file,
      `[client]\nuser=${user}\npassword="${password}"\nsocket="${this.socketPath}"\n`,
    )
    await this.session(async (session) => {
      await unlogged(session, `CREATE USER ${user}@localhost IDENTIFIED BY '${password}'`)
      await unlogged(session, `GRANT ${privileges} ON *.* TO ${user}@localhost`)
    })
    try {
      return await work(file)
    } finally {
      await this.session((session) => unlogged(session, `DROP USER ${user}@localhost`)).catch(
        () => undefined,
      )
      await rm(file, { force: true })
    }
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
    const opener = newOpener()
    await writeConfiguration(this.directory, this.#settings)
    await writeRoles(this.#settings, opener)
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
        // What a statement has taken is given back.
        MALLOC_ARENA_MAX: '1',
        MALLOC_TRIM_THRESHOLD_: '131072',
        MALLOC_MMAP_THRESHOLD_: '131072',
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
      if (this.#child === child) {
        this.#child = undefined
        this.#session = undefined
      }
      if (isReady && !this.#stopping) this.onCrash()
    })
    isReady = await this.#answers(child, opener)
    await rm(rolesIn(this.#settings.sockets), { force: true })
    if (!isReady) throw new Error(`MariaDB did not start: ${await this.#lastWords()}`)
  }

  async #answers(child: ChildProcess, opener: Opener): Promise<boolean> {
    const end = performance.now() + longestStart
    for (let wait = 5; performance.now() < end; wait = Math.min(wait * 1.5, 50)) {
      await delay(wait)
      if (this.#child !== child) return false
      // Without its session nothing could be told to it any more: it is started again.
      const onEnd = () => void child.kill('SIGTERM')
      const access = { socket: this.socketPath, ...opener }
      const session = await openSession(access, onEnd).catch(() => undefined)
      if (!session) continue
      await session.query('SET SESSION wait_timeout = 31536000')
      // Sessions stay when their users go: from here on nobody is there whose place somebody could take.
      await session.query('SET SESSION sql_log_bin = 0')
      await dropUsers(session, `User REGEXP '^${administrator}[0-9a-f]{18}$'`)
      await session.query('SET SESSION sql_log_bin = 1')
      if (this.#child !== child) return false
      this.#session = session
      return true
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
    this.#session?.end()
    this.#session = undefined
    const ended = once(child, 'close')
    child.kill(mode === 'fast' ? 'SIGTERM' : 'SIGKILL')
    const last = setTimeout(() => child.kill('SIGKILL'), 25_000)
    if (this.#child === child) await ended
    clearTimeout(last)
  }
}

/** A name that nobody has foreseen: whoever is called so before it is there would become it. */
const newOpener = (): Opener => ({
  user: `${administrator}${randomBytes(9).toString('hex')}`,
  password: randomBytes(18).toString('base64url'),
})

/** @param which of `mysql.global_priv` */
export async function dropUsers({ query }: Session, which: string): Promise<void> {
  const users = await query(
    `SELECT User AS user, Host AS host FROM mysql.global_priv WHERE ${which}`,
  )
  for (const { user, host } of users) {
    await query(`DROP USER ${literal(user!)}@${literal(host!)}`)
  }
}

/** Of this server alone, not of those that follow it. */
async function unlogged(session: Session, sql: string): Promise<void> {
  await session.query('SET SESSION sql_log_bin = 0')
  try {
    await session.query(sql)
  } finally {
    await session.query('SET SESSION sql_log_bin = 1')
  }
}
