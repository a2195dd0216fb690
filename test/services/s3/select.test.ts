import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lines, startSelectTest, type SelectTest } from './select-support.ts'

let t: SelectTest
beforeAll(async () => {
  t = await startSelectTest()
})
afterAll(() => t.emulator.close())

const people = 'name,age,city\nAnn,31,Oslo\nBob,25,"Rome, IT"\nCyd,47,Oslo\n'
const withHeader = { InputSerialization: { CSV: { FileHeaderInfo: 'USE' as const } } }
const toJson = { OutputSerialization: { JSON: {} } }

describe('events', () => {
  test('are Records, Stats and End, with true numbers of bytes', async () => {
    await t.put('people.csv', people)
    const { events, text } = await t.events(
      'people.csv',
      "SELECT s.name FROM S3Object s WHERE s.city = 'Oslo'",
      withHeader,
    )
    expect(text).toBe('Ann\nCyd\n')
    expect(events.map((event) => Object.keys(event)[0])).toEqual(['Records', 'Stats', 'End'])
    expect(events[1]!.Stats!.Details).toEqual({
      BytesScanned: people.length,
      BytesProcessed: people.length,
      BytesReturned: 8,
    })
  })

  test('have no Records where nothing matches', async () => {
    const { events } = await t.events('people.csv', "SELECT * FROM S3Object s WHERE s._1 = 'x'")
    expect(events.map((event) => Object.keys(event)[0])).toEqual(['Stats', 'End'])
  })

  test('tell the progress when asked', async () => {
    const { events } = await t.events('people.csv', 'SELECT * FROM S3Object', {
      RequestProgress: { Enabled: true },
    })
    expect(events.find(({ Progress }) => Progress)!.Progress!.Details!.BytesReturned).toBe(
      people.length,
    )
  })

  test('of gzip count both sizes', async () => {
    const content = 'a,b\n'.repeat(10_000)
    const zipped = gzipSync(content)
    await t.put('zipped', zipped)
    const { events, text } = await t.events('zipped', 'SELECT COUNT(*) FROM S3Object', {
      InputSerialization: { CSV: {}, CompressionType: 'GZIP' },
    })
    expect(text).toBe('10000\n')
    expect(events.find(({ Stats }) => Stats)!.Stats!.Details).toEqual({
      BytesScanned: zipped.length,
      BytesProcessed: content.length,
      BytesReturned: 6,
    })
  })

  test('carry at most 1 MiB of records each, whole in their order', async () => {
    const content = Array.from({ length: 60_000 }, (_, i) => `row ${i},${'x'.repeat(40)}\n`).join(
      '',
    )
    await t.put('large', content)
    const { events, text } = await t.events('large', 'SELECT * FROM S3Object')
    expect(text).toBe(content)
    const sizes = events.flatMap(({ Records }) => (Records ? [Records.Payload!.length] : []))
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024)
  })
})

test('SELECT * over CSV with a header makes JSON objects', async () => {
  expect(
    lines(await t.csv(people, 'SELECT * FROM S3Object', { ...withHeader, ...toJson })),
  ).toEqual([
    { name: 'Ann', age: '31', city: 'Oslo' },
    { name: 'Bob', age: '25', city: 'Rome, IT' },
    { name: 'Cyd', age: '47', city: 'Oslo' },
  ])
})
