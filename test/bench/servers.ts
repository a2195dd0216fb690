import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { packageRoot } from '../../emulator/fixtures.ts'

/** A server in a process of its own, so that the load tool and it don't share one event loop. */
export interface Server {
  readonly name: string
  readonly url: string
  /** From process start to the line that says it answers, in ms. */
  readonly startMs: number
  readonly processId: number
  /** Resident memory now, in MB. */
  residentMb(): number
  stop(): Promise<void>
}

/** The compiled emulator, as `pocketcloud start` runs it. */
export const startPocketcloud = (...args: string[]): Promise<Server> =>
  startServer('pocketcloud', process.execPath, [
    join(packageRoot, 'bin', 'pocketcloud.js'),
    'start',
    '--port',
    '0',
    ...(args.length > 0 ? args : ['--ephemeral']),
  ])

/** The physical yardstick: an Express handler that reads the body and answers fixed bytes. */
export const startBareExpress = (): Promise<Server> =>
  startServer('bare Express', process.execPath, [
    join(packageRoot, 'test', 'bench', 'bare-express.js'),
  ])

/** moto's server, where it is installed; undefined elsewhere. */
export async function startMoto(): Promise<Server | undefined> {
  if (spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status !== 0) return undefined
  const port = await freePort()
  return startServer('moto', 'moto_server', ['-H', '127.0.0.1', '-p', String(port)])
}

async function startServer(name: string, command: string, args: string[]): Promise<Server> {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const url = await readyUrl(child)
  return {
    name,
    url,
    startMs: performance.now() - started,
    processId: child.pid!,
    residentMb: () => residentMb(child.pid!),
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  let said = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface({ input: stream }).on('line', (line) => {
      said += `${line}\n`
      child.emit('line', line)
    })
  }
  return new Promise((resolve, reject) => {
    child.on('line', (line: string) => {
      const url = /https?:\/\/[\d.]+:\d+/.exec(line)?.[0]
      if (url) resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)))
  })
}

/** Linux tells it in /proc; elsewhere `ps` does. */
function residentMb(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return (pages * 4096) / 2 ** 20
  } catch {
    return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)]).stdout.toString()) / 1024
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
