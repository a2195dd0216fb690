import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../emulator/fixtures.ts'

interface Entry {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

test('package-lock.json names the binaries of every platform (else: node scripts/complete-lock.js)', () => {
  const { packages } = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Entry>
  }
  const wanted = Object.values(packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  )
  expect(wanted.length).toBeGreaterThan(20)
  // npm ci refuses a lock file that lacks one of them, on every machine.
  expect(wanted.filter((name) => !packages[`node_modules/${name}`])).toEqual([])
})
