import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-course-'))
let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

test.each(['course-iam.sh', 'course-s3.sh', 'course-ec2.sh', 'course-spot.sh'])(
  '%s: what the course says happens',
  { timeout: 300_000 },
  async (name) => {
    const { code, stdout, stderr } = await run(
      'bash',
      [join(packageRoot, 'test', 'clients', name)],
      { ...awsEnvironment(folder), AWS_ENDPOINT_URL: emulator.url },
      folder,
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.trim().split('\n').at(-1)).toBe('all done')
  },
)
