import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { announce } from './commands/start.ts'
import type { Context } from './context.ts'
import { failure } from './failure.ts'

/** Starts this same command line in the background, with its words in a log file, and waits until it is ready. */
export async function startDetached(context: Context, dataDir: string | null): Promise<void> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'pocketcloud-'))
  mkdirSync(folder, { recursive: true })
  const log = join(folder, 'pocketcloud.log')
  const output = openSync(log, 'w')
  const argv = process.argv.slice(1).filter((word) => word !== '--detach' && word !== '--json')
  const child = spawn(process.execPath, [...process.execArgv, ...argv], {
    detached: true,
    stdio: ['ignore', output, output],
  })
  const url = await context.out.waiting('Starting pocketcloud', async () => {
    const deadline = performance.now() + 30_000
    while (child.exitCode === null && performance.now() < deadline) {
      const ready = /^pocketcloud ready on (\S+)$/m.exec(readFileSync(log, 'utf8'))
      if (ready) return ready[1]!
      await sleep(20)
    }
    return undefined
  })
  if (url === undefined) {
    child.kill()
    const words = readFileSync(log, 'utf8')
      .trim()
      .replace(/^pocketcloud: /, '')
    throw failure(
      'NotStarted',
      words || 'It did not become ready within 30 seconds.',
      `Its log: ${log}`,
    )
  }
  child.unref()
  announce(context, url, dataDir, log)
}
