// `npm run test:long`: what takes too long for every change. The crash test kills the emulator 50 times, a small tmpfs (which takes root
// to mount) is a full disk, databases are killed and copied under writes (pgbench's too), random calls go to RDS by the thousand, Terraform makes
// real databases, a class of 200 is graded, and every lab's solution runs with the AWS CLI 2.9 too.
import { spawnSync } from 'node:child_process'
import { ensureReady, root } from './ensure.js'

ensureReady()
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/crash',
    'test/engines',
    'test/grading/class.test.ts',
    'test/services/rds/hostile.test.ts',
    '.long.test.ts',
    // One after the other: the class is graded against the clock.
    '--no-file-parallelism',
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      POCKETCLOUD_KILLS: '50',
      POCKETCLOUD_LONG: '1',
      POCKETCLOUD_CLASS: '200',
      ...process.env,
    },
  },
)
process.exit(status ?? 1)
