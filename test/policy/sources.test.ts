import { describe, expect, test } from 'vitest'
import { readFileSync, readdirSync } from 'node:fs'
import type { Source, SourcedTable } from './cases.ts'
import { sourcesOf } from './cases.ts'

const directory = new URL('../../fixtures/policies/', import.meta.url)
const files = readdirSync(directory)

const sentence = /^(?:Not documented: )?\S+ \S/
const address = /^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/

const isSourced = ({ says, page }: Partial<Source>): boolean =>
  sentence.test(says ?? '') && address.test(page ?? '')

test('the policy table has at least 400 cases', () => {
  const counts = files.map((file) => sourcesOf(read(file)).length)
  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(400)
})

describe.each(files)('%s', (file) => {
  const cases = sourcesOf(read(file))

  test('every case has a sentence of AWS’s documentation and the address of its page', () => {
    expect(cases.length).toBeGreaterThan(0)
    const unsourced = cases.filter(
      ({ sources }) => sources.length === 0 || !sources.every(isSourced),
    )
    expect(unsourced).toEqual([])
  })
})

function read(file: string): SourcedTable {
  return JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as SourcedTable
}
