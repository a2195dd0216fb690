import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Database } from './database.ts'
import { errorCode, errorMessage } from './system-error.ts'

/** A folder of numbered SQL files that together make one part's tables. */
export interface MigrationFolder {
  /** Whose tables they are: `base`, or a service's name. */
  readonly name: string
  readonly directory: URL | string
}

interface MigrationFile {
  readonly number: number
  readonly file: string
}

const fileName = /^(\d{3})-[a-z0-9-]+\.sql$/

/**
 * Applies a folder's `NNN-what.sql` files in order, each once and in a transaction of its own.
 * Where nothing is new it costs a directory listing and one query.
 *
 * @throws Error when the database was made by newer code, or an applied file has gone missing
 */
export function migrate(db: Database, name: string, directory: URL | string): void {
  const path = typeof directory === 'string' ? directory : fileURLToPath(directory)
  const files = migrationFiles(path)
  db.exec(`create table if not exists migration (
    name text not null, number integer not null, file text not null, primary key (name, number)
  ) strict, without rowid`)
  const applied = db.all<MigrationFile>(
    'select number, file from migration where name = ? order by number',
    name,
  )
  const newest = files.at(-1)?.number ?? 0
  for (const { number, file } of applied) {
    if (number > newest) {
      throw new Error(
        `the state was written by a newer pocketcloud: its ${name} tables are at ${file}, which this version does not know`,
      )
    }
    if (!files.some((known) => known.file === file)) {
      throw new Error(
        `the migration ${name}/${file} was applied to this state, but the file is missing`,
      )
    }
  }
  const current = applied.at(-1)?.number ?? 0
  for (const { number, file } of files) {
    if (applied.some((done) => done.number === number)) continue
    if (number < current) {
      throw new Error(
        `the migration ${name}/${file} comes too late: number ${current} was applied already`,
      )
    }
    apply(db, name, number, file, readFileSync(`${path}/${file}`, 'utf8'))
  }
}

function apply(db: Database, name: string, number: number, file: string, sql: string): void {
  try {
    db.transaction(() => {
      db.exec(sql)
      db.run('insert into migration (name, number, file) values (?, ?, ?)', name, number, file)
    })
  } catch (error) {
    throw new Error(`the migration ${name}/${file} failed: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}

/** A part without tables has no folder. */
function listed(path: string): string[] {
  try {
    return readdirSync(path).toSorted()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

function migrationFiles(path: string): MigrationFile[] {
  const files: MigrationFile[] = []
  for (const file of listed(path)) {
    if (!file.endsWith('.sql')) continue
    const match = fileName.exec(file)
    if (!match) throw new Error(`a migration is named like 001-what.sql, not ${file} (in ${path})`)
    const number = Number(match[1])
    if (files.at(-1)?.number === number) {
      throw new Error(`two migrations have the number ${match[1]} in ${path}`)
    }
    files.push({ number, file })
  }
  return files
}
