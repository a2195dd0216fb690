import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { requireTool } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-rds-course-'))
let emulator: TestEmulator
beforeAll(async () => {
  await requireTool('psql', 'postgresql-client', '--version')
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

test('the course, with the AWS CLI and psql', { timeout: 180_000 }, async () => {
  const { code, stdout, stderr } = await run(
    'bash',
    [join(packageRoot, 'test', 'clients', 'course-rds.sh')],
    { ...awsEnvironment(folder), AWS_ENDPOINT_URL: emulator.url },
    folder,
  )
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.trim().split('\n').at(-1)).toBe('all done')
})
