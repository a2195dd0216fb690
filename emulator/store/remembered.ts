import type { Database } from './database.ts'
import type { ChangeCount } from './table-changes.ts'

interface Memory<T> {
  readonly counts: readonly ChangeCount[]
  readonly values: Map<string | number, T>
  /** The sum of the counts that the values were read at: counts only grow. */
  at: number
}

/**
 * Looks something up that nearly every call asks for: found once, it is remembered until one of the tables it was read from changes.
 * Whoever gets a value must not change it, because the next one gets the same.
 *
 * @param tables all that `find` reads
 * @param limit how many values are remembered at most
 */
export function remembered<T, Key extends string | number>(
  tables: readonly string[],
  find: (db: Database, key: Key) => T,
  limit = 1000,
): (db: Database, key: Key) => T {
  const memories = new WeakMap<Database, Memory<T>>()
  return (db, key) => {
    let memory = memories.get(db)
    if (!memory) {
      memory = { counts: tables.map((table) => db.changes.of(table)), values: new Map(), at: -1 }
      memories.set(db, memory)
    }
    let now = 0
    for (const { count } of memory.counts) now += count
    const { values } = memory
    if (memory.at !== now) {
      if (values.size > 0) values.clear()
      memory.at = now
    }
    const known = values.get(key)
    if (known !== undefined || values.has(key)) return known as T
    const value = find(db, key)
    if (values.size >= limit) values.clear()
    values.set(key, value)
    return value
  }
}
