// `npm test`: installs and builds what is missing, then checks types, style and behaviour.
// `npm test -- test/services/s3` runs the tests of some files only, without the other checks.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureReady, root, say, stop } from './ensure.js'

const tsc = ['node_modules/typescript/bin/tsc', '-p']
const filters = process.argv.slice(2)

ensureReady()
requireTool('aws', 'the AWS CLI (Debian: apt-get install awscli; elsewhere: pip install awscli)')
if (filters.length === 0) {
  step('types', [...tsc, 'tsconfig.json'])
  step('declarations', [
    ...tsc,
    'tsconfig.build.json',
    '--declaration',
    '--noEmit',
    '--incremental',
    'false',
  ])
  step('lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'])
  step('format', ['node_modules/oxfmt/bin/oxfmt', '--check'])
}
runTests()

/** A missing tool fails the run: a test that is skipped in silence proves nothing. */
function requireTool(command, what) {
  const { error } = spawnSync(command, ['--version'], { stdio: 'ignore' })
  if (error) stop(`the tests need ${what}.`)
}

function step(name, args) {
  say(name)
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) stop(`the ${name} check failed: see above.`)
}

/** Runs Vitest and closes with a plain line that any CI can read. */
function runTests() {
  say('tests')
  const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-test-'))
  const report = join(folder, 'report.json')
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  rmSync(folder, { recursive: true })
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''
  console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`)
  process.exit(numPassedTests === 0 ? 1 : (status ?? 1))
}
