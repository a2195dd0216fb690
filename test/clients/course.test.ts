import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { warmAws } from '../../checker/warm-aws.ts'
import { packageRoot } from '../../emulator/fixtures.ts'
import { awsEnvironment, run, startTestEmulator } from '../support/emulator.ts'

// The course's sections as written, by the real AWS CLI, which is kept in memory between its some 180 calls.
test.concurrent.each(['course-iam.sh', 'course-s3.sh', 'course-ec2.sh', 'course-spot.sh'])(
  '%s: what the course says happens',
  { timeout: 300_000 },
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-course-'))
    const emulator = await startTestEmulator()
    try {
      const { code, stdout, stderr } = await run(
        'bash',
        [join(packageRoot, 'test', 'clients', name)],
        { ...awsEnvironment(folder), ...(await warmAws()), AWS_ENDPOINT_URL: emulator.url },
        folder,
      )
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout.trim().split('\n').at(-1)).toBe('all done')
    } finally {
      await emulator.close()
      rmSync(folder, { recursive: true })
    }
  },
)
