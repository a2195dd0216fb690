import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'
import { put, thingTables } from './upload.ts'

/** Runs one of the programs here for `time` ms after its first line, and kills it. @returns its lines */
async function killedAfter(time: number, program: string, ...args: string[]): Promise<string[]> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), time)
      output += chunk.toString()
    })
    child.on('close', () => resolve())
  })
  // What comes after the last line end was not said.
  return output.slice(0, output.lastIndexOf('\n')).split('\n')
}

describe('kill -9', () => {
  let dataDir: string
  let store: Store | undefined
  beforeEach(() => {
    dataDir = mkdtempSync(`${tmpdir()}/crash-`)
  })
  afterEach(async () => {
    await store?.close()
    rmSync(dataDir, { recursive: true })
  })
  const reopen = () => {
    store = openStore({ dataDir })
    store.migrate('thing', thingTables)
    return store
  }
  const things = () => store!.db.all<{ name: string; file: string }>('select name, file from thing')
  const files = () =>
    readdirSync(`${dataDir}/objects`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)

  test('in the middle of uploads loses none that was acknowledged, and leaves nothing half-written', async () => {
    const kept = new Set<string>()
    const last: string[] = []
    for (const round of ['a', 'b', 'c']) {
      const lines = await killedAfter(
        100 + Math.random() * 100,
        './crash-writer.ts',
        dataDir,
        round,
      )
      for (const line of lines) {
        const [verb, name] = line.split(' ')
        if (verb === 'kept') kept.add(name!)
        if (verb === 'removed') kept.delete(name!)
      }
      last.push(lines.at(-1)!.split(' ')[1]!)
    }
    expect(kept.size).toBeGreaterThan(20)
    reopen()
    const named = new Map(things().map(({ name, file }) => [name, file]))
    // In each round one removal, of the last upload, and one upload more may have been done without being acknowledged.
    const next = last.map((name) => name.replace(/\d+/, (n) => String(Number(n) + 1)))
    expect(last).toEqual(expect.arrayContaining([...kept].filter((name) => !named.has(name))))
    expect(next).toEqual(
      expect.arrayContaining([...named.keys()].filter((name) => !kept.has(name))),
    )
    for (const [name, file] of named) {
      const n = Number(name.split('-')[1])
      expect(readFileSync(store!.objects.path(file), 'utf8')).toBe(
        `bytes of ${name}\n`.repeat(1 + (n % 50)),
      )
    }
    await store!.sweep()
    expect(files().toSorted()).toEqual([...named.values()].toSorted())
    expect(readdirSync(dataDir).filter((name) => name.startsWith('discarded'))).toEqual([])
  })

  test('in the middle of a restore leaves one state or the other, whole', async () => {
    const archives: string[] = []
    for (const state of ['one', 'two']) {
      const source = openStore()
      source.migrate('thing', thingTables)
      for (let n = 0; n < 60; n += 1) put(source, `${state} ${n}`, `bytes of ${state}`)
      archives.push(`${dataDir}-${state}.tar`)
      writeFileSync(archives.at(-1)!, await buffer(source.save()))
      await source.close()
    }
    for (let round = 0; round < 4; round += 1) {
      const lines = await killedAfter(60 + round * 17, './crash-restorer.ts', dataDir, ...archives)
      reopen()
      const rows = things()
      const found = await Promise.all(
        rows.map(async ({ name, file }) => [
          name.split(' ')[0],
          await readFile(store!.objects.path(file), 'utf8'),
        ]),
      )
      const states = [
        Array.from({ length: 60 }, () => ['one', 'bytes of one']),
        Array.from({ length: 60 }, () => ['two', 'bytes of two']),
        // The first restore may not have come to its end.
        ...(lines.length === 1 ? [[]] : []),
      ]
      expect(states).toContainEqual(found)
      await store!.sweep()
      expect(files().toSorted()).toEqual(rows.map(({ file }) => file).toSorted())
      await store!.close()
      store = undefined
    }
    for (const archive of archives) rmSync(archive)
  })
})
