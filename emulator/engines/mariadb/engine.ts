import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertifiedKey } from '../certificates.ts'
import { copyTree, exists } from '../directories.ts'
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
import { copyData, positionOf } from './base-backup.ts'
import { packArchive, removeLog, replay, trimArchive, writeIndex } from './binary-log.ts'
import { mark, type Mark } from './log-marks.ts'
import { notPassedOn, small, type ServerSettings } from './configuration.ts'
import { greetMariadb } from './greeting.ts'
import { findPrograms, requireInstallation } from './installations.ts'
import { follow, followFrom, followNobody, hasCaughtUp, ReplicationPort } from './replication.ts'
import { makeMaster, setPassword } from './roles.ts'
import { MariadbServer } from './server.ts'
import { setVariables } from './variables.ts'
import { newData } from './template.ts'
import { vitalsOf } from './vitals.ts'

/** MariaDB, one for each instance of RDS's MariaDB or MySQL. */
export const mariadb: EngineKind = {
  port: 3306,
  greet: greetMariadb,
  requiresTls: ({ require_secure_transport: value = '0' }) => /^(?:1|on)$/i.test(value),
  open: (places, certificate, onCrash) => new MariadbEngine(places, certificate, onCrash),
}

class MariadbEngine implements Engine {
  readonly #places: EnginePlaces
  readonly #certificate: () => Promise<CertifiedKey>
  readonly #onCrash: () => void
  #slot: DataSlot = 'a'
  #primary: MariadbServer | undefined
  #standby: MariadbServer | undefined
  /** What has been read of a log only in part is nothing that sessions should see. */
  #isReplaying = false
  /** Whom the primary has been told to follow. */
  #source: ReplicationPort | undefined
  readonly #replicas: ReplicationPort
  /** How far the log was when the clock was last set forward. */
  #mark: Mark | undefined
  /** Once it has come, nothing is started any more, and what is under way ends with an error. */
  readonly #end = new AbortController()

  constructor(places: EnginePlaces, certificate: () => Promise<CertifiedKey>, onCrash: () => void) {
    this.#places = places
    this.#certificate = certificate
    this.#onCrash = onCrash
    this.#replicas = new ReplicationPort(() => this.target)
  }

  async program(): Promise<string | undefined> {
    return findPrograms() && `MariaDB ${(await requireInstallation()).version}`
  }

  get #server(): MariadbServer | undefined {
    return this.#primary?.isRunning ? this.#primary : undefined
  }

  get target(): string | undefined {
    return this.#isReplaying ? undefined : this.#server?.socketPath
  }

  get isRunning(): boolean {
    return this.#server !== undefined
  }

  get hasStandby(): boolean {
    return this.#standby?.isRunning ?? false
  }

  get slot(): DataSlot {
    return this.#slot
  }

  set slot(slot: DataSlot) {
    this.#slot = slot
  }

  get directory(): string {
    return this.#places.data(this.#slot)
  }

  get isAbandoned(): boolean {
    return this.#end.signal.aborted
  }

  hasData(): Promise<boolean> {
    return exists(join(this.directory, 'ibdata1'))
  }

  async makeNew(
    wanted: Wanted,
    master: MasterUser,
    databaseName: string | undefined,
  ): Promise<void> {
    await this.#clear()
    await newData(await requireInstallation(), this.directory, this.#end.signal)
    await this.start(wanted)
    await makeMaster(this.#running(), master, databaseName)
  }

  async makeFromBackup(wanted: Wanted, backup: string): Promise<void> {
    await this.#clear()
    await copyTree(backup, this.directory, this.#end.signal)
    await this.start(wanted)
  }

  async makeFromLog(
    wanted: Wanted,
    backup: string,
    source: Engine,
    wallTime: number | undefined,
  ): Promise<void> {
    const { archive } = ofMariadb(source).#places
    await this.#clear()
    await copyTree(backup, this.directory, this.#end.signal)
    this.#isReplaying = true
    try {
      await this.start(wanted)
      const from = await positionOf(backup)
      await replay(this.#running(), archive, from, wallTime, this.#end.signal)
    } finally {
      this.#isReplaying = false
    }
  }

  async makeReplica(wanted: Wanted, source: Engine): Promise<void> {
    await this.#clear()
    const from = ofMariadb(source)
    const { gtid } = await copyData(from.#running(), this.directory, this.#end.signal)
    const { follows: _, ...alone } = wanted
    await this.#start(alone, true)
    await followFrom(this.#running(), gtid)
    await this.#follow(from)
  }

  async start(wanted: Wanted): Promise<void> {
    if (this.#server) return this.configure(wanted)
    await this.#start(wanted, wanted.follows !== undefined)
    if (wanted.follows) await this.#follow(ofMariadb(wanted.follows))
  }

  async #start(wanted: Wanted, isFollowing: boolean): Promise<void> {
    if (this.isAbandoned) throw new Error('the database is not hosted any more')
    await this.#places.make()
    await writeIndex(this.#places.archive)
    const settings = { ...(await this.#settings(wanted, this.#slot)), isFollowing }
    const server = new MariadbServer(
      await requireInstallation(),
      this.directory,
      settings,
      this.#onCrash,
    )
    this.#primary = server
    this.#source = undefined
    await server.start()
    if (this.isAbandoned) await server.stop('immediate')
  }

  async configure(wanted: Wanted): Promise<void> {
    if (this.#server) {
      await reconfigure(this.#server, await this.#settings(wanted, this.#slot), wanted)
      if (wanted.follows) await this.#follow(ofMariadb(wanted.follows))
    }
    if (this.#standby?.isRunning) {
      await reconfigure(this.#standby, await this.#standbySettings(wanted), wanted)
    }
  }

  async stop(): Promise<void> {
    await this.#primary?.stop()
    await this.#standby?.stop()
    this.#primary = undefined
    this.#standby = undefined
  }

  async abandon(mode: StopMode): Promise<void> {
    this.#end.abort()
    await Promise.all([
      this.#replicas.close(),
      this.#primary?.stop(mode),
      this.#standby?.stop('immediate'),
    ])
  }

  async keepStandby(wanted: Wanted): Promise<void> {
    if (this.hasStandby) return
    const data = this.#places.data(otherSlot(this.#slot))
    const primary = this.#running()
    await rm(data, { recursive: true, force: true })
    const { gtid } = await copyData(primary, data, this.#end.signal)
    const standby = new MariadbServer(
      primary.installation,
      data,
      await this.#standbySettings(wanted),
      () => (this.#standby = undefined),
    )
    await standby.start()
    this.#standby = standby
    if (this.isAbandoned) return standby.stop('immediate')
    await followFrom(standby, gtid)
    await follow(standby, this.#replicas)
  }

  async dropStandby(): Promise<void> {
    await this.#standby?.stop('immediate')
    this.#standby = undefined
    await rm(this.#places.data(otherSlot(this.#slot)), { recursive: true, force: true })
  }

  async failover(wanted: Wanted): Promise<void> {
    const standby = this.#standby
    if (!standby?.isRunning) throw new Error('there is no standby to fail over to')
    const primary = this.#running()
    // From here on nobody writes, so that what is written is all there will be.
    await primary.session(({ query }) => query('SET GLOBAL read_only = 1'))
    if (!(await hasCaughtUp(standby, primary))) {
      await primary.session(({ query }) => query('SET GLOBAL read_only = 0'))
      throw new Error('the standby has not caught up')
    }
    await primary.stop()
    await followNobody(standby)
    this.#standby = undefined
    // It goes on with the binary log where that one has ended, which takes a start.
    await standby.stop()
    this.#slot = otherSlot(this.#slot)
    await this.start(wanted)
  }

  hasCaughtUp(source: Engine): Promise<boolean> {
    return hasCaughtUp(this.#running(), ofMariadb(source).#running())
  }

  async promote(wanted: Wanted): Promise<void> {
    const server = this.#running()
    await followNobody(server)
    this.#source = undefined
    await this.configure({ ...wanted, follows: undefined })
    const readOnly = server.settings.parameters['read_only'] ?? '0'
    await server.session(({ query }) => query(`SET GLOBAL read_only = ${Number(readOnly) || 0}`))
  }

  setPassword(master: MasterUser): Promise<void> {
    return setPassword(this.#running(), master)
  }

  async copyTo(directory: string): Promise<BackupFacts> {
    const copy = await copyData(this.#running(), directory, this.#end.signal)
    const { completedAt, file, position } = copy
    return { completedAt, timeline: 1, logEnd: `${file}:${position}` }
  }

  /** A copy is a data directory. */
  async expand(): Promise<void> {}

  /** Each commit is in the binary log, which is where it is kept, before it is answered. */
  async flushLog(): Promise<void> {}

  markLog(wallAt: number): void {
    if (this.#server) this.#mark = mark(this.#places.archive, wallAt, this.#mark)
  }

  packLog(file: string, end?: string): Promise<void> {
    return packArchive(this.#places.archive, file, end)
  }

  async trimLog(backup: string): Promise<void> {
    const from = await positionOf(backup).catch(() => undefined)
    if (from) await trimArchive(this.#places.archive, from.file, this.#server)
  }

  async vitals(): Promise<Vitals | undefined> {
    return this.#server && vitalsOf(this.#server)
  }

  /** The server looks at passwords by itself; it has no way to look at a token. */
  async loginOf(): Promise<Login> {
    return 'password'
  }

  async admit(): Promise<void> {}

  async #follow(source: MariadbEngine): Promise<void> {
    if (this.#source === source.#replicas) return
    await follow(this.#running(), source.#replicas)
    this.#source = source.#replicas
  }

  async #settings(wanted: Wanted, slot: DataSlot): Promise<ServerSettings> {
    const passedOn = Object.entries(wanted.parameters).filter(([name]) => !notPassedOn.test(name))
    return {
      sockets: this.#places.sockets(slot),
      logs: this.#places.logs,
      binaryLog: this.#places.archive,
      archives: wanted.archives,
      parameters: Object.fromEntries(passedOn),
      isFollowing: wanted.follows !== undefined,
      isKept: this.#places.isKept,
      certificate: await this.#certificate(),
      replicationPassword: this.#replicas.password,
    }
  }

  /** It has no binary log: the one there is goes on with it, should it take over. Its log is of no interest to anybody else. */
  async #standbySettings(wanted: Wanted): Promise<ServerSettings> {
    const slot = otherSlot(this.#slot)
    const settings = await this.#settings(wanted, slot)
    const logs = join(this.#places.sockets(slot), 'logs')
    return { ...settings, logs, binaryLog: undefined, isFollowing: true }
  }

  #running(): MariadbServer {
    const server = this.#server
    if (!server) throw new Error('the database does not run')
    return server
  }

  async #clear(): Promise<void> {
    await this.#places.make()
    await rm(this.directory, { recursive: true, force: true })
    await removeLog(this.#places.archive)
  }
}

function ofMariadb(engine: Engine): MariadbEngine {
  if (!(engine instanceof MariadbEngine)) throw new Error('the source is no MariaDB')
  return engine
}

/** What needs no start counts at once; what waits for a reboot is as it was. */
async function reconfigure(
  server: MariadbServer,
  settings: ServerSettings,
  { deferred }: Wanted,
): Promise<void> {
  const before = server.settings.parameters
  const pick = (from: Readonly<Record<string, string>>, waiting: boolean) =>
    Object.entries(from).filter(([name]) => deferred.has(name) === waiting)
  const parameters = Object.fromEntries([
    ...pick(settings.parameters, false),
    ...pick(before, true),
  ])
  // Nothing else of it changes while a server runs, but a certificate is another each time.
  const isSame =
    server.settings.archives === settings.archives &&
    server.settings.isFollowing === settings.isFollowing &&
    JSON.stringify(before) === JSON.stringify(parameters)
  if (isSame) return
  await server.configure({ ...settings, parameters })
  await setVariables(server, { ...small, ...before }, { ...small, ...parameters })
  await server.session(({ query }) =>
    query(`SET GLOBAL expire_logs_days = ${settings.archives ? 0 : 1}`),
  )
}
