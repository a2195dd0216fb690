import { describe, expect, test } from 'vitest'
import { Database } from '../../emulator/store/database.ts'

function open(): Database {
  const db = new Database(':memory:')
  db.exec('create table t (n integer not null) strict')
  return db
}

const numbers = (db: Database) =>
  db.all<{ n: number }>('select n from t order by n').map(({ n }) => n)

describe('Database', () => {
  test('a transaction that throws leaves nothing', () => {
    const db = open()
    expect(() =>
      db.transaction(() => {
        db.run('insert into t values (1)')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(numbers(db)).toEqual([])
    expect(db.inTransaction).toBe(false)
  })

  test('a nested transaction that throws takes back only its own', () => {
    const db = open()
    db.transaction(() => {
      db.run('insert into t values (1)')
      expect(() =>
        db.transaction(() => {
          db.run('insert into t values (2)')
          throw new Error('no')
        }),
      ).toThrow('no')
      db.transaction(() => db.run('insert into t values (3)'))
    })
    expect(numbers(db)).toEqual([1, 3])
  })

  test('afterCommit waits for the outermost transaction, and is dropped with the nested one it was called in', () => {
    const db = open()
    const seen: string[] = []
    db.transaction(() => {
      db.transaction(() => db.afterCommit(() => seen.push(`kept ${db.inTransaction}`)))
      expect(() =>
        db.transaction(() => {
          db.afterCommit(() => seen.push('dropped'))
          throw new Error('no')
        }),
      ).toThrow('no')
      expect(seen).toEqual([])
    })
    expect(seen).toEqual(['kept false'])
    db.afterCommit(() => seen.push('at once'))
    expect(seen).toEqual(['kept false', 'at once'])
  })

  test('afterRollback undoes in reverse order, and also what a nested transaction had finished', () => {
    const db = open()
    const seen: number[] = []
    const work = () => {
      db.afterRollback(() => seen.push(1))
      db.transaction(() => db.afterRollback(() => seen.push(2)))
      db.afterRollback(() => seen.push(3))
      throw new Error('no')
    }
    expect(() => db.transaction(work)).toThrow('no')
    expect(seen).toEqual([3, 2, 1])
    db.transaction(() => db.afterRollback(() => seen.push(4)))
    expect(() =>
      db.transaction(() => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(seen).toEqual([3, 2, 1])
  })

  test('a transaction refuses to wait for a promise, and takes back what was written', () => {
    const db = open()
    const work = () => db.transaction(async () => db.run('insert into t values (1)'))
    expect(work).toThrow('cannot wait')
    expect(numbers(db)).toEqual([])
  })

  test('a constraint that fails at commit rolls back', () => {
    const db = open()
    db.exec(`create table parent (id integer primary key) strict;
      create table child (id integer references parent (id) deferrable initially deferred) strict`)
    let undone = false
    const work = () => {
      db.afterRollback(() => (undone = true))
      db.run('insert into child values (7)')
    }
    expect(() => db.transaction(work)).toThrow('FOREIGN KEY')
    expect(undone).toBe(true)
    expect(db.all('select * from child')).toEqual([])
    db.transaction(() => db.run('insert into t values (1)'))
    expect(numbers(db)).toEqual([1])
  })
})
