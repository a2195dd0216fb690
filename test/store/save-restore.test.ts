import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { extract, pack } from 'tar-stream'
import { Clock } from '../../emulator/clock/clock.ts'
import { InvalidArchive } from '../../emulator/store/archive-format.ts'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'
import { content, put, thingTables } from './upload.ts'

let parent: string
const opened: Store[] = []
beforeEach(() => {
  parent = mkdtempSync(`${tmpdir()}/save-`)
})
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(parent, { recursive: true })
})

function open(kind: 'ephemeral' | 'on disk'): Store {
  const dataDir = `${parent}/${opened.length}`
  const store = openStore({ productVersion: '1.2.3', ...(kind === 'on disk' && { dataDir }) })
  opened.push(store)
  store.migrate('thing', thingTables)
  return store
}

const rows = (store: Store) =>
  store.db.all<{ name: string; file: string }>('select * from thing order by id')

async function bytes(store: Store): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { name, file } of rows(store)) found[name] = await content(store, file)
  return found
}

const files = (store: Store) =>
  readdirSync(`${store.directory}/objects`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted()

interface Entry {
  name: string
  content: Buffer
  type?: 'file' | 'symlink'
}

async function entriesOf(archive: Buffer): Promise<Entry[]> {
  const entries: Entry[] = []
  const reader = extract()
  Readable.from([archive]).pipe(reader)
  for await (const entry of reader)
    entries.push({ name: entry.header.name, content: await buffer(entry) })
  return entries
}

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const writer = pack()
  for (const { name, content, type = 'file' } of entries) {
    if (type === 'symlink') writer.entry({ name, type, linkname: '/etc/passwd' })
    else writer.entry({ name }, content)
  }
  writer.finalize()
  return await buffer(writer)
}

describe('save and restore', () => {
  test.each([
    ['ephemeral', 'ephemeral'],
    ['on disk', 'on disk'],
    ['ephemeral', 'on disk'],
    ['on disk', 'ephemeral'],
  ] as const)('from %s to %s gives the same rows, bytes, sequences and clock', async (from, to) => {
    const source = open(from)
    const sourceClock = new Clock(source, () => 0)
    sourceClock.moveTo(5_000)
    source.db.run("insert into kind values ('cup')")
    put(source, 'a', 'hello')
    put(source, 'empty', '')
    put(source, 'large', 'x'.repeat(3_000_000))
    source.db.run("update thing set kind = 'cup' where name = 'a'")
    put(source, 'gone', 'gone')
    source.db.run("delete from thing where name = 'gone'")
    const saved = { rows: rows(source), bytes: await bytes(source) }
    const archive = await buffer(source.save())

    const target = open(to)
    const targetClock = new Clock(target, () => 100)
    put(target, 'other', 'other bytes')
    expect(rows(target)).toHaveLength(1)
    await target.restore(Readable.from([archive]))
    expect(rows(target)).toEqual(saved.rows)
    expect(await bytes(target)).toEqual(saved.bytes)
    expect(targetClock.now()).toBe(5_100)
    put(target, 'next', '')
    expect(target.db.get('select id from thing where name = ?', 'next')).toEqual({ id: 5 })
    expect(() => target.db.run("delete from kind where name = 'cup'")).toThrow('FOREIGN KEY')
  })

  test('what was changed since is as it was, in the store that saved it', async () => {
    const store = open('on disk')
    const changed = put(store, 'changed', 'before')
    const removed = put(store, 'removed', 'bytes')
    const saved = { rows: rows(store), bytes: await bytes(store) }
    const archive = await buffer(store.save())
    store.db.transaction(() => {
      store.objects.removeAfterCommit(removed)
      store.objects.removeAfterCommit(changed)
      store.db.run('delete from thing')
    })
    put(store, 'changed', 'after')
    await store.restore(Readable.from([archive]))
    expect(rows(store)).toEqual(saved.rows)
    expect(await bytes(store)).toEqual(saved.bytes)
    await store.sweep()
    expect(files(store)).toEqual([changed, removed].toSorted())
    expect(readdirSync(`${store.directory}/incoming`)).toEqual([])
  })

  test('a save is of one moment, whatever is written, removed or reset while it is read', async () => {
    const store = open('ephemeral')
    for (let n = 0; n < 30; n += 1) put(store, `thing ${n}`, `${n}`.repeat(50_000))
    const saved = await bytes(store)
    const save = store.save()
    const chunks = save[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    const read = [(await chunks.next()).value]
    for (const { file } of rows(store).slice(0, 20)) {
      store.db.transaction(() => {
        store.db.run('delete from thing where file = ?', file)
        store.objects.removeAfterCommit(file)
      })
    }
    put(store, 'later', 'later')
    store.reset()
    for (let next = await chunks.next(); !next.done; next = await chunks.next())
      read.push(next.value)
    await new Promise(setImmediate)
    expect(files(store)).toEqual([])
    await store.restore(Readable.from(read))
    expect(await bytes(store)).toEqual(saved)
  })

  test('a reader who goes away leaves nothing behind', async () => {
    const store = open('ephemeral')
    const id = put(store, 'a', 'x'.repeat(5_000_000))
    const save = store.save()
    for await (const _ of save) break
    expect(save.destroyed).toBe(true)
    await expect.poll(() => readdirSync(`${store.directory}/incoming`)).toEqual([])
    store.db.transaction(() => store.objects.removeAfterCommit(id))
    expect(files(store)).toEqual([])
  })

  test('close ends a save that nobody reads', async () => {
    const store = open('ephemeral')
    put(store, 'a', 'x'.repeat(5_000_000))
    const save = store.save()
    const failed = new Promise<Error>((resolve) => save.on('error', resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await store.close()
    expect((await failed).message).toBe('the store is closed')
  })

  test('what a restored state needs can be loaded before it takes over, and its refusal stops it', async () => {
    const source = open('ephemeral')
    put(source, 'a', 'hello')
    const archive = await buffer(source.save())
    const target = open('ephemeral')
    const seen: unknown[] = []
    target.beforeRestore(async (restored) => {
      seen.push(restored.all('select name from thing'), rows(target))
    })
    await target.restore(Readable.from([archive]))
    expect(seen).toEqual([[{ name: 'a' }], []])
    target.reset()
    target.beforeRestore(() => Promise.reject(new Error('cannot load')))
    await expect(target.restore(Readable.from([archive]))).rejects.toThrow('cannot load')
    expect(rows(target)).toEqual([])
  })

  test('close ends a restore that nobody feeds', async () => {
    const store = open('ephemeral')
    const source = new PassThrough()
    source.write(
      await archiveOf([{ name: 'manifest.json', content: Buffer.from('{}') }]).then((a) =>
        a.subarray(0, 300),
      ),
    )
    const restore = store.restore(source)
    const failure = restore.catch((error: unknown) => String(error))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await store.close()
    expect(await failure).toContain('the store is closed')
  })

  test('a refused archive is read to its end, so that its sender can be answered', async () => {
    const source = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(10_000, 7)))
    await expect(open('ephemeral').restore(source)).rejects.toBeInstanceOf(InvalidArchive)
    await expect.poll(() => source.readableEnded).toBe(true)
  })

  test('the archive says what it is', async () => {
    const entries = await entriesOf(await buffer(open('ephemeral').save()))
    expect(entries.map(({ name }) => name)).toEqual(['manifest.json', 'state.sqlite', 'sha256'])
    expect(JSON.parse(entries[0]!.content.toString())).toEqual({
      format: 'pocketcloud-state',
      formatVersion: 1,
      productVersion: '1.2.3',
      clockOffset: 0,
    })
  })
})

/** @returns the reason why an archive is refused, after having seen that nothing changed */
async function refusal(archive: Buffer): Promise<string> {
  const store = open('on disk')
  const id = put(store, 'mine', 'my bytes')
  const before = rows(store)
  const error = await store.restore(Readable.from([archive])).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(InvalidArchive)
  expect(rows(store)).toEqual(before)
  await store.sweep()
  expect(files(store)).toEqual([id])
  expect(await bytes(store)).toEqual({ mine: 'my bytes' })
  expect(readdirSync(`${store.directory}/incoming`)).toEqual([])
  return String(error)
}

/** Saves two things, changes the archive's entries, and restores that. */
async function refusalOf(spoil: (entries: Entry[]) => Entry[]): Promise<string> {
  const source = open('ephemeral')
  put(source, 'a', 'hello')
  put(source, 'b', 'world')
  return await refusal(await archiveOf(spoil(await entriesOf(await buffer(source.save())))))
}

const changed = (name: string, change: (content: Buffer) => Buffer) => (entries: Entry[]) =>
  entries.map((entry) =>
    entry.name.startsWith(name) ? { ...entry, content: change(entry.content) } : entry,
  )

const manifest = (members: object) =>
  changed('manifest.json', (content) =>
    Buffer.from(JSON.stringify({ ...(JSON.parse(content.toString()) as object), ...members })),
  )

const inserted =
  (entry: Entry) =>
  ([first, ...rest]: Entry[]) => [first!, entry, ...rest]

const spoiled: Record<string, [spoil: (entries: Entry[]) => Entry[], reason: RegExp]> = {
  'a newer format': [
    manifest({ formatVersion: 2, productVersion: '9.0' }),
    /newer pocketcloud \(9\.0, format 2\)/,
  ],
  'another format': [manifest({ format: 'something' }), /not of pocketcloud/],
  'a manifest that is no JSON': [changed('manifest.json', () => Buffer.from('{')), /no JSON/],
  'no manifest': [(entries) => entries.slice(1), /no manifest/],
  'no database': [([first]) => [first!], /its end is missing/],
  'changed object bytes': [changed('objects/', () => Buffer.from('hullo')), /damaged/],
  'changed database bytes': [
    changed('state.sqlite', (content) => Buffer.concat([content, Buffer.alloc(1)])),
    /damaged/,
  ],
  'a missing object': [(entries) => entries.filter((_, index) => index !== 2), /damaged/],
  'an object that nothing names': [
    inserted({ name: `objects/${'a'.repeat(32)}`, content: Buffer.alloc(1) }),
    /damaged/,
  ],
  'something after the end': [
    (entries) => [...entries, { name: 'objects/x', content: Buffer.from('x') }],
    /follows the end/,
  ],
  'a symbolic link': [
    inserted({ name: `objects/${'a'.repeat(32)}`, content: Buffer.alloc(0), type: 'symlink' }),
    /no plain file/,
  ],
}

describe('restore refuses, and changes nothing:', () => {
  test.each(Object.keys(spoiled))('%s', async (name) => {
    const [spoil, reason] = spoiled[name]!
    expect(await refusalOf(spoil)).toMatch(reason)
  })

  test.each([
    '../evil',
    'objects/../../evil',
    '/tmp/evil',
    `objects/${'a'.repeat(31)}/`,
    `objects/${'A'.repeat(32)}`,
    `objects/${'a'.repeat(32)}/../x`,
    'state.sqlite-wal',
  ])('an entry named %s', async (name) => {
    const spoil = inserted({ name, content: Buffer.from('x') })
    expect(await refusalOf(spoil)).toMatch(/has an entry|no plain file/)
  })

  test.each([Buffer.from('hello'), Buffer.alloc(100_000, 7), Buffer.alloc(0)])(
    'no archive',
    async (archive) => {
      expect(await refusal(archive)).toContain('not a state that can be restored')
    },
  )

  test('an archive that was cut off anywhere', async () => {
    const source = open('ephemeral')
    put(source, 'a', 'hello')
    const archive = await buffer(source.save())
    // It ends in the hash's head and bytes, and two empty blocks: 2048 bytes.
    for (const length of [
      512,
      1024,
      5000,
      archive.length - 2560,
      archive.length - 2048,
      archive.length - 1500,
    ]) {
      expect(await refusal(archive.subarray(0, length))).toContain(
        'not a state that can be restored',
      )
    }
  })

  test('a state with tables of a newer version, or of a part that is not known', async () => {
    const source = open('ephemeral')
    source.db.run("insert into migration values ('thing', 2, '002-more.sql')")
    expect(await refusal(await buffer(source.save()))).toMatch(/newer pocketcloud.*002-more/)
    source.db.run("delete from migration where file = '002-more.sql'")
    source.db.run("insert into migration values ('kinesis', 1, '001-streams.sql')")
    expect(await refusal(await buffer(source.save()))).toContain('tables of kinesis')
  })

  test('a state whose rows contradict each other', async () => {
    const source = open('ephemeral')
    source.db.exec('pragma foreign_keys = off')
    source.db.run("insert into thing (name, kind) values ('a', 'no such kind')")
    expect(await refusal(await buffer(source.save()))).toContain('rows of thing')
  })
})

test('a save fails when an object file is not there', async () => {
  const source = open('ephemeral')
  source.db.run('insert into object_file values (?, 5)', 'a'.repeat(32))
  await expect(buffer(source.save())).rejects.toThrow(
    `the object file ${'a'.repeat(32)} is missing`,
  )
})
