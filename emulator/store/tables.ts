import type { Database } from './database.ts'

/** Which migrations were applied is a fact about the tables, not a part of the state in them. */
const keptTable = 'migration'

/** Empties every table in one transaction, and starts their sequences anew. */
export function clearTables(db: Database): void {
  withoutForeignKeys(db, () => {
    for (const table of tableNames(db, 'main')) db.exec(`delete from main.${quoted(table)}`)
    if (hasSequences(db, 'main')) db.exec('delete from main.sqlite_sequence')
  })
}

/**
 * Replaces all rows by those of another database with the same tables, in one transaction: before it commits the old
 * state is whole, after it the new one. The database stays open and its prepared statements stay valid.
 *
 * @param within also runs in the transaction, first
 * @throws Error when the tables differ
 */
export function replaceRows(db: Database, file: string, within: () => void): void {
  // As a parameter it would be a cached statement, and as a text it could end early.
  db.exec(`attach '${file.replaceAll("'", "''")}' as restored`)
  try {
    withoutForeignKeys(db, () => {
      within()
      const tables = tableNames(db, 'main')
      const offered = new Set(tableNames(db, 'restored'))
      for (const table of tables) {
        const columns = columnNames(db, table, 'main')
        if (!offered.has(table) || columns.join() !== columnNames(db, table, 'restored').join()) {
          throw new Error(`the table ${table} is not what this version has`)
        }
        const list = columns.map(quoted).join()
        db.exec(`delete from main.${quoted(table)};
          insert into main.${quoted(table)} (${list}) select ${list} from restored.${quoted(table)}`)
      }
      if (hasSequences(db, 'main')) db.exec('delete from main.sqlite_sequence')
      if (hasSequences(db, 'main') && hasSequences(db, 'restored')) {
        db.exec('insert into main.sqlite_sequence select * from restored.sqlite_sequence')
      }
    })
  } finally {
    db.exec('detach restored')
  }
}

/** Rows are exchanged table by table, in no order that foreign keys or their cascades could stand. */
function withoutForeignKeys(db: Database, work: () => void): void {
  if (db.inTransaction) throw new Error('the state cannot be replaced inside a transaction')
  db.exec('pragma foreign_keys = off')
  try {
    db.transaction(work)
  } finally {
    db.exec('pragma foreign_keys = on')
  }
}

type Schema = 'main' | 'restored'

function tableNames(db: Database, schema: Schema): string[] {
  return db
    .all<{ name: string }>(
      `select name from pragma_table_list
       where schema = ? and type = 'table' and name not like 'sqlite\\_%' escape '\\' and name <> ?
       order by name`,
      schema,
      keptTable,
    )
    .map(({ name }) => name)
}

/** Without generated columns, which can't be inserted. */
function columnNames(db: Database, table: string, schema: Schema): string[] {
  return db
    .all<{ name: string }>(
      'select name from pragma_table_xinfo(?, ?) where hidden = 0 order by name',
      table,
      schema,
    )
    .map(({ name }) => name)
}

/** SQLite makes `sqlite_sequence` with the first autoincrement table. */
function hasSequences(db: Database, schema: Schema): boolean {
  const found = "select 1 from pragma_table_list where schema = ? and name = 'sqlite_sequence'"
  return db.get(found, schema) !== undefined
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
