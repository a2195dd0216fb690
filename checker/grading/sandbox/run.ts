import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Gate } from '../gate.ts'
import type { Limits } from '../limits.ts'
import type { Limit, Run } from '../result.ts'
import { InfrastructureError } from '../result.ts'
import type { CloudUsage } from './cloud-usage.ts'
import { Output } from './output.ts'
import { sharedMemoryOf, usageOf } from './usage.ts'

export interface Supervision {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly folder: string
  readonly limits: Limits
  readonly gate: Gate
  /** What it uses outside. */
  readonly cloud: () => CloudUsage
  /** Whose processes they are, where that is nobody's else: without a sandbox, all of the user's are ended. */
  readonly user?: number | undefined
  /** Hears whether it is at work, or waits for something: then another may be at work meanwhile. */
  readonly onChange: (isBusy: boolean) => void
  readonly signal: AbortSignal
}

export interface SupervisedRun extends Run {
  readonly seconds: number
  readonly processorSeconds: number
}

/** How often it is looked at, in ms; a machine where more is running is not looked at more often. */
const interval = 200
/** What neither computes nor calls for this long is waiting, in ms. */
const shortWait = 1000

/** Runs a program to its end, or until it has used up what it may; then it is ended with everything that it started. */
export async function runSupervised(supervision: Supervision): Promise<SupervisedRun> {
  const { command, environment, folder, limits, gate, cloud, onChange, signal } = supervision
  const [file, ...args] = command
  const start = performance.now()
  const output = new Output()
  const child = spawn(file!, args, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(supervision.user === undefined ? {} : { uid: supervision.user, gid: supervision.user }),
  })
  let stopped: Run['stopped']
  const stop = (limit: Limit, message: string) => {
    stopped ??= { limit, message }
    end(child)
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output.add(chunk)
      if (output.bytes > limits.output) {
        stop('output', `It wrote more than ${size(limits.output)} and was stopped.`)
      }
    })
  }
  const abort = () => end(child)
  signal.addEventListener('abort', abort)
  let processorSeconds = 0
  const monitor = setInterval(() => {
    const own = usageOf(child.pid ?? 0)
    const outside = cloud()
    const processor = own.processor + outside.processor
    const memory = own.memory + outside.memory
    watch.look(own.processor, outside.processor)
    processorSeconds = Math.max(processorSeconds, processor)
    const exceeded = exceededLimit(limits, {
      ...watch,
      seconds: (performance.now() - start) / 1000,
      processor,
      memory:
        memory > limits.memory ? sharedMemoryOf(child.pid ?? 0) + outside.sharedMemory() : memory,
      processes: own.processes,
      storage: outside.disk,
      sent: gate.sent,
    })
    if (exceeded !== undefined) stop(...exceeded)
  }, interval)
  const watch = watchProgress(gate, onChange)
  try {
    const [exitCode, endSignal] = await ending(child)
    if (signal.aborted) throw new InfrastructureError('Grading was broken off.')
    return {
      exitCode,
      signal: endSignal,
      ...(stopped === undefined ? {} : { stopped }),
      output: output.toString(),
      outputBytes: output.bytes,
      seconds: (performance.now() - start) / 1000,
      processorSeconds,
    }
  } finally {
    clearInterval(monitor)
    signal.removeEventListener('abort', abort)
    end(child)
    if (supervision.user !== undefined) await endAllOf(supervision.user)
  }
}

/** The program's end, not that of its output: what it left running may hold that open. */
async function ending(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  try {
    const result = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    // What is still in the pipes arrives within moments; nobody waits for those who keep them open.
    await Promise.race([once(child, 'close'), new Promise((done) => setTimeout(done, 300))])
    child.stdout?.destroy()
    child.stderr?.destroy()
    return result
  } catch (error) {
    throw new InfrastructureError(`The sandbox could not be started: ${(error as Error).message}`)
  }
}

/** Ends the whole group; a sandbox's first process takes all of its namespace with it. */
function end({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** `kill -1` as that user reaches every process that is theirs, in whatever group. */
async function endAllOf(user: number): Promise<void> {
  const killer = spawn('kill', ['-9', '--', '-1'], { uid: user, gid: user, stdio: 'ignore' })
  await once(killer, 'exit').catch(() => undefined)
}

/** What databases use of the processor from one look to the next while nobody asks them anything, at most, in seconds. */
const idleDatabase = 0.05

/** Follows whether a program gets on: by the processor's time it uses, and by its calls. */
function watchProgress(gate: Gate, onChange: (isBusy: boolean) => void) {
  let lastProcessor = 0
  let lastOutside = 0
  let lastComputing = performance.now()
  let processorAtLastCall = 0
  let lastCall = gate.lastActivity
  let isBusy = true
  return {
    busySeconds: 0,
    idleSeconds: 0,
    look(own: number, outside: number): void {
      const now = performance.now()
      const processor = own + outside
      if (own > lastProcessor || outside - lastOutside > idleDatabase) lastComputing = now
      if (gate.lastActivity > lastCall) {
        lastCall = gate.lastActivity
        processorAtLastCall = processor
      }
      lastProcessor = own
      lastOutside = outside
      const quiet = now - Math.max(lastComputing, gate.lastActivity)
      this.idleSeconds = quiet / 1000
      this.busySeconds = processor - processorAtLastCall
      if (isBusy === quiet < shortWait) return
      isBusy = quiet < shortWait
      onChange(isBusy)
    },
  }
}

interface Used {
  readonly seconds: number
  readonly processor: number
  readonly busySeconds: number
  readonly idleSeconds: number
  readonly memory: number
  readonly processes: number
  readonly sent: number
  readonly storage: number
}

function exceededLimit(limits: Limits, used: Used): [Limit, string] | undefined {
  if (used.seconds > limits.time) {
    return ['time', `It was not done after ${limits.time} seconds and was stopped.`]
  }
  if (used.processor > limits.processor) {
    return ['processor', `It computed for more than ${limits.processor} seconds and was stopped.`]
  }
  if (used.busySeconds > limits.busy) {
    return [
      'processor',
      `It computed for more than ${limits.busy} seconds without a call to the cloud and was stopped.`,
    ]
  }
  if (used.idleSeconds > limits.idle) {
    return ['idle', `It did nothing for ${limits.idle} seconds and was stopped.`]
  }
  if (used.processes > limits.processes) {
    return ['processes', `It started more than ${limits.processes} processes and was stopped.`]
  }
  if (used.memory > limits.memory) {
    return ['memory', `It used more than ${size(limits.memory)} of memory and was stopped.`]
  }
  if (used.sent > limits.upload) {
    return ['upload', `It sent more than ${size(limits.upload)} to the cloud and was stopped.`]
  }
  if (used.storage > limits.storage) {
    return [
      'storage',
      `Its cloud has more than ${size(limits.storage)} of data, and it was stopped.`,
    ]
  }
  return undefined
}

const size = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`
