import { chown, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { engineAccount } from '../account.ts'
import { exists } from '../directories.ts'
import {
  otherSlot,
  type BackupFacts,
  type DataSlot,
  type Engine,
  type EngineKind,
  type EnginePlaces,
  type Login,
  type MasterUser,
  type StopMode,
  type Vitals,
  type Wanted,
} from '../engine.ts'
import { expandBackup, takeBaseBackup, unpackBackup } from './base-backup.ts'
import { notPassedOn, replicationRole, shell, type ServerSettings } from './configuration.ts'
import { greetPostgres } from './greeting.ts'
import { findInstallation } from './installations.ts'
import { packArchive, trimArchive } from './log-archive.ts'
import { loadTime, makeRoles, Memberships, rulesLoaded, setPassword } from './roles.ts'
import { PostgresServer } from './server.ts'
import { withSession } from './session.ts'
import { newCluster, superuser } from './template.ts'
import { vitalsOf } from './vitals.ts'

/** PostgreSQL, one for each instance. */
export const postgres: EngineKind = {
  port: 5432,
  greet: greetPostgres,
  requiresTls: (parameters) => parameters['rds.force_ssl'] === '1',
  open: (places, _certificate, onCrash) => new PostgresEngine(places, onCrash),
}

/** The PostgreSQL behind one instance: one server, or two where there is a standby. */
class PostgresEngine implements Engine {
  readonly #places: EnginePlaces
  readonly #onCrash: () => void
  #slot: DataSlot = 'a'
  #primary: PostgresServer | undefined
  #standby: PostgresServer | undefined
  /** Once it has come, nothing is started any more, and what is under way ends with an error. */
  readonly #end = new AbortController()
  readonly #memberships = new Memberships()
  #major = 0

  constructor(places: EnginePlaces, onCrash: () => void) {
    this.#places = places
    this.#onCrash = onCrash
  }

  async program(): Promise<string | undefined> {
    const installation = await findInstallation(this.#major)
    return installation && `PostgreSQL ${installation.version}`
  }

  get target(): string | undefined {
    return this.server?.socketPath
  }

  get isRunning(): boolean {
    return this.server !== undefined
  }

  get hasStandby(): boolean {
    return this.standby !== undefined
  }

  /** The server that sessions go to; undefined while there is none. */
  get server(): PostgresServer | undefined {
    return this.#primary?.isRunning ? this.#primary : undefined
  }

  get standby(): PostgresServer | undefined {
    return this.#standby?.isRunning ? this.#standby : undefined
  }

  /** The data directory that is in use: to be kept, since a failover changes it. */
  get slot(): DataSlot {
    return this.#slot
  }

  set slot(slot: DataSlot) {
    this.#slot = slot
  }

  get sockets(): string {
    return this.#places.sockets(this.#slot)
  }

  get archive(): string {
    return this.#places.archive
  }

  /** Where its data are. */
  get directory(): string {
    return this.#data()
  }

  /** A copy of its data as they are now, packed. */
  async copyTo(directory: string): Promise<BackupFacts> {
    return takeBaseBackup(requireServer(this), directory, 'packed', this.#end.signal)
  }

  hasData(): Promise<boolean> {
    return exists(join(this.#data(), 'PG_VERSION'))
  }

  /** New and empty, with its master user and a database. */
  async makeNew(
    wanted: Wanted,
    master: MasterUser,
    databaseName: string | undefined,
  ): Promise<void> {
    await this.#clear()
    await newCluster(await installationOf(wanted.major), this.#data(), this.#end.signal)
    await this.start(wanted)
    await makeRoles(this.#primary!, master, databaseName)
  }

  /** As a backup was when it was taken. */
  async makeFromBackup(wanted: Wanted, backup: string): Promise<void> {
    await this.#clear()
    await unpackBackup(backup, this.#data(), this.#end.signal)
    await this.start(wanted)
  }

  /**
   * As an instance was at a moment: from a backup, by its log.
   *
   * @param source whose archive and log are read; the latter as long as it is there
   */
  async makeFromLog(
    wanted: Wanted,
    backup: string,
    source: Engine,
    wallTime: number | undefined,
  ): Promise<void> {
    const { archive, directory } = ofPostgres(source)
    const log = [archive, join(directory, 'pg_wal')]
    const from = log.map((folder) => `cp ${shell(folder)}/%f "%p" 2>/dev/null`).join(' || ')
    const recovery = {
      restore_command: from,
      recovery_target_timeline: 'latest',
      recovery_target_action: 'promote',
      ...(wallTime !== undefined && {
        recovery_target_time: new Date(wallTime)
          .toISOString()
          .replace('T', ' ')
          .replace('Z', '+00'),
        recovery_target_inclusive: 'off',
      }),
    }
    await this.#clear()
    await unpackBackup(backup, this.#data(), this.#end.signal)
    await this.#signal('recovery.signal')
    try {
      await this.start(wanted, recovery)
    } catch (error) {
      // The moment is after the last commit: all there is, is what there was.
      if (wallTime === undefined || !String(error).includes('before configured recovery target')) {
        throw error
      }
      return this.makeFromLog(wanted, backup, source, undefined)
    }
    await this.#endOfRecovery()
    await this.configure(wanted)
  }

  /** A copy of another engine, which it follows from now on. */
  async makeReplica(wanted: Wanted, source: Engine): Promise<void> {
    await this.#clear()
    await takeBaseBackup(
      requireServer(ofPostgres(source)),
      this.#data(),
      'directory',
      this.#end.signal,
    )
    await this.#signal('standby.signal')
    await this.start(wanted)
  }

  async start(wanted: Wanted, recovery?: Readonly<Record<string, string>>): Promise<void> {
    this.#major = wanted.major
    if (this.server) return this.configure(wanted)
    if (this.isAbandoned) throw new Error('the database is not hosted any more')
    await this.#places.make()
    const settings = { ...this.#settings(wanted, this.#slot), recovery }
    const server = new PostgresServer(
      await installationOf(wanted.major),
      this.#data(),
      settings,
      this.#onCrash,
    )
    this.#primary = server
    await startAgain(server)
    if (this.isAbandoned) await server.stop('immediate')
  }

  /** What needs no restart counts at once, the rest with the next start. */
  async configure(wanted: Wanted): Promise<void> {
    const { server } = this
    if (server) {
      const settings = this.#settings(wanted, this.#slot)
      const parameters = withoutDeferred(settings.parameters, wanted, server.settings.parameters)
      await server.configure({ ...settings, parameters })
    }
    await this.standby?.configure(this.#standbySettings(wanted))
  }

  async stop(): Promise<void> {
    // The standby last: what the primary still has to send, it takes.
    await this.#primary?.stop()
    await this.#standby?.stop()
    this.#primary = undefined
    this.#standby = undefined
  }

  get isAbandoned(): boolean {
    return this.#end.signal.aborted
  }

  /** As fast as it can be: for the end of the emulator. Copies that are under way end, too. */
  async abandon(mode: StopMode): Promise<void> {
    this.#end.abort()
    await Promise.all([this.#primary?.stop(mode), this.#standby?.stop('immediate')])
  }

  /** Sees to it that a standby follows, in a data directory of its own. */
  async keepStandby(wanted: Wanted): Promise<void> {
    if (this.standby) return
    const slot = otherSlot(this.#slot)
    const data = this.#places.data(slot)
    const primary = requireServer(this)
    await rm(data, { recursive: true, force: true })
    await takeBaseBackup(primary, data, 'directory', this.#end.signal)
    await signalIn(data, 'standby.signal')
    this.#standby = new PostgresServer(
      primary.installation,
      data,
      this.#standbySettings(wanted),
      () => (this.#standby = undefined),
    )
    await startAgain(this.#standby)
    if (this.isAbandoned) await this.#standby.stop('immediate')
  }

  async dropStandby(): Promise<void> {
    await this.#standby?.stop('immediate')
    this.#standby = undefined
    await rm(this.#places.data(otherSlot(this.#slot)), {
      recursive: true,
      force: true,
    })
  }

  /** The standby takes over, with everything that was committed; it becomes the primary. */
  async failover(wanted: Wanted): Promise<void> {
    const standby = this.#standby
    if (!standby?.isRunning) throw new Error('there is no standby to fail over to')
    // A server that stops this way has its followers confirm all of its log first.
    await this.#primary?.stop('fast')
    await withSession(standby, ({ query }) => query('select pg_promote(true, 60)'))
    this.#slot = otherSlot(this.#slot)
    this.#primary = standby
    this.#standby = undefined
    standby.onCrash = this.#onCrash
    await this.configure(wanted)
  }

  async hasCaughtUp(source: Engine): Promise<boolean> {
    const end = await withSession(requireServer(ofPostgres(source)), ({ query }) =>
      query<{ place: string }>('select pg_current_wal_flush_lsn()::text as place'),
    )
    return withSession(requireServer(this), async ({ query }) => {
      const last = performance.now() + longestCatchUp
      while (performance.now() < last && !this.isAbandoned) {
        const [row] = await query<{ has: boolean | null }>(
          // One that follows nobody any more has been promoted, which nobody does before.
          'select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= $1::pg_lsn as has',
          [end[0]!.place],
        )
        if (row!.has) return true
        await delay(20)
      }
      return false
    })
  }

  /** Follows nobody any more: it is written to. */
  async promote(wanted: Wanted): Promise<void> {
    await withSession(requireServer(this), async ({ query }) => {
      const [row] = await query<{ follows: boolean }>('select pg_is_in_recovery() as follows')
      if (row!.follows) await query('select pg_promote(true, 60)')
    })
    await this.configure({ ...wanted, follows: undefined })
  }

  setPassword(master: MasterUser): Promise<void> {
    return setPassword(requireServer(this), master)
  }

  expand(directory: string): Promise<void> {
    return expandBackup(directory)
  }

  /** Its log has the time of each commit. */
  markLog(): void {}

  packLog(file: string, end?: string): Promise<void> {
    return packArchive(this.archive, file, end)
  }

  trimLog(backup: string): Promise<void> {
    return trimArchive(this.archive, backup)
  }

  async vitals(): Promise<Vitals | undefined> {
    return this.server && vitalsOf(this.server)
  }

  async loginOf(user: string, tokens: boolean): Promise<Login> {
    if (user === superuser || user === replicationRole) return 'none'
    const { server } = this
    if (server && tokens && (await this.#memberships.usesTokens(server, user))) return 'token'
    await this.#trust(user, false)
    return 'password'
  }

  admit(user: string): Promise<void> {
    return this.#trust(user, true)
  }

  async #trust(user: string, on: boolean): Promise<void> {
    const { server } = this
    if (!server || server.trusts(user) === on) return
    const before = await loadTime(server)
    await server.trust(user, on, () => rulesLoaded(server, before))
  }

  /** Everything that was committed by now is in the archive. */
  async flushLog(): Promise<void> {
    const server = this.server
    if (!server) return
    await withSession(server, async ({ query }) => {
      // A commit, by whose time a restore to an earlier moment sees that it has got there.
      await query('select txid_current()')
      const [row] = await query<{ file: string }>('select pg_walfile_name(pg_switch_wal()) as file')
      const end = performance.now() + 20_000
      const isThere = () => exists(join(this.archive, row!.file))
      while (performance.now() < end && !this.isAbandoned && !(await isThere())) {
        await delay(20)
      }
    })
  }

  #settings(wanted: Wanted, slot: DataSlot): ServerSettings {
    const follows = wanted.follows && ofPostgres(wanted.follows)
    const passedOn = Object.entries(wanted.parameters).filter(([name]) => !notPassedOn.test(name))
    return {
      sockets: this.#places.sockets(slot),
      logs: this.#places.logs,
      archive: wanted.archives ? this.archive : undefined,
      parameters: Object.fromEntries(passedOn),
      isKept: this.#places.isKept,
      ...(follows && { follows: { sockets: follows.sockets, archive: follows.archive } }),
    }
  }

  #standbySettings(wanted: Wanted): ServerSettings {
    const settings = this.#settings(wanted, otherSlot(this.#slot))
    return { ...settings, follows: { sockets: this.sockets, archive: this.archive } }
  }

  #data(): string {
    return this.#places.data(this.#slot)
  }

  async #clear(): Promise<void> {
    await this.#places.make()
    await rm(this.#data(), { recursive: true, force: true })
  }

  #signal(name: string): Promise<void> {
    return signalIn(this.#data(), name)
  }

  /** It answers before the log has been read to its end, and cannot be written to until then. */
  async #endOfRecovery(): Promise<void> {
    await withSession(requireServer(this), async ({ query }) => {
      for (;;) {
        const [row] = await query<{ going: boolean }>('select pg_is_in_recovery() as going')
        if (!row!.going) return
        await delay(20)
      }
    })
  }
}

/** How long a follower may take to have what its source has, in ms. */
const longestCatchUp = 30_000

type Parameters = Readonly<Record<string, string>>

/** What waits for a reboot is as it was. */
const withoutDeferred = (
  next: Parameters,
  { deferred }: Wanted,
  before: Parameters,
): Parameters => ({
  ...Object.fromEntries(Object.entries(next).filter(([name]) => !deferred.has(name))),
  ...Object.fromEntries(Object.entries(before).filter(([name]) => deferred.has(name))),
})

async function installationOf(major: number) {
  const installation = findInstallation(major)
  if (!installation) throw new Error(`there is no PostgreSQL ${major} here`)
  return installation
}

function ofPostgres(engine: Engine): PostgresEngine {
  if (!(engine instanceof PostgresEngine)) throw new Error('the source is no PostgreSQL')
  return engine
}

function requireServer(engine: PostgresEngine): PostgresServer {
  const { server } = engine
  if (!server) throw new Error('the database does not run')
  return server
}

/** After a kill, the sessions of the server before hold on to its memory for some moments. */
async function startAgain(server: PostgresServer): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await server.start()
    } catch (error) {
      if (tries >= 40 || !String(error).includes('shared memory block')) throw error
      await delay(50)
    }
  }
}

async function signalIn(directory: string, name: string): Promise<void> {
  const path = join(directory, name)
  await writeFile(path, '', { mode: 0o600 })
  const account = engineAccount()
  if (account) await chown(path, account.uid, account.gid)
}
