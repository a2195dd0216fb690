import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'

const page = readFileSync(join(packageRoot, 'docs/testing.md'), 'utf8')

/** The page's examples, each with the name that its first line gives it. */
const examples = Array.from(
  page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms),
  ([, name, code]) => ({
    name: name!,
    code: code!,
  }),
)

test("the examples of docs/testing.md work in a project of one's own", async () => {
  expect(examples.length).toBeGreaterThanOrEqual(4)
  const project = mkdtempSync(join(tmpdir(), 'pocketcloud-own-project-'))
  try {
    for (const { name, code } of examples) writeFileSync(join(project, name), code)
    symlinkSync(join(packageRoot, 'node_modules'), join(project, 'node_modules'))
    const alias = { pocketcloud: join(packageRoot, 'emulator/index.ts') }
    // One after the other in one process: the emulator is loaded from its sources once.
    const once = { isolate: false, fileParallelism: false }
    const limits = { testTimeout: 60_000, hookTimeout: 60_000 }
    const config = { resolve: { alias }, test: { ...once, ...limits } }
    writeFileSync(join(project, 'vitest.config.mjs'), `export default ${JSON.stringify(config)}\n`)
    const report = join(project, 'report.json')
    const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs')
    const words = [vitest, 'run', '--root', project, '--reporter=json', `--outputFile=${report}`]
    const env = { PATH: process.env['PATH'], HOME: project }
    await promisify(execFile)(process.execPath, words, { cwd: project, env }).catch(() => undefined)
    const { testResults, numPassedTests } = JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number
      testResults: { message: string; assertionResults: { failureMessages: string[] }[] }[]
    }
    const failures = testResults.flatMap(({ message, assertionResults }) => [
      ...(message === '' ? [] : [message]),
      ...assertionResults.flatMap(({ failureMessages }) => failureMessages),
    ])
    expect(failures).toEqual([])
    expect(numPassedTests).toBeGreaterThanOrEqual(examples.length)
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
})
