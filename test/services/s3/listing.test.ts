import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterAllWith,
  isBefore,
  justAfter,
  urlEncoded,
} from '../../../emulator/services/s3/keys.ts'
import { listPage, type ListingSource, type Page } from '../../../emulator/services/s3/listing.ts'
import { listAll } from './listing-model.ts'

interface Row {
  readonly key: string
}

/** Keys in memory, which count how many of them are read. */
function source(keys: readonly string[]) {
  const rows = listAll(keys, { after: '' }).keys.map((key) => ({ key }))
  const counted = { reads: 0 }
  const listing: ListingSource<Row, string> = {
    *readFrom(lowest) {
      for (const row of rows) {
        if (isBefore(row.key, lowest)) continue
        counted.reads += 1
        yield row
      }
    },
    at: (key) => key,
    after: ({ key }) => justAfter(key),
  }
  return { listing, counted }
}

const character = fc.constantFrom(
  'a',
  'b',
  '/',
  '//',
  '-',
  'é',
  '\u{ffff}',
  '\u{1f600}',
  '\u0001',
  ' ',
)
const text = (maxLength: number) =>
  fc.array(character, { maxLength }).map((parts) => parts.join(''))
const key = fc.array(character, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))

describe('listPage', () => {
  test('pages of any size, one after the other, are the whole listing', () => {
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 40 }),
        text(2),
        text(2),
        fc.integer({ min: 1, max: 7 }),
        (keys, prefix, delimiter, limit) => {
          const { listing } = source(keys)
          const found = { keys: [] as string[], commonPrefixes: [] as string[] }
          let from: string | undefined = ''
          while (from !== undefined) {
            const page: Page<Row, string> = listPage(listing, {
              prefix,
              delimiter,
              from: { key: from, cursor: from },
              limit,
            })
            expect(page.rows.length + page.commonPrefixes.length).toBeLessThanOrEqual(limit)
            if (page.next !== undefined) {
              expect(page.rows.length + page.commonPrefixes.length).toBe(limit)
            }
            found.keys.push(...page.rows.map((row) => row.key))
            found.commonPrefixes.push(...page.commonPrefixes)
            from = page.next
          }
          expect(found).toEqual(listAll(keys, { prefix, delimiter }))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('jumps over what is under a common prefix', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `${i % 5}/${i}`)
    const { listing, counted } = source(keys)
    const page = listPage(listing, {
      prefix: '',
      delimiter: '/',
      from: { key: '', cursor: '' },
      limit: 10,
    })
    expect(page.commonPrefixes).toEqual(['0/', '1/', '2/', '3/', '4/'])
    expect(counted.reads).toBe(5)
  })

  test('a page for nothing is complete and empty', () => {
    const { listing } = source(['a'])
    const page = listPage(listing, {
      prefix: '',
      delimiter: '',
      from: { key: '', cursor: '' },
      limit: 0,
    })
    expect(page).toMatchObject({ rows: [], commonPrefixes: [], next: undefined })
  })
})

test('afterAllWith is the first text after everything with the prefix', () => {
  fc.assert(
    fc.property(key, key, (prefix, other) => {
      const end = afterAllWith(prefix)
      if (end === undefined) return
      expect(isBefore(prefix + other, end)).toBe(true)
      if (!isBefore(other, prefix) && !other.startsWith(prefix)) {
        expect(isBefore(other, end)).toBe(false)
      }
    }),
  )
  expect(afterAllWith('a\u{10ffff}')).toBe('b')
  expect(afterAllWith('\u{10ffff}')).toBeUndefined()
  expect(afterAllWith('\u{d7ff}')).toBe('\u{e000}')
})

test('urlEncoded writes keys as forms do, and leaves slashes', () => {
  expect(urlEncoded('a b/ü+(1)*~.txt')).toBe('a+b/%C3%BC%2B%281%29*%7E.txt')
})
