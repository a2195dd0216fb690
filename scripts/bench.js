// `npm run bench`: speed and size, each beside a yardstick that is measured in the same run.
// `npm run bench -- rates` runs one part: startup, rates, transfers, ec2, listings, databases or memory (`-- memory --full` uploads 5 GiB at a time).
import { spawnSync } from 'node:child_process'
import { ensureReady, root } from './ensure.js'

ensureReady()
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', 'test/bench/index.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
process.exit(status ?? 1)
