import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newContentCipher, encrypting } from '../../emulator/store/content-cipher.ts'
import { idSource } from '../../emulator/ids.ts'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'
import { content } from './upload.ts'

describe('an object of few bytes', () => {
  let store: Store
  beforeEach(() => {
    store = openStore()
  })
  afterEach(() => store.close())

  const keep = (bytes: Buffer) =>
    store.db.transaction(() =>
      store.objects.keep({ path: '', bytes, size: bytes.length, digests: {}, trailers: {} }),
    )
  const rows = () => store.db.all('select id from small_object').length

  test('is a row, and no file', async () => {
    const id = keep(Buffer.from('hello'))
    expect(store.objects.size(id)).toBe(5)
    expect(await content(store, id)).toBe('hello')
    expect(readdirSync(`${store.directory}/objects`)).toEqual([])
    expect(readdirSync(`${store.directory}/incoming`)).toEqual([])
    expect(await store.sweep()).toBe(0)
    expect(await content(store, id)).toBe('hello')
  })

  test('is read in slices and decrypted, also when it is empty', async () => {
    const cipher = newContentCipher(idSource())
    const id = keep(encrypting(cipher).update('0123456789abcdefghij'))
    const slice = (start: number, end: number) => ({ id, start, end, cipher })
    expect(store.objects.readNow(slice(3, 20)).toString()).toBe('3456789abcdefghij')
    expect((await store.objects.read(slice(17, 18)).toArray()).join('')).toBe('h')
    expect(await store.objects.read(slice(5, 5)).toArray()).toEqual([])
    expect(() => store.objects.readNow(slice(0, 21))).toThrow('ends before byte 21')
    expect(await content(store, keep(Buffer.alloc(0)))).toBe('')
  })

  test('is linked, removed and taken back with the transaction', async () => {
    const id = keep(Buffer.from('hello'))
    const copy = store.db.transaction(() => store.objects.link(id))
    store.db.transaction(() => store.objects.removeAfterCommit(id))
    expect(() => store.objects.readNow({ id, start: 0, end: 5 })).toThrow('ENOENT')
    expect(await content(store, copy)).toBe('hello')
    const undone = () => {
      store.objects.removeAfterCommit(copy)
      store.objects.keep({
        path: '',
        bytes: Buffer.from('x'),
        size: 1,
        digests: {},
        trailers: {},
      })
      throw new Error('no')
    }
    expect(() => store.db.transaction(undone)).toThrow('no')
    expect(await content(store, copy)).toBe('hello')
    expect(rows()).toBe(1)
  })

  test('is kept in a transaction only, and goes with a reset', () => {
    const file = { path: '', bytes: Buffer.from('x'), size: 1, digests: {}, trailers: {} }
    expect(() => store.objects.keep(file)).toThrow('inside a transaction')
    keep(Buffer.from('x'))
    store.reset()
    expect(rows()).toBe(0)
  })

  test('is saved and restored', async () => {
    const id = keep(Buffer.from('hello'))
    const other = openStore()
    try {
      await other.restore(store.save())
      expect(await content(other, id)).toBe('hello')
    } finally {
      await other.close()
    }
  })
})
