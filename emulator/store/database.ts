import Sqlite from 'better-sqlite3'

/** What SQLite stores: better-sqlite3 takes and gives these. Booleans are 0 and 1. */
export type SqlValue = string | number | bigint | Buffer | null

/**
 * The one SQLite database, in WAL mode. Every statement is prepared once, found again by its text.
 *
 * All calls are synchronous: an operation's `run` is one transaction that nothing can interleave with.
 */
export class Database {
  readonly #sqlite: Sqlite.Database
  readonly #statements = new Map<string, Sqlite.Statement>()

  /** @param file the database's path, or `:memory:` */
  constructor(file: string) {
    this.#sqlite = new Sqlite(file)
    this.#sqlite.pragma('journal_mode = WAL')
    // A process that is killed loses nothing under NORMAL: the write-ahead log is in the page cache of the system.
    this.#sqlite.pragma('synchronous = NORMAL')
    this.#sqlite.pragma('foreign_keys = ON')
  }

  /** The first row, or undefined. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  /** Rows one at a time; no other statement may run on the database until it ends. */
  iterate<Row>(sql: string, ...values: SqlValue[]): IterableIterator<Row> {
    return this.#statement(sql).iterate(...values) as IterableIterator<Row>
  }

  /** @returns how many rows changed, and the rowid of the last insert */
  run(sql: string, ...values: SqlValue[]): { changes: number; lastInsertRowid: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values)
    return { changes, lastInsertRowid: Number(lastInsertRowid) }
  }

  /** Several statements without parameters: schema changes. */
  exec(sql: string): void {
    this.#sqlite.exec(sql)
  }

  /** Runs `work` whole or not at all; nested calls are savepoints. */
  transaction<T>(work: () => T): T {
    return this.#sqlite.transaction(work)()
  }

  close(): void {
    this.#statements.clear()
    this.#sqlite.close()
  }

  #statement(sql: string): Sqlite.Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#sqlite.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
