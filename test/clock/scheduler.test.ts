import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TimerHandler } from '../../emulator/clock/timers.ts'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'
import { day, start, timeline } from './timeline.ts'

interface Note {
  readonly text: string
}

const stop: TimerHandler = (_, call) => call.timers.cancel('note', 'pot')

const broken: TimerHandler = (_, call) => {
  call.timers.schedule(call.now, 'note', { text: 'half done' })
  throw new Error(`broken at ${call.now - start}`)
}

const again: TimerHandler = (_, call) => call.timers.schedule(call.now + 1, 'again', {})

const pair: TimerHandler = (_, call) => {
  call.db.run('insert into meta values (?, ?)', `a${call.now}`, '')
  call.db.run('insert into meta values (?, ?)', `b${call.now}`, '')
}

describe('Scheduler', () => {
  let store: Store
  let log: string[]
  beforeEach(() => {
    store = openStore()
    log = []
  })
  afterEach(() => store.close())

  const note: TimerHandler = ({ text }: Note, call) => {
    log.push(`${text} at ${call.now - start}`)
  }
  const rows = () => store.db.all('select * from timer')

  test('fires what is due by now, in order of due time and then of scheduling, each at its own time', () => {
    const { wall, scheduler, timers } = timeline(store, { note })
    timers.schedule(start + 20, 'note', { text: 'late' })
    timers.schedule(start + 10, 'note', { text: 'early' })
    timers.schedule(start + 10, 'note', { text: 'early too' })
    timers.schedule(start + 500, 'note', { text: 'not yet' })
    scheduler.fireDue()
    expect(log).toEqual([])
    wall.time = start + 100
    scheduler.fireDue()
    expect(log).toEqual(['early at 10', 'early too at 10', 'late at 20'])
    expect(rows()).toHaveLength(1)
  })

  test('a handler knows its account and region, and a chain of timers fires in one pass', () => {
    const owners: string[] = []
    const boil: TimerHandler = ({ text }: Note, call) => {
      owners.push(`${call.service} ${call.account} ${call.region}`)
      call.timers.schedule(call.now + 5, 'note', { text: `${text} is ready` })
    }
    const { wall, scheduler } = timeline(store, { boil, note })
    scheduler
      .forService('tea', '222222222222', 'us-west-2')
      .schedule(start + 10, 'boil', { text: 'water' })
    scheduler
      .forService('tea', '333333333333', 'us-east-1')
      .schedule(start + 12, 'note', { text: 'other' })
    wall.time = start + 100
    scheduler.fireDue()
    expect(log).toEqual(['other at 12', 'water is ready at 15'])
    expect(owners).toEqual(['tea 222222222222 us-west-2'])
  })

  test('advance fires on the way, at each due time, and moves the clock', async () => {
    const daily: TimerHandler = (_, call) => {
      log.push(`day ${(call.now - start) / day}`)
      call.timers.schedule(call.now + day, 'daily', {}, 'backup')
    }
    const { clock, scheduler, timers } = timeline(store, { daily })
    timers.schedule(start + day, 'daily', {}, 'backup')
    expect(await scheduler.advance(90 * day)).toEqual({ now: start + 90 * day, fired: 90 })
    expect(log).toEqual(Array.from({ length: 90 }, (_, n) => `day ${n + 1}`))
    expect(clock.now()).toBe(start + 90 * day)
    expect(rows()).toMatchObject([{ due_at: start + 91 * day }])
  })

  test('advances are made one after the other, and only forward', async () => {
    const { clock, scheduler, timers } = timeline(store, { note })
    timers.schedule(start + 15, 'note', { text: 'tea' })
    await Promise.all([scheduler.advance(10), scheduler.advance(10)])
    expect(clock.now()).toBe(start + 20)
    expect(log).toEqual(['tea at 15'])
    await expect(scheduler.advance(-1)).rejects.toThrow('only moves forward')
    await expect(scheduler.advance(Infinity)).rejects.toThrow('number of milliseconds')
    await expect(scheduler.advance(NaN)).rejects.toThrow('number of milliseconds')
    await expect(scheduler.advance(1e16)).rejects.toThrow('end of time')
    await scheduler.advance(0)
    expect(clock.now()).toBe(start + 20)
  })

  test('timers and the clock outlive a restart in the middle', async () => {
    const directory = mkdtempSync(`${tmpdir()}/timers-`)
    const before = openStore({ dataDir: directory })
    const first = timeline(before, { note })
    for (const n of [1, 2, 3, 4])
      first.timers.schedule(start + n * day, 'note', { text: `day ${n}` })
    await first.scheduler.advance(2 * day)
    await before.close()
    expect(log).toHaveLength(2)

    const after = openStore({ dataDir: directory })
    const second = timeline(after, { note })
    expect(second.scheduler.servicesWithTimers()).toEqual(['tea'])
    second.scheduler.fireDue()
    expect(log).toHaveLength(2)
    second.wall.time = start + day
    second.scheduler.fireDue()
    expect(log[2]).toBe(`day 3 at ${3 * day}`)
    await second.scheduler.advance(day)
    expect(log[3]).toBe(`day 4 at ${4 * day}`)
    expect(second.scheduler.servicesWithTimers()).toEqual([])
    await after.close()
    rmSync(directory, { recursive: true })
  })

  test('cancel forgets timers of that kind and key, in that account and region, only', async () => {
    const { scheduler, timers } = timeline(store, { note, other: note })
    const elsewhere = scheduler.forService('tea', '111111111111', 'eu-west-2')
    timers.schedule(start + 1, 'note', { text: 'cancelled' }, 'pot-1')
    timers.schedule(start + 2, 'note', { text: 'cancelled too' }, 'pot-1')
    timers.schedule(start + 3, 'note', { text: 'other pot' }, 'pot-2')
    timers.schedule(start + 4, 'other', { text: 'other kind' }, 'pot-1')
    timers.schedule(start + 5, 'note', { text: 'no key' })
    elsewhere.schedule(start + 6, 'note', { text: 'elsewhere' }, 'pot-1')
    timers.cancel('note', 'pot-1')
    await scheduler.advance(10)
    expect(log).toEqual(['other pot at 3', 'other kind at 4', 'no key at 5', 'elsewhere at 6'])
  })

  test('a handler may cancel what is due at the same time', async () => {
    const { scheduler, timers } = timeline(store, { note, stop })
    timers.schedule(start + 1, 'stop', {})
    timers.schedule(start + 1, 'note', { text: 'cancelled' }, 'pot')
    expect(await scheduler.advance(10)).toMatchObject({ fired: 1 })
    expect(log).toEqual([])
  })

  test('a handler that throws leaves no trace of its work, holds up nobody, and is parked after three attempts', async () => {
    const { scheduler, timers, failures } = timeline(store, { broken, note })
    timers.schedule(start + 1, 'broken', {}, 'pot')
    timers.schedule(start + 2, 'note', { text: 'fine' })
    timers.schedule(start + 3, 'unknown', {})
    await scheduler.advance(day)
    expect(log).toEqual(['fine at 2'])
    expect(failures.filter((text) => text.startsWith('broken'))).toEqual([
      'broken: broken at 1',
      'broken: broken at 1001',
      'broken: broken at 11001',
    ])
    expect(scheduler.parkedTimers()).toMatchObject([
      {
        kind: 'broken',
        key: 'pot',
        attempts: 3,
        error: expect.stringContaining('broken at 11001'),
      },
      {
        kind: 'unknown',
        attempts: 3,
        error: expect.stringContaining('no timers of the kind unknown'),
      },
    ])
    await scheduler.advance(day)
    expect(failures).toHaveLength(6)
  })

  test('a failure that passes is made good by the next attempt', async () => {
    let failing = true
    const flaky: TimerHandler = ({ text }: Note, call) => {
      if (failing) throw new Error('not now')
      note({ text } as never, call)
    }
    const { scheduler, timers } = timeline(store, { flaky })
    timers.schedule(start + 1, 'flaky', { text: 'tea' })
    await scheduler.advance(10)
    failing = false
    await scheduler.advance(day)
    expect(log).toEqual(['tea at 1001'])
    expect(rows()).toEqual([])
  })

  test('a schedule that is rolled back fires nothing, and disturbs no other', () => {
    const { wall, scheduler, timers } = timeline(store, { note })
    timers.schedule(start + 50, 'note', { text: 'stays' })
    const work = () => {
      timers.schedule(start + 10, 'note', { text: 'gone' })
      throw new Error('no')
    }
    expect(() => store.db.transaction(work)).toThrow('no')
    wall.time = start + 20
    scheduler.fireDue()
    expect(log).toEqual([])
    wall.time = start + 50
    scheduler.fireDue()
    expect(log).toEqual(['stays at 50'])
    expect(() => timers.schedule(NaN, 'note', {})).toThrow('cannot be due at NaN')
  })

  test('fires by itself when started, as the wall clock goes', async () => {
    const { wall, scheduler, timers } = timeline(store, { note })
    scheduler.start()
    timers.schedule(start + 60_000, 'note', { text: 'far' })
    timers.schedule(start + 20, 'note', { text: 'near' })
    wall.time = start + 20
    await expect.poll(() => log).toEqual(['near at 20'])
    scheduler.stop()
  })

  test('a reset ends an advance that is under way, and takes the timers with it', async () => {
    const { clock, scheduler, timers } = timeline(store, { again })
    timers.schedule(start, 'again', {})
    const advance = scheduler.advance(1000 * day)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(clock.offset).toBeGreaterThan(0)
    store.reset()
    await expect(advance).rejects.toThrow('replaced while its clock was advancing')
    expect(rows()).toEqual([])
    expect(clock.now()).toBe(start)
  })

  test('advancing ten years over 100,000 timers lets requests through, each of which sees no half-fired timer', async () => {
    const { clock, scheduler, timers } = timeline(store, { pair })
    store.db.transaction(() => {
      for (let n = 0; n < 100_000; n += 1) timers.schedule(start + n * 3_153_600, 'pair', {})
    })
    const advance = scheduler.advance(3650 * day)
    let turns = 0
    for (let before = clock.now(); turns < 10; turns += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(clock.now()).toBeGreaterThanOrEqual(before)
      expect(clock.now()).toBeLessThan(start + 3650 * day)
      before = clock.now()
      const [count] = store.db.all<{ a: number; b: number }>(
        `select count(*) filter (where key like 'a%') as a, count(*) filter (where key like 'b%') as b from meta`,
      )
      expect(count!.a).toBe(count!.b)
    }
    expect(await advance).toMatchObject({ fired: 100_000 })
  })
})
