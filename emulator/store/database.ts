import Sqlite from 'better-sqlite3'
import { TableChanges } from './table-changes.ts'

/** What SQLite stores: better-sqlite3 takes and gives these. Booleans are 0 and 1. */
export type SqlValue = string | number | bigint | Buffer | null

interface DatabaseOptions {
  /** `wal` for a database at work; `delete` where everything has to be in the one file. */
  readonly journal?: 'wal' | 'delete'
}

interface Prepared {
  /** What reads gives its rows as arrays. */
  readonly statement: Sqlite.Statement
  readonly writes: boolean
  readonly rowOf: RowOf
}

/** Makes the object of a row's values. Made by better-sqlite3 itself, one with many columns takes twice as long, as every object gets a hash table. */
type RowOf = (values: readonly unknown[]) => unknown

function rowsOf(statement: Sqlite.Statement): RowOf {
  const names = statement.columns().map(({ name }) => name)
  // What JSON.parse makes is an object of a fixed shape, and so are its copies.
  const empty = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join()}}`)
  return (values) => {
    const row = { ...empty }
    for (let index = 0; index < names.length; index += 1) row[names[index]!] = values[index]
    return row
  }
}

const noRows: RowOf = () => undefined

/**
 * The one SQLite database, in WAL mode. Every statement is prepared once, found again by its text.
 *
 * All calls are synchronous: an operation's `run` is one transaction that nothing can interleave with.
 */
export class Database {
  readonly #sqlite: Sqlite.Database
  readonly #statements = new Map<string, Prepared>()
  /** What says whether something that was read is still so. */
  readonly changes = new TableChanges((sql) => this.#sqlite.prepare(sql).all() as never)
  #depth = 0
  #afterCommit: (() => void)[] = []
  #afterRollback: (() => void)[] = []

  /** @param file the database's path, or `:memory:` */
  constructor(file: string, { journal = 'wal' }: DatabaseOptions = {}) {
    this.#sqlite = new Sqlite(file)
    try {
      // Pages. What is written again and again reaches the database, and the disk, once for many calls.
      this.#sqlite.pragma('wal_autocheckpoint = 4000')
      this.#sqlite.pragma(`journal_mode = ${journal}`)
      // A process that is killed loses nothing under NORMAL: the write-ahead log is in the page cache of the system.
      this.#sqlite.pragma('synchronous = NORMAL')
      this.#sqlite.pragma('foreign_keys = ON')
    } catch (error) {
      this.#sqlite.close()
      throw error
    }
  }

  get inTransaction(): boolean {
    return this.#depth > 0
  }

  /** The first row, or undefined. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    const { statement, rowOf } = this.#aboutToRun(sql)
    const found = statement.get(...values) as unknown[] | undefined
    return found && (rowOf(found) as Row)
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    const { statement, rowOf } = this.#aboutToRun(sql)
    return (statement.all(...values) as unknown[][]).map(rowOf) as Row[]
  }

  /** Rows one at a time; no other statement may run on the database until it ends. */
  *iterate<Row>(sql: string, ...values: SqlValue[]): IterableIterator<Row> {
    const { statement, rowOf } = this.#aboutToRun(sql)
    for (const found of statement.iterate(...values)) yield rowOf(found as unknown[]) as Row
  }

  /** @returns how many rows changed, and the rowid of the last insert */
  run(sql: string, ...values: SqlValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.#aboutToRun(sql).statement.run(...values)
    return { changes, lastInsertRowid: Number(lastInsertRowid) }
  }

  /** Several statements without parameters: schema changes. */
  exec(sql: string): void {
    this.changes.ofUnknown()
    // The columns of what is prepared may be others afterwards.
    this.#statements.clear()
    this.#sqlite.exec(sql)
  }

  /**
   * Runs `work` whole or not at all; nested calls are savepoints.
   *
   * @throws whatever `work` throws, after everything it wrote was taken back
   */
  transaction<T>(work: () => T): T {
    const commits = this.#afterCommit.length
    const rollbacks = this.#afterRollback.length
    if (this.#depth === 0) this.changes.begin()
    this.#control(this.#depth === 0 ? 'begin' : 'savepoint nested')
    this.#depth += 1
    let result: T
    try {
      result = work()
      if (result instanceof Promise) throw new TypeError('a transaction cannot wait for a promise')
      this.#control(this.#depth === 1 ? 'commit' : 'release nested')
    } catch (error) {
      this.#rollback(commits, rollbacks)
      throw error
    }
    this.#depth -= 1
    if (this.#depth === 0) this.#committed()
    return result
  }

  /**
   * Runs `work` once the outermost running transaction has committed, and never if it, or the nested one this was
   * called in, is rolled back. Outside a transaction it runs at once.
   */
  afterCommit(work: () => void): void {
    if (this.#depth === 0) runHook(work)
    else this.#afterCommit.push(work)
  }

  /** Runs `work` if the running transaction, or one it is nested in, is rolled back: the last one added first. */
  afterRollback(work: () => void): void {
    if (this.#depth > 0) this.#afterRollback.push(work)
  }

  /** Writes a consistent copy to a new file, a piece at a time, while others go on using the database. */
  async backup(file: string): Promise<void> {
    await this.#sqlite.backup(file, { progress: () => 1000 })
  }

  close(): void {
    this.#statements.clear()
    this.#sqlite.close()
  }

  #rollback(commits: number, rollbacks: number): void {
    // SQLite has rolled back by itself after some errors (a full disk).
    if (this.#sqlite.inTransaction) {
      if (this.#depth === 1) this.#control('rollback')
      else {
        this.#control('rollback to nested')
        this.#control('release nested')
      }
    }
    this.changes.rolledBack()
    this.#depth -= 1
    this.#afterCommit.length = commits
    const undo = this.#afterRollback.splice(rollbacks)
    for (const work of undo.toReversed()) runHook(work)
  }

  #committed(): void {
    this.#afterRollback.length = 0
    if (this.#afterCommit.length === 0) return
    const hooks = this.#afterCommit
    this.#afterCommit = []
    for (const work of hooks) runHook(work)
  }

  #aboutToRun(sql: string): Prepared {
    const prepared = this.#prepared(sql)
    if (prepared.writes) this.changes.by(sql)
    return prepared
  }

  /** What begins and ends transactions changes no table by itself. */
  #control(sql: string): void {
    this.#prepared(sql).statement.run()
  }

  #prepared(sql: string): Prepared {
    let prepared = this.#statements.get(sql)
    if (!prepared) {
      const statement = this.#sqlite.prepare(sql)
      const rowOf = statement.reader ? rowsOf(statement.raw(true)) : noRows
      prepared = { statement, writes: !statement.readonly, rowOf }
      this.#statements.set(sql, prepared)
    }
    return prepared
  }
}

/** What follows a transaction can't change its outcome any more: a failure there is told, not thrown. */
function runHook(work: () => void): void {
  try {
    work()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
