import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '../../report.ts'
import { InfrastructureError } from '../result.ts'
import type { Answer, Request } from './messages.ts'

/** An emulator of its own for one submission, in one of the pool's processes. */
export interface PooledEmulator {
  readonly port: number
  /** The process that it is in, whose children its databases are. */
  readonly pid: number
  /** Looks at what was built, by the lab's checks. */
  grade(lab: string, seed: string): Promise<Report>
  close(): Promise<void>
}

export interface EmulatorSettings {
  readonly seed: string
  readonly folder: string
  readonly databases: string | undefined
  readonly clock: boolean
  readonly metadata: boolean
}

/** Processes with emulators. One that dies takes its emulators along, and no more: the next submission gets a new one. */
export interface EmulatorPool {
  open(settings: EmulatorSettings): Promise<PooledEmulator>
  close(): void
}

const source = import.meta.url.endsWith('.ts')
const program = fileURLToPath(new URL(source ? './worker.ts' : './worker.js', import.meta.url))
/** From its sources, a process runs as this one does; compiled code needs nothing. */
const execArgv = source ? ['--import', import.meta.resolve('tsx')] : []

/** In MiB: a lab's state takes a few; what takes this much is an attack. */
const heap = 1024

/** @param folder for temporary files, to which databases' own account gets */
export function emulatorPool(size: number, folder: string): EmulatorPool {
  const workers: Worker[] = []
  let nextId = 1
  function take(): Worker {
    const free = workers.filter((worker) => worker.isAlive)
    if (free.length < size) {
      const worker = startWorker(folder, () => void workers.splice(workers.indexOf(worker), 1))
      workers.push(worker)
      return worker
    }
    return free.toSorted((a, b) => a.emulators - b.emulators)[0]!
  }
  return {
    async open(settings) {
      const worker = take()
      const id = nextId++
      worker.emulators += 1
      try {
        const answer = await worker.ask({ do: 'open', id, ...settings })
        return {
          port: (answer as { port: number }).port,
          pid: worker.pid,
          async grade(lab, seed) {
            const graded = await worker.ask({ do: 'grade', id, lab, seed })
            return (graded as { report: Report }).report
          },
          async close() {
            worker.emulators -= 1
            // One that is dead has closed everything.
            await worker.ask({ do: 'close', id }).catch(() => undefined)
          },
        }
      } catch (error) {
        worker.emulators -= 1
        throw error
      }
    },
    close() {
      for (const worker of workers) worker.end()
    },
  }
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

interface Worker {
  readonly isAlive: boolean
  readonly pid: number
  /** How many it has open. */
  emulators: number
  ask(request: Request): Promise<Answer>
  end(): void
}

function startWorker(folder: string, onEnd: () => void): Worker {
  const { POCKETCLOUD_CACHE_DIR: cache, XDG_CACHE_HOME: caches } = process.env
  const env = {
    TMPDIR: folder,
    // What the instructor has configured for the real AWS is none of the checks' concern.
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    // PostgreSQL's programs are unpacked once for this machine, not once for each class.
    XDG_CACHE_HOME: caches || join(homedir(), '.cache'),
    ...(cache ? { POCKETCLOUD_CACHE_DIR: cache } : {}),
    // A sandbox knows no names.
    POCKETCLOUD_RDS_ADDRESS: 'ip',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  }
  const child: ChildProcess = fork(program, {
    env,
    execArgv: [...execArgv, `--max-old-space-size=${heap}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const asked = new Map<number, Waiting>()
  let lastWords = ''
  let isAlive = true
  child.stderr!.on(
    'data',
    (chunk: Buffer) => (lastWords = (lastWords + String(chunk)).slice(-2000)),
  )
  child.on('message', (answer: Answer) => {
    const waiting = asked.get(answer.id)
    asked.delete(answer.id)
    if ('failure' in answer) waiting?.reject(new InfrastructureError(answer.failure))
    else waiting?.resolve(answer)
  })
  const ended = (why: string) => {
    if (!isAlive) return
    isAlive = false
    onEnd()
    for (const { reject } of asked.values()) {
      reject(new InfrastructureError(`The emulator ended: ${why}. ${lastWords.trim()}`.trim()))
    }
    asked.clear()
  }
  child.on('error', (error) => ended(error.message))
  child.on('exit', (code, signal) => ended(signal ?? `status ${code}`))
  return {
    emulators: 0,
    pid: child.pid ?? 0,
    get isAlive() {
      return isAlive
    },
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (!isAlive) return reject(new InfrastructureError('The emulator has ended.'))
        asked.set(request.id, { resolve, reject })
        child.send(request, (error) => error && reject(new InfrastructureError(error.message)))
      }),
    end: () => child.kill('SIGKILL'),
  }
}
