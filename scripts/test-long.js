// `npm run test:long`: what takes too long for every change. The crash test kills the emulator 20 times.
import { spawnSync } from 'node:child_process'
import { ensureReady, root } from './ensure.js'

ensureReady()
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/crash', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { POCKETCLOUD_KILLS: '20', ...process.env } },
)
process.exit(status ?? 1)
