import { describe, expect, test } from 'vitest'
import { Database } from '../../emulator/store/database.ts'
import { remembered } from '../../emulator/store/remembered.ts'

function open() {
  const db = new Database(':memory:')
  db.exec(`
    create table parent (id integer primary key, name text not null) strict;
    create table child (parent integer references parent (id) on delete cascade, note text) strict;
    create table other (n integer) strict`)
  let looked = 0
  const nameOf = remembered<string | undefined, number>(['parent'], (from, id) => {
    looked += 1
    return from.get<{ name: string }>('select name from parent where id = ?', id)?.name
  })
  const notes = remembered<number, string>(['child'], (from) => {
    looked += 1
    return from.get<{ n: number }>('select count(*) as n from child')!.n
  })
  return { db, nameOf, notes, looked: () => looked }
}

describe('what is remembered of a table', () => {
  test('is looked up once, also where there is nothing, and again when the table was written to', () => {
    const { db, nameOf, looked } = open()
    expect([nameOf(db, 1), nameOf(db, 1), looked()]).toEqual([undefined, undefined, 1])
    db.run("insert into parent values (1, 'a')")
    expect([nameOf(db, 1), nameOf(db, 1), looked()]).toEqual(['a', 'a', 2])
    db.run('insert into other values (1)')
    expect([nameOf(db, 1), looked()]).toEqual(['a', 2])
    for (const [sql, name] of [
      ["update or ignore parent set name = 'b'", 'b'],
      ["insert or replace into parent values (1, 'c')", 'c'],
      ["replace into parent values (1, 'd')", 'd'],
      ["with x as (select 'e' as e) update parent set name = (select e from x)", 'e'],
      ['delete from main."parent"', undefined],
    ] as const) {
      db.run(sql)
      expect(nameOf(db, 1)).toBe(name)
    }
    expect(db.get("insert into parent values (1, 'f') returning id")).toEqual({ id: 1 })
    expect(nameOf(db, 1)).toBe('f')
    db.exec("update parent set name = 'g'")
    expect(nameOf(db, 1)).toBe('g')
  })

  test('is forgotten when what was read in a transaction is taken back, whole or in part', () => {
    const { db, nameOf } = open()
    db.run("insert into parent values (1, 'a')")
    const change = (name: string, within?: () => void) => () => {
      db.run('update parent set name = ?', name)
      expect(nameOf(db, 1)).toBe(name)
      within?.()
      throw new Error('no')
    }
    expect(() => db.transaction(change('b'))).toThrow('no')
    expect(nameOf(db, 1)).toBe('a')
    db.transaction(() => {
      db.run("update parent set name = 'c'")
      expect(() => db.transaction(change('d'))).toThrow('no')
      expect(nameOf(db, 1)).toBe('c')
    })
    expect(nameOf(db, 1)).toBe('c')
  })

  test('is forgotten when its rows went with those that they refer to', () => {
    const { db, notes } = open()
    db.run("insert into parent values (1, 'a')")
    db.run("insert into child values (1, 'x')")
    expect(notes(db, '')).toBe(1)
    db.run('delete from parent where id = 1')
    expect(notes(db, '')).toBe(0)
  })

  test('is of one database, and no more than so many values', () => {
    const { db, nameOf } = open()
    db.run("insert into parent values (1, 'a')")
    expect([nameOf(db, 1), nameOf(open().db, 1)]).toEqual(['a', undefined])
    let looked = 0
    const few = remembered<number, number>(['parent'], (_db, id) => (looked += 1) && id, 2)
    for (const id of [1, 2, 1, 2, 3]) expect(few(db, id)).toBe(id)
    expect(looked).toBe(3)
    few(db, 1)
    expect(looked).toBe(4)
  })
})
