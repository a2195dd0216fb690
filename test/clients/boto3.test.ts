import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const home = mkdtempSync(join(tmpdir(), 'pocketcloud-boto3-'))
let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator.close()
  rmSync(home, { recursive: true })
})

/** The Python that has boto3: the one on the path, or Debian's own. */
async function python(): Promise<string> {
  for (const command of ['python3', '/usr/bin/python3']) {
    if ((await run(command, ['-c', 'import boto3'])).code === 0) return command
  }
  throw new Error('boto3 is needed (Debian: apt-get install python3-boto3)')
}

test('boto3 does what the course does with it', { timeout: 120_000 }, async () => {
  const script = join(packageRoot, 'test', 'clients', 'boto3-course.py')
  const { code, stdout, stderr } = await run(
    await python(),
    [script, emulator.url],
    awsEnvironment(home),
    home,
  )
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.trim().split('\n').at(-1)).toBe('all done')
})
