/** How often a table was written to, as far as anybody can tell. */
export interface ChangeCount {
  count: number
}

const writing =
  /^\s*(?:insert(?:\s+or\s+\w+)?\s+into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from)\s+(?:main\.)?"?(\w+)/i

/**
 * Counts the changes of each table, so that what was read from it can be kept until the next one. It counts too much rather
 * than too little: a statement counts when it is run, whatever it changes, and once more when it is rolled back.
 */
export class TableChanges {
  readonly #query: (sql: string) => readonly Record<string, string>[]
  readonly #counts = new Map<string, ChangeCount>()
  readonly #byStatement = new Map<string, readonly ChangeCount[]>()
  /** What the running transaction has changed. */
  readonly #pending = new Set<ChangeCount>()

  constructor(query: (sql: string) => readonly Record<string, string>[]) {
    this.#query = query
  }

  of(table: string): ChangeCount {
    let count = this.#counts.get(table)
    if (!count) this.#counts.set(table, (count = { count: 0 }))
    return count
  }

  /** A statement that writes is run: it changes its table, and those whose rows go with that table's. */
  by(sql: string): void {
    let counts = this.#byStatement.get(sql)
    if (!counts) {
      const table = writing.exec(sql)?.[1]
      if (table === undefined) return this.ofUnknown()
      counts = this.#withDependents(table).map((name) => this.of(name))
      this.#byStatement.set(sql, counts)
    }
    for (const count of counts) {
      count.count += 1
      this.#pending.add(count)
    }
  }

  /** Anything may have changed, the tables themselves too. */
  ofUnknown(): void {
    this.#byStatement.clear()
    for (const count of this.#counts.values()) {
      count.count += 1
      this.#pending.add(count)
    }
  }

  begin(): void {
    this.#pending.clear()
  }

  /** What was read in the transaction that is taken back, or in a part of it, may be no more. */
  rolledBack(): void {
    for (const count of this.#pending) count.count += 1
  }

  /** A table, and those that refer to it, and those that refer to these: a deletion may go through them all. */
  #withDependents(table: string): readonly string[] {
    const references = this.#query(
      `select m.name as child, f."table" as parent
       from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'`,
    )
    const found = new Set([table])
    // A set's iteration goes on to what is added to it on the way.
    for (const parent of found) {
      for (const reference of references) {
        if (reference.parent === parent) found.add(reference.child!)
      }
    }
    return [...found]
  }
}
