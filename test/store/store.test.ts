import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'
import { content, put, thingTables } from './upload.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe('openStore', () => {
  let parent: string
  const opened: Store[] = []
  beforeEach(() => {
    parent = mkdtempSync(`${tmpdir()}/store-`)
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    rmSync(parent, { recursive: true })
  })
  const open = (dataDir?: string) => {
    const store = openStore(dataDir === undefined ? {} : { dataDir })
    opened.push(store)
    store.migrate('thing', thingTables)
    return store
  }

  test('makes a data directory that only its owner can read', () => {
    const dataDir = `${parent}/deep/data`
    put(open(dataDir), 'a', 'hello')
    expect(mode(dataDir)).toBe('700')
    expect(mode(`${dataDir}/objects`)).toBe('700')
    expect(mode(`${dataDir}/incoming`)).toBe('700')
    expect(mode(`${dataDir}/state.sqlite`)).toBe('600')
    expect(readdirSync(dataDir).filter((name) => !name.startsWith('state.sqlite'))).toEqual([
      'incoming',
      'lock',
      'objects',
    ])
  })

  test('finds everything again', async () => {
    const before = open(`${parent}/data`)
    const id = put(before, 'a', 'hello')
    await before.close()
    const after = open(`${parent}/data`)
    expect(after.db.all('select name, file from thing')).toEqual([{ name: 'a', file: id }])
    expect(await content(after, id)).toBe('hello')
  })

  test('without a data directory the state is gone with close', async () => {
    const store = open()
    put(store, 'a', 'hello')
    expect(existsSync(store.directory)).toBe(true)
    await store.close()
    await store.close()
    expect(existsSync(store.directory)).toBe(false)
  })

  test('a process that ends takes its temporary directory with it', () => {
    const program = `import { openStore } from '${new URL('../../emulator/store/store.ts', import.meta.url).href}'
      process.stdout.write(openStore().directory)
      process.exit(3)`
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    )
    expect(status).toBe(3)
    expect(stdout).toContain('pocketcloud-')
    expect(existsSync(stdout)).toBe(false)
  })

  test('a directory in use is refused, naming the process, until it is closed', async () => {
    const first = open(`${parent}/data`)
    expect(() => openStore({ dataDir: `${parent}/data` })).toThrow(
      `${parent}/data is in use by another pocketcloud (process ${process.pid})`,
    )
    put(first, 'a', 'still works')
    await first.close()
    open(`${parent}/data`)
  })

  test('a state of a newer version is refused, and the directory not kept', async () => {
    const store = open(`${parent}/data`)
    store.db.run("insert into migration values ('base', 999, '999-future.sql')")
    await store.close()
    const again = () => openStore({ dataDir: `${parent}/data` })
    expect(again).toThrow(/newer pocketcloud.*999-future/)
    // Who has it open has its log.
    expect(readdirSync(`${parent}/data`)).not.toContain('state.sqlite-wal')
    expect(again).toThrow(/newer pocketcloud.*999-future/)
  })
})

describe('reset', () => {
  let store: Store
  beforeEach(() => {
    store = openStore()
    store.migrate('thing', thingTables)
  })
  afterEach(() => store.close())

  test('empties every table in whatever order they refer to each other, restarts sequences, and keeps the tables', () => {
    store.db.run("insert into kind values ('cup')")
    put(store, 'a', 'hello')
    store.db.run("update thing set kind = 'cup'")
    const migrations = store.db.all('select * from migration')
    let told = 0
    store.afterReplace(() => (told += 1))
    store.reset()
    expect(store.db.all('select * from thing')).toEqual([])
    expect(store.db.all('select * from kind')).toEqual([])
    expect(store.db.all('select * from object_file')).toEqual([])
    expect(store.db.all('select * from migration')).toEqual(migrations)
    expect(told).toBe(1)
    expect(readdirSync(`${store.directory}/objects`)).toEqual([])
    put(store, 'b', 'again')
    expect(store.db.all('select id, name from thing')).toEqual([{ id: 1, name: 'b' }])
    expect(() => store.db.run("update thing set kind = 'none'")).toThrow('FOREIGN KEY')
  })

  test('makes the first state again, which may have object files', async () => {
    put(store, 'a', 'hello')
    let id = ''
    store.reset(() => {
      expect(store.db.inTransaction).toBe(true)
      id = put(store, 'first', 'welcome')
    })
    expect(store.db.all('select name from thing')).toEqual([{ name: 'first' }])
    expect(await content(store, id)).toBe('welcome')
  })

  test('an answer that is being streamed is finished, and an upload under way can be kept', async () => {
    const id = put(store, 'a', 'hello')
    const stream = store.objects.read({ id, start: 0, end: 5 })
    const upload = store.objects.incomingPath()
    writeFileSync(upload, 'late')
    store.reset()
    expect((await stream.toArray()).join('')).toBe('hello')
    const kept = store.db.transaction(() =>
      store.objects.keep({ path: upload, size: 4, digests: {}, trailers: {} }),
    )
    expect(await content(store, kept)).toBe('late')
  })

  test('is refused inside a transaction', () => {
    expect(() => store.db.transaction(() => store.reset())).toThrow('inside a transaction')
  })
})
