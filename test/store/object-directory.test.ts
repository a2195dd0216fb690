import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'
import { content, put, received, thingTables } from './upload.ts'

describe('ObjectDirectory', () => {
  let store: Store
  beforeEach(() => {
    store = openStore()
    store.migrate('thing', thingTables)
  })
  afterEach(() => store.close())

  const files = () =>
    readdirSync(`${store.directory}/objects`, { recursive: true, withFileTypes: true }).filter(
      (f) => f.isFile(),
    )
  const names = () => files().map(({ name }) => name)

  test('keeps bytes under objects/<2 hex>/<id>, and knows their size', async () => {
    const id = put(store, 'a', 'hello')
    expect(store.objects.path(id)).toBe(`${store.directory}/objects/${id.slice(0, 2)}/${id}`)
    expect(store.objects.size(id)).toBe(5)
    expect(await content(store, id)).toBe('hello')
    expect(readdirSync(`${store.directory}/incoming`)).toEqual([])
  })

  test('reads slices, also empty ones', async () => {
    const id = put(store, 'a', 'hello')
    const slice = async (start: number, end: number) =>
      (await store.objects.read({ id, start, end }).toArray()).join('')
    expect(await slice(1, 4)).toBe('ell')
    expect(await slice(0, 5)).toBe('hello')
    expect(await slice(2, 2)).toBe('')
    expect(() => store.objects.read({ id: 'f'.repeat(32), start: 0, end: 1 })).toThrow('ENOENT')
  })

  test('reads many files as one stream, which outlives their removal, and then removes them', async () => {
    const ids = ['one ', 'two ', 'three'].map((text, index) => put(store, `part-${index}`, text))
    const slices = ids.map((id) => ({ id, start: 0, end: store.objects.size(id) }))
    const stream = store.objects.readAll(slices)
    store.db.transaction(() => ids.forEach((id) => store.objects.removeAfterCommit(id)))
    expect(names().toSorted()).toEqual(ids.toSorted())
    expect((await stream.toArray()).join('')).toBe('one two three')
    await vi.waitFor(() => expect(names()).toEqual([]))
  })

  test('a reader who goes away before the first byte keeps no file', async () => {
    const id = put(store, 'a', 'hello')
    const slice = { id, start: 0, end: 5 }
    const stream = store.objects.readAll([slice, slice])
    store.db.transaction(() => store.objects.removeAfterCommit(id))
    stream.destroy()
    await vi.waitFor(() => expect(names()).toEqual([]))
  })

  test('keep is undone with the transaction', () => {
    const file = received(store, 'hello')
    const work = () => {
      store.objects.keep(file)
      expect(names()).toHaveLength(1)
      throw new Error('no')
    }
    expect(() => store.db.transaction(work)).toThrow('no')
    expect(names()).toEqual([])
  })

  test('keep refuses to work outside a transaction', () => {
    expect(() => store.objects.keep(received(store, 'x'))).toThrow('inside a transaction')
    expect(names()).toEqual([])
  })

  test('link makes a second name for the same bytes that outlives the first, and is undone with the transaction', async () => {
    const id = put(store, 'a', 'hello')
    const copy = store.db.transaction(() => store.objects.link(id))
    expect(statSync(store.objects.path(copy)).ino).toBe(statSync(store.objects.path(id)).ino)
    store.db.transaction(() => store.objects.removeAfterCommit(id))
    expect(names()).toEqual([copy])
    expect(await content(store, copy)).toBe('hello')
    const work = () => {
      store.objects.link(copy)
      throw new Error('no')
    }
    expect(() => store.db.transaction(work)).toThrow('no')
    expect(names()).toEqual([copy])
  })

  test('removeAfterCommit removes with the commit, and not at all on rollback', async () => {
    const id = put(store, 'a', 'hello')
    const rolledBack = () => {
      store.objects.removeAfterCommit(id)
      throw new Error('no')
    }
    expect(() => store.db.transaction(rolledBack)).toThrow('no')
    expect(await content(store, id)).toBe('hello')
    store.db.transaction(() => {
      store.objects.removeAfterCommit(id)
      expect(names()).toEqual([id])
    })
    expect(names()).toEqual([])
    expect(() => store.objects.size(id)).toThrow(`there is no object file ${id}`)
  })

  test('a read under way outlives the object', async () => {
    const id = put(store, 'a', 'hello')
    const stream = store.objects.read({ id, start: 0, end: 5 })
    store.db.transaction(() => store.objects.removeAfterCommit(id))
    expect((await stream.toArray()).join('')).toBe('hello')
  })

  test('sweep removes orphans and nothing else, also while files are kept', async () => {
    const kept = Array.from({ length: 50 }, (_, n) => put(store, `before ${n}`, `bytes ${n}`))
    for (let n = 0; n < 20; n += 1) {
      const orphan = `${n.toString(16).padStart(2, '0')}${'0'.repeat(30)}`
      mkdirSync(`${store.directory}/objects/${orphan.slice(0, 2)}`, { recursive: true })
      writeFileSync(store.objects.path(orphan), 'orphan')
    }
    mkdirSync(`${store.directory}/discarded-old/ab`, { recursive: true })
    writeFileSync(`${store.directory}/discarded-old/ab/x`, 'x')
    const sweeping = store.sweep()
    for (let n = 0; n < 50; n += 1) {
      kept.push(put(store, `during ${n}`, `bytes ${n}`))
      await new Promise(setImmediate)
    }
    expect(await sweeping).toBe(20)
    expect(names().toSorted()).toEqual(kept.toSorted())
    expect(existsSync(`${store.directory}/discarded-old`)).toBe(false)
  })
})
