import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { Clock } from '../../emulator/clock/clock.ts'
import { openStore } from '../../emulator/store/store.ts'

test('the virtual clock is wall time plus an offset that only grows and outlives a restart', async () => {
  const directory = mkdtempSync(`${tmpdir()}/clock-`)
  let wall = 1_000
  const store = openStore({ dataDir: directory })
  const clock = new Clock(store, () => wall)
  expect(clock.now()).toBe(1_000)
  clock.moveTo(500)
  clock.moveTo(300)
  wall = 2_000
  expect([clock.now(), clock.wallNow(), clock.offset]).toEqual([2_500, 2_000, 500])
  await store.close()

  const again = openStore({ dataDir: directory })
  expect(new Clock(again, () => wall).now()).toBe(2_500)
  await again.close()
  rmSync(directory, { recursive: true })
})

test('an offset that is rolled back was never set, and a reset ends it', async () => {
  const store = openStore()
  const clock = new Clock(store, () => 0)
  clock.moveTo(5)
  const work = () => {
    clock.moveTo(9)
    throw new Error('no')
  }
  expect(() => store.db.transaction(work)).toThrow('no')
  expect(clock.offset).toBe(5)
  store.reset()
  expect(clock.offset).toBe(0)
  await store.close()
})
