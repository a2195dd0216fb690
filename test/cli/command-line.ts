import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))

const { sourceDigest } = (await import(path('scripts/ensure.js'))) as {
  readonly sourceDigest: () => string
}
const stamp = path('dist/.built-from')
const isBuilt = existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest()

/**
 * How `node` runs the command line: what was built from the sources as they are, as `npm test` has it, or else the
 * sources, which takes three times as long to start.
 */
export const cliArguments: readonly string[] = isBuilt
  ? [path('bin/pocketcloud.js')]
  : ['--import', import.meta.resolve('tsx'), path('cli/index.ts')]

/** A person's account on a machine: an empty home and working directory, and nothing of ours in the environment. */
export interface Person {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** Runs `pocketcloud …` to its end, its output piped. */
  pocketcloud(...args: readonly string[]): Promise<Result>
  /** The same in a terminal; standard output and error arrive as one. */
  inTerminal(...args: readonly string[]): Promise<Result>
  /** The same, pressing a key when a question was asked. */
  answering(key: string, ...args: readonly string[]): Promise<Result>
  /** The same, pressing each key as soon as what it waits for was written after the key before it. */
  pressing(keys: readonly KeyPress[], ...args: readonly string[]): Promise<Result>
  /** Runs `pocketcloud start …`, until it says that it is ready. */
  start(...args: readonly string[]): Promise<Running>
  /** Ends what still runs, and deletes the home. */
  leave(): Promise<void>
}

export interface KeyPress {
  /** What has to be on the screen. */
  readonly when: string
  /** Done first, such as a call that the command is to notice. */
  readonly do?: () => Promise<unknown>
  readonly key?: string
}

export interface Result {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly url: string
  readonly child: ChildProcess
  /** What it wrote and how it ended, once it has. */
  readonly ended: Promise<Result>
}

export function person(extra: Readonly<Record<string, string>> = {}): Person {
  const home = mkdtempSync(join(tmpdir(), 'pocketcloud-person-'))
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm',
    ...extra,
  }
  const running = new Map<ChildProcess, Promise<Result>>()

  function launch(command: string, args: readonly string[], keys: readonly KeyPress[] = []) {
    const child = spawn(command, args, { cwd: home, env })
    if (keys.length === 0) child.stdin.end()
    const waiting = [...keys]
    let looked = 0
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
      const [next] = waiting
      const found = next === undefined ? -1 : stdout.indexOf(next.when, looked)
      if (next === undefined || found === -1) return
      waiting.shift()
      looked = found + next.when.length
      void press(next)
    })
    async function press({ do: first, key }: KeyPress) {
      await first?.()
      if (key !== undefined) child.stdin.write(key)
      if (waiting.length === 0) child.stdin.end()
    }
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    const ended = new Promise<Result>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (status) => {
        running.delete(child)
        resolve({ status, stdout, stderr })
      })
    })
    running.set(child, ended)
    return { child, ended, written: () => stdout }
  }

  function inTerminal(args: readonly string[], keys: readonly KeyPress[] = []): Promise<Result> {
    const words = [process.execPath, ...cliArguments, ...args].map((word) => `'${word}'`)
    const command = `stty cols 120; ${words.join(' ')}`
    return launch('script', ['-qec', command, '/dev/null'], keys).ended
  }

  return {
    home,
    env,
    pocketcloud: (...args) => launch(process.execPath, [...cliArguments, ...args]).ended,
    inTerminal: (...args) => inTerminal(args),
    answering: (key, ...args) => inTerminal(args, [{ when: '?\r\n', key }]),
    pressing: (keys, ...args) => inTerminal(args, keys),
    async start(...args) {
      const { child, ended, written } = launch(process.execPath, [
        ...cliArguments,
        'start',
        ...args,
      ])
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', () => {
          const ready = /^pocketcloud ready on (\S+)\n/m.exec(written())
          if (ready) resolve(ready[1]!)
        })
        void ended.then(({ stderr }) => reject(new Error(`start ended: ${stderr}`)))
      })
      return { url, child, ended }
    },
    async leave() {
      // In order, so that an ephemeral emulator takes its folder with it.
      for (const child of running.keys()) child.kill('SIGTERM')
      await Promise.all(running.values())
      rmSync(home, { recursive: true, force: true })
    },
  }
}
