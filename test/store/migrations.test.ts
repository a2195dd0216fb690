import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Database } from '../../emulator/store/database.ts'
import { migrate } from '../../emulator/store/migrations.ts'

describe('migrate', () => {
  let directory: string
  let db: Database
  beforeEach(() => {
    directory = mkdtempSync(`${tmpdir()}/migrations-`)
    db = new Database(':memory:')
  })
  afterEach(() => rmSync(directory, { recursive: true }))
  const write = (file: string, sql: string) => writeFileSync(`${directory}/${file}`, sql)
  const tables = () =>
    db
      .all<{ name: string }>("select name from sqlite_schema where name <> 'migration'")
      .map(({ name }) => name)

  test('applies the files in order, and each once', () => {
    write('002-column.sql', 'alter table a add column y integer')
    write('001-a.sql', 'create table a (x integer) strict')
    migrate(db, 'part', directory)
    db.run('insert into a (x, y) values (1, 2)')
    write('003-b.sql', 'create table b (x integer) strict')
    migrate(db, 'part', directory)
    migrate(db, 'part', directory)
    expect(tables()).toEqual(['a', 'b'])
    expect(db.all('select * from a')).toEqual([{ x: 1, y: 2 }])
  })

  test('reads no file when nothing is new', () => {
    write('001-a.sql', 'create table a (x integer) strict')
    migrate(db, 'part', directory)
    write('001-a.sql', 'this is not SQL')
    migrate(db, 'part', directory)
    expect(tables()).toEqual(['a'])
  })

  test('counts each part by itself', () => {
    write('001-a.sql', 'create table if not exists a (x integer) strict')
    migrate(db, 'one', directory)
    migrate(db, 'two', directory)
    expect(db.all('select name, number from migration')).toEqual([
      { name: 'one', number: 1 },
      { name: 'two', number: 1 },
    ])
  })

  test('a file that fails leaves nothing of itself, and is named', () => {
    write('001-a.sql', 'create table a (x integer) strict; create table a (y integer) strict')
    expect(() => migrate(db, 'part', directory)).toThrow(
      /part\/001-a\.sql failed: table a already exists/,
    )
    expect(tables()).toEqual([])
  })

  test('refuses a database that newer code has written', () => {
    write('001-a.sql', 'create table a (x integer) strict')
    write('002-b.sql', 'create table b (x integer) strict')
    migrate(db, 'part', directory)
    rmSync(`${directory}/002-b.sql`)
    expect(() => migrate(db, 'part', directory)).toThrow(/newer pocketcloud.*part.*002-b\.sql/)
  })

  test('refuses to go on when an applied file is missing or was renamed', () => {
    write('001-a.sql', 'create table a (x integer) strict')
    write('002-b.sql', 'create table b (x integer) strict')
    migrate(db, 'part', directory)
    renameSync(`${directory}/001-a.sql`, `${directory}/001-other.sql`)
    expect(() => migrate(db, 'part', directory)).toThrow(/part\/001-a\.sql was applied.*missing/)
  })

  test('refuses a file that comes too late, two with one number, and a name without number', () => {
    write('002-b.sql', 'create table b (x integer) strict')
    migrate(db, 'part', directory)
    write('001-a.sql', 'create table a (x integer) strict')
    expect(() => migrate(db, 'part', directory)).toThrow('comes too late')
    write('002-c.sql', '')
    expect(() => migrate(db, 'part', directory)).toThrow('two migrations have the number 002')
    rmSync(`${directory}/002-c.sql`)
    write('more.sql', '')
    expect(() => migrate(db, 'part', directory)).toThrow('named like 001-what.sql, not more.sql')
  })
})
