import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const home = mkdtempSync(join(tmpdir(), 'pocketcloud-pandas-'))
let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator.close()
  rmSync(home, { recursive: true })
})

/** The Python that has both: the one on the path, or Debian's own. */
async function python(): Promise<string> {
  for (const command of ['python3', '/usr/bin/python3']) {
    if ((await run(command, ['-c', 'import boto3, pandas'])).code === 0) return command
  }
  throw new Error('pandas is needed (Debian: apt-get install python3-pandas python3-boto3)')
}

test('pandas reads and writes tables through boto3', { timeout: 120_000 }, async () => {
  const script = join(packageRoot, 'test', 'clients', 'pandas-course.py')
  const { code, stdout, stderr } = await run(
    await python(),
    [script, emulator.url],
    { ...awsEnvironment(home), PYTHONWARNINGS: 'ignore' },
    home,
  )
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.trim().split('\n').at(-1)).toBe('all done')
})
