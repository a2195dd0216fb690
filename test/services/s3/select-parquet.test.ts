import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lines, startSelectTest, type SelectTest } from './select-support.ts'
import { refusal } from './support.ts'

// The files were made by pyarrow 25: two rows to a group. `types` is compressed by Snappy.

let t: SelectTest
beforeAll(async () => {
  t = await startSelectTest()
  for (const name of ['types', 'gzip', 'zstd']) {
    await t.put(name, readFileSync(join(import.meta.dirname, 'parquet', `${name}.parquet`)))
  }
})
afterAll(() => t.emulator.close())

const parquet = {
  InputSerialization: { Parquet: {} },
  OutputSerialization: { JSON: {} },
}
const rows = async (key: string, expression: string, more: object = {}) => {
  const { text, error } = await t.events(key, expression, { ...parquet, ...more })
  if (error) throw error
  return lines(text)
}

test('columns of every type come out as they were stored', async () => {
  const { text } = await t.events('types', 'SELECT * FROM S3Object', parquet)
  expect(text.split('\n').slice(0, 2)).toEqual([
    '{"id":1,"Name":"ann","big":9007199254740993,"score":1.5,"ok":true,"price":12.345,"day":"2024-02-29",' +
      '"at":"2024-02-29T01:02:03.456789Z","tags":"b","who":{"first":"x","n":1}}',
    '{"id":2,"Name":"bob","big":-5,"score":2.25,"ok":false,"price":-0.001,"day":"1969-12-31",' +
      '"at":"1969-12-31T23:59:59.000001Z","tags":null,"who":{"first":"y","n":2}}',
  ])
})

test('columns are compared by their types, in any case of their names', async () => {
  const where = "s.NAME = 'bob' OR s.price > 1000 OR s.\"at\" < CAST('1970-01-01T' AS TIMESTAMP)"
  expect(
    await rows('types', `SELECT s.id, s.who."first" AS f FROM S3Object s WHERE ${where}`),
  ).toEqual([
    { id: 2, f: 'y' },
    { id: 4, f: null },
  ])
  expect(await rows('gzip', 'SELECT COUNT(*) AS n, MAX(id) AS most FROM S3Object')).toEqual([
    { n: 4, most: 4 },
  ])
  const csv = { OutputSerialization: { CSV: {} } }
  const limited = await t.events('gzip', 'SELECT * FROM S3Object LIMIT 1', { ...parquet, ...csv })
  expect(limited.text).toBe('1,a\n')
})

test('a scan range takes the row groups that begin in it', async () => {
  const first = { ScanRange: { Start: 4, End: 4 } }
  expect(await rows('gzip', 'SELECT id FROM S3Object', first)).toEqual([{ id: 1 }, { id: 2 }])
  const later = { ScanRange: { Start: 5 } }
  expect(await rows('gzip', 'SELECT id FROM S3Object', later)).toEqual([{ id: 3 }, { id: 4 }])
})

test.each([
  ['zstd', 'SELECT * FROM S3Object', {}, 'ParquetUnsupportedCompressionCodec'],
  ['text', 'SELECT * FROM S3Object', {}, 'ParquetParsingError'],
  ['gzip', 'SELECT s.nothing FROM S3Object s', {}, 'MissingHeaders'],
  ['gzip', 'SELECT * FROM S3Object s', { CompressionType: 'GZIP' }, 'InvalidCompressionFormat'],
] as const)('%s by %s with %o is refused', async (key, expression, more, code) => {
  await t.put('text', 'a,b\n'.repeat(100))
  const InputSerialization = { Parquet: {}, ...more }
  const call = t.events(key, expression, { ...parquet, InputSerialization })
  expect((await refusal(call)).code).toBe(code)
})

/** `ann,30`, `bob,25`; then in a stream of its own `cid,20`. */
const bzip2 =
  'QlpoOTFBWSZTWQpEv3YAAARZAAAQAARaADABoAAxADAgGnqCo0xg6Fx4u5IpwoSAUiX7sEJaaDkxQVkmU1n5+hBuAA' +
  'ACWQAAEAAEUAAMICAAIhptEIYDoBb4u5IpwoSHz9CDcA=='
test('objects compressed by bzip2 are read, of several streams too', async () => {
  const bytes = Buffer.from(bzip2, 'base64')
  const InputSerialization = { CSV: {}, CompressionType: 'BZIP2' as const }
  await t.put('bz', bytes)
  const query = (key: string) =>
    t.events(key, 'SELECT s._1 FROM S3Object s WHERE CAST(s._2 AS INT) < 30', {
      InputSerialization,
    })
  expect((await query('bz')).text).toBe('bob\ncid\n')
  await t.put('plain', 'ann,30\n')
  expect((await refusal(query('plain'))).code).toBe('InvalidCompressionFormat')
  await t.put('cut', bytes.subarray(0, 30))
  expect((await refusal(query('cut'))).code).toBe('TruncatedInput')
})
