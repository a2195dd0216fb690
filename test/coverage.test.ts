import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../emulator/fixtures.ts'
import { coveragePage } from '../scripts/coverage.ts'

test('docs/coverage.md says what the services define (else: npm run coverage)', async () => {
  const page = readFileSync(join(packageRoot, 'docs', 'coverage.md'), 'utf8')
  expect(page).toBe(await coveragePage())
})
