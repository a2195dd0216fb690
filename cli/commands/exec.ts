import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { constants } from 'node:os'
import { startEmulator } from '../../emulator/start.ts'
import { clientEnvironment, inTheWay } from '../client-environment.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { usageError } from '../failure.ts'

interface ExecOptions extends GlobalOptions {
  readonly state?: string
  readonly strict?: boolean
  readonly seed?: string
}

/** What shells answer for a command that is not there. */
const notFound = 127
const notExecutable = 126

/**
 * `pocketcloud exec -- COMMAND`: runs a command with a cloud of its own, which is gone when the command has ended.
 * @returns the command's exit status; 128 and the signal's number where a signal ended it, as shells have it
 */
export async function exec(
  _context: Context,
  words: readonly string[],
  { state, strict, seed }: ExecOptions,
): Promise<number> {
  if (state !== undefined && !existsSync(state)) {
    throw usageError(`There is no file ${state}.`, 'Make one with: pocketcloud save FILE')
  }
  const emulator = await startEmulator({
    port: 0,
    ephemeral: true,
    ...(strict ? { strict: true } : {}),
    ...(seed === undefined ? {} : { seed }),
  })
  try {
    if (state !== undefined) await restore(state, (archive) => emulator.restore(archive))
    return await runCommand(words, environmentFor(emulator.url, emulator.region))
  } finally {
    await emulator.close()
  }
}

async function restore(
  file: string,
  into: (archive: ReturnType<typeof createReadStream>) => Promise<void>,
): Promise<void> {
  await into(createReadStream(file)).catch((error: Error) => {
    throw usageError(`${file} can't be restored: ${error.message}`)
  })
}

function environmentFor(endpoint: string, region: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !inTheWay.includes(name))
  return {
    ...Object.fromEntries(own),
    ...clientEnvironment(endpoint, region),
    POCKETCLOUD_ENDPOINT: endpoint,
  }
}

async function runCommand(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [file, ...args] = words
  const pass = (signal: NodeJS.Signals) => {
    // A terminal's Ctrl-C has reached the command already: twice may mean something else to it.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const
  // Before the command begins: a signal between the two would end this process, and leave the command behind.
  for (const signal of signals) process.on(signal, pass)
  const child = spawn(file!, args, { env, stdio: 'inherit' })
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + constants.signals[signal!]
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    process.stderr.write(`pocketcloud: ${file} can't be run: ${message}\n`)
    return code === 'ENOENT' ? notFound : notExecutable
  } finally {
    for (const signal of signals) process.off(signal, pass)
  }
}
