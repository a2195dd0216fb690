import type { CertifiedKey } from './certificates.ts'
import type { Greet } from './front.ts'

/** What of an instance its engine is configured by. */
export interface Wanted {
  /** `15` of `15.3`. */
  readonly major: number
  readonly parameters: Readonly<Record<string, string>>
  /** Those of them that wait for a reboot, whatever they could do. */
  readonly deferred: ReadonlySet<string>
  /** Its log is kept for restores to a moment. */
  readonly archives: boolean
  /** The engine that it follows, which is of the same kind. */
  readonly follows?: Engine | undefined
}

/** Two data directories: a failover goes from one to the other. */
export type DataSlot = 'a' | 'b'

export const otherSlot = (slot: DataSlot): DataSlot => (slot === 'a' ? 'b' : 'a')

/** Where an instance's engine has its files. */
export interface EnginePlaces {
  /** They outlive the process: what is written is to be on the disk, should the power go. */
  readonly isKept: boolean
  data(slot: DataSlot): string
  readonly logs: string
  /** The log that is kept for restores to a moment. */
  readonly archive: string
  /** A short path, since sockets' are limited. */
  sockets(slot: DataSlot): string
  /** Makes all of them but the data. */
  make(): Promise<void>
}

export interface MasterUser {
  readonly name: string
  readonly password: string
}

export interface BackupFacts {
  /** When it was complete: the server's own clock, ms since the epoch. */
  readonly completedAt: number
  readonly timeline: number
  /** Where in the log the copy's own end is, as `packLog` takes it. */
  readonly logEnd: string
}

/** How a server is told to stop: `fast` ends sessions and writes everything out; `immediate` is a crash. */
export type StopMode = 'fast' | 'immediate'

/** How a user shows who it is. */
export type Login = 'password' | 'token' | 'none'

/** How a server does, as it says itself. */
export interface Vitals {
  /** Sessions of clients; the administrator's own are none. */
  readonly connections: number
  /** In seconds since the server started. */
  readonly uptime: number
  /** What its data and its log take, in bytes. */
  readonly storage: number | undefined
  readonly logStorage: number | undefined
  /** How far it is behind what it follows, in seconds; -1 while nothing comes from there, undefined for one that follows nobody. */
  readonly lag: number | undefined
  /** What followers have not taken yet of the log that is kept for them, in bytes. */
  readonly oldestFollower: number | undefined
  /** The age of the oldest transaction that is not frozen, in transactions. */
  readonly transactionAge: number | undefined
}

/** The real program behind one instance: one server, or two where there is a standby. */
export interface Engine {
  /** What runs, with its true version: `PostgreSQL 15.18`. Undefined where nothing can. */
  program(): Promise<string | undefined>
  /** Where sessions go; undefined while there is no server that takes them. */
  readonly target: string | undefined
  readonly isRunning: boolean
  readonly hasStandby: boolean
  /** The data directory that is in use: to be kept, since a failover changes it. */
  slot: DataSlot
  /** Where its data are. */
  readonly directory: string
  /** Nothing is started any more, and what is under way ends with an error. */
  readonly isAbandoned: boolean

  hasData(): Promise<boolean>
  /** New and empty, with its master user and a database. */
  makeNew(wanted: Wanted, master: MasterUser, databaseName: string | undefined): Promise<void>
  /** As a backup was when it was taken. */
  makeFromBackup(wanted: Wanted, backup: string): Promise<void>
  /**
   * As an instance was at a moment: from a backup, by its log.
   *
   * @param source whose log it is; it need not run
   * @param wallTime in ms since the epoch: commits before it are in; without it, all are
   */
  makeFromLog(
    wanted: Wanted,
    backup: string,
    source: Engine,
    wallTime: number | undefined,
  ): Promise<void>
  /** A copy of another engine, which it follows from now on. */
  makeReplica(wanted: Wanted, source: Engine): Promise<void>

  start(wanted: Wanted): Promise<void>
  /** What needs no restart counts at once, the rest with the next start. */
  configure(wanted: Wanted): Promise<void>
  stop(): Promise<void>
  /** As fast as it can be: for the end of the emulator. Copies that are under way end, too. */
  abandon(mode: StopMode): Promise<void>

  /** Sees to it that a standby follows, in a data directory of its own. */
  keepStandby(wanted: Wanted): Promise<void>
  dropStandby(): Promise<void>
  /** The standby takes over, with everything that was committed. */
  failover(wanted: Wanted): Promise<void>
  /** Whether it has, within some seconds, everything that was committed on the engine that it follows. */
  hasCaughtUp(source: Engine): Promise<boolean>
  /** Follows nobody any more: it is written to. */
  promote(wanted: Wanted): Promise<void>
  /** Gives the master user another password; where it was dropped, it is made again. */
  setPassword(master: MasterUser): Promise<void>

  /** A copy of its data as they are now, packed into few files. */
  copyTo(directory: string): Promise<BackupFacts>
  /** Makes a data directory of such a copy, in its place, for another server than the one that was there. */
  expand(directory: string): Promise<void>
  /** Everything that was committed by now is in the archive. */
  flushLog(): Promise<void>
  /** The clock is about to be set forward; it is asked in the middle of a transaction. @param wallAt of the wall, in ms since the epoch */
  markLog(wallAt: number): void
  /** Writes the archive into one file, where there is any. @param end what comes after it is left out */
  packLog(file: string, end?: string): Promise<void>
  /** Removes what of the archive is from before a backup. */
  trimLog(backup: string): Promise<void>

  /** Of the server that sessions go to; undefined while there is none. */
  vitals(): Promise<Vitals | undefined>

  /** How a user that comes from outside is to show who it is. @param tokens whether tokens are taken at all */
  loginOf(user: string, tokens: boolean): Promise<Login>
  /** Lets a user in without its password, who has shown a token. */
  admit(user: string): Promise<void>
}

/** A kind of engine. */
export interface EngineKind {
  /** What clients expect. */
  readonly port: number
  /** How sessions begin. */
  readonly greet: Greet
  /** Whether what an instance is configured by says that sessions must be encrypted. */
  requiresTls(parameters: Readonly<Record<string, string>>): boolean
  /**
   * @param certificate what the server shows, where it does so itself
   * @param onCrash hears of an end that nobody asked for
   */
  open(places: EnginePlaces, certificate: () => Promise<CertifiedKey>, onCrash: () => void): Engine
}
