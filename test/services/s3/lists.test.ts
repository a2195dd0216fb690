import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAll } from './listing-model.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'lists-bucket'
const keys = [
  'asdf',
  'boo/bar',
  'boo/baz/xyzzy',
  'cquux/bla',
  'cquux/thud',
  'a b+c/ü',
  'deep/1/2/3/4',
  'deep/1/2/3/5',
  'dash-dash--x',
  '\u{ffff}',
  '\u{1f600}',
  'ctl\u0001x',
]
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  for (const Key of keys) await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
})
afterAll(() => t.emulator.close())

const v2 = (input: Partial<ListObjectsV2CommandInput> = {}) =>
  t.s3.send(new ListObjectsV2Command({ Bucket, ...input }))
const v1 = (input: object = {}) => t.s3.send(new ListObjectsCommand({ Bucket, ...input }))
type Answer = Awaited<ReturnType<typeof v2>> | Awaited<ReturnType<typeof v1>>
const shown = ({ Contents = [], CommonPrefixes = [] }: Answer) => ({
  keys: Contents.map(({ Key }) => Key!),
  commonPrefixes: CommonPrefixes.map(({ Prefix }) => Prefix!),
})

describe('ListObjectsV2', () => {
  test('gives keys in the order of their UTF-8 bytes, with what is known of them', async () => {
    const answer = await v2()
    expect(shown(answer)).toEqual(listAll(keys, {}))
    expect(answer).toMatchObject({
      IsTruncated: false,
      KeyCount: keys.length,
      MaxKeys: 1000,
      Name: Bucket,
    })
    expect(answer.Contents?.find(({ Key }) => Key === 'asdf')).toEqual({
      Key: 'asdf',
      Size: 4,
      ETag: '"912ec803b2ce49e4a541068d495ab570"',
      StorageClass: 'STANDARD',
      LastModified: expect.any(Date),
      ChecksumAlgorithm: ['CRC32'],
      ChecksumType: 'FULL_OBJECT',
    })
  })

  test('names owners only when asked', async () => {
    expect((await v2({ MaxKeys: 1, FetchOwner: true })).Contents?.[0]?.Owner?.ID).toMatch(
      /^[0-9a-f]{64}$/,
    )
  })

  test.each([
    { prefix: '', delimiter: '/' },
    { prefix: 'boo/', delimiter: '/' },
    { prefix: 'deep/1', delimiter: '/' },
    { prefix: 'boo/ba', delimiter: '/' },
    { prefix: '', delimiter: '--' },
    { prefix: '', delimiter: 'o' },
    { prefix: 'nothing', delimiter: '' },
    { prefix: '', delimiter: '', after: 'boo/bar' },
    { prefix: 'deep/', delimiter: '/', after: 'deep/1/2/3/4' },
    { prefix: '', delimiter: '/', after: 'boo/bar' },
  ])('follows the rules for $prefix $delimiter $after', async ({ prefix, delimiter, after }) => {
    const found = { keys: [] as string[], commonPrefixes: [] as string[] }
    let ContinuationToken: string | undefined
    do {
      const page = await v2({
        Prefix: prefix,
        Delimiter: delimiter,
        StartAfter: after,
        MaxKeys: 2,
        ContinuationToken,
      })
      const { keys, commonPrefixes } = shown(page)
      expect(page.KeyCount).toBe(keys.length + commonPrefixes.length)
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined)
      found.keys.push(...keys)
      found.commonPrefixes.push(...commonPrefixes)
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
    expect(found).toEqual(
      listAll(keys, { prefix, delimiter, ...(after !== undefined && { after }) }),
    )
  })

  test('encodes keys, prefixes and delimiters on request', async () => {
    const answer = await v2({
      Prefix: 'a b',
      Delimiter: '+',
      StartAfter: 'a ',
      EncodingType: 'url',
    })
    expect(answer).toMatchObject({
      Prefix: 'a+b',
      Delimiter: '%2B',
      StartAfter: 'a+',
      EncodingType: 'url',
    })
    expect(shown(answer).commonPrefixes).toEqual(['a+b%2B'])
    expect(shown(await v2({ Prefix: 'a b', EncodingType: 'url' })).keys).toEqual(['a+b%2Bc/%C3%BC'])
  })

  test('answers an empty page for nothing', async () => {
    expect(await v2({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, MaxKeys: 0, IsTruncated: false })
  })

  test('gives at most 1,000', async () => {
    expect((await v2({ MaxKeys: 5000 })).MaxKeys).toBe(1000)
  })

  test('refuses what it cannot read', async () => {
    expect(await refusal(v2({ MaxKeys: -1 }))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Argument maxKeys must be an integer between 0 and 2147483647',
    })
    for (const ContinuationToken of ['', 'nonsense', 'AAAA']) {
      expect(await refusal(v2({ ContinuationToken }))).toMatchObject({
        code: 'InvalidArgument',
        status: 400,
        message: 'The continuation token provided is incorrect',
      })
    }
    expect(await refusal(v2({ EncodingType: 'rot13' as never }))).toMatchObject({
      message: 'Invalid Encoding Method specified in Request',
    })
  })
})

describe('ListObjects', () => {
  test('goes on after a marker, and names the next only with a delimiter', async () => {
    const first = await v1({ MaxKeys: 2 })
    expect(first).toMatchObject({ IsTruncated: true, Marker: '' })
    expect(first.NextMarker).toBeUndefined()
    expect(first.Contents?.[0]?.Owner?.ID).toMatch(/^[0-9a-f]{64}$/)
    const {
      keys: [, last],
    } = shown(first)
    expect(shown(await v1({ Marker: last })).keys).toEqual(listAll(keys, { after: last! }).keys)
  })

  test('pages over common prefixes by marker', async () => {
    const found = { keys: [] as string[], commonPrefixes: [] as string[] }
    let Marker: string | undefined
    do {
      const page = await v1({ Delimiter: '/', MaxKeys: 1, Marker })
      found.keys.push(...shown(page).keys)
      found.commonPrefixes.push(...shown(page).commonPrefixes)
      expect(page.IsTruncated).toBe(page.NextMarker !== undefined)
      Marker = page.NextMarker
    } while (Marker !== undefined)
    expect(found).toEqual(listAll(keys, { delimiter: '/' }))
  })

  test('a marker within a common prefix passes over all of it', async () => {
    expect(shown(await v1({ Delimiter: '/', Marker: 'boo/bar' })).commonPrefixes).toEqual([
      'cquux/',
      'deep/',
    ])
  })
})

test('random buckets list as the model does, page by page', async () => {
  const character = fc.constantFrom('a', 'b', 'c', '/', '-', 'é', '😀')
  const text = (minLength: number, maxLength: number) =>
    fc.array(character, { minLength, maxLength }).map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(text(1, 5), { maxLength: 25 }),
      fc.array(fc.tuple(text(0, 2), text(0, 2), text(0, 3), fc.integer({ min: 1, max: 6 })), {
        minLength: 4,
        maxLength: 4,
      }),
      async (randomKeys, queries) => {
        const Bucket = t.bucketName()
        await t.s3.send(new CreateBucketCommand({ Bucket }))
        await Promise.all(randomKeys.map((Key) => t.s3.send(new PutObjectCommand({ Bucket, Key }))))
        for (const [prefix, delimiter, after, MaxKeys] of queries) {
          const found = { keys: [] as string[], commonPrefixes: [] as string[] }
          let ContinuationToken: string | undefined
          do {
            const page = await t.s3.send(
              new ListObjectsV2Command({
                Bucket,
                MaxKeys,
                ContinuationToken,
                ...(prefix && { Prefix: prefix }),
                ...(delimiter && { Delimiter: delimiter }),
                ...(after && { StartAfter: after }),
              }),
            )
            found.keys.push(...shown(page).keys)
            found.commonPrefixes.push(...shown(page).commonPrefixes)
            ContinuationToken = page.NextContinuationToken
          } while (ContinuationToken !== undefined)
          expect(found).toEqual(listAll(randomKeys, { prefix, delimiter, after }))
        }
      },
    ),
    { numRuns: 40 },
  )
})
