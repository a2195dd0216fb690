import { describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import type { PolicyCase } from './cases.ts'
import { decide } from './cases.ts'

interface Table {
  readonly cases: readonly (PolicyCase & { id: string; says: string; expect: string })[]
}

describe.each(['elements', 'variables', 'principals', 'organizations', 'malformed'])(
  '%s',
  (name) => {
    const file = new URL(`../../fixtures/policies/${name}.json`, import.meta.url)
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as Table

    test.each(cases)('$id: $expect ($says)', (given) => {
      expect(decide(given)).toBe(given.expect)
    })
  },
)
