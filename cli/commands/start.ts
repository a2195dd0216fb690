import { resolve } from 'node:path'
import type { Health } from '../../checker/control-client.ts'
import { controlClient } from '../../checker/control-client.ts'
import { startEmulator } from '../../emulator/start.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { exitStatus, failure, usageError } from '../failure.ts'

export interface StartOptions extends GlobalOptions {
  readonly port: string
  readonly host: string
  readonly dataDir?: string
  readonly ephemeral?: boolean
  readonly strict?: boolean
  readonly seed?: string
  readonly detach?: boolean
}

/** `pocketcloud start`: returns once the emulator answers; its open port keeps the process alive. */
export async function start(context: Context, options: StartOptions): Promise<void> {
  const port = parsePort(options.port)
  const dataDir = chooseDataDir(options)
  if (options.detach) {
    const { startDetached } = await import('../detached.ts')
    return startDetached(context, dataDir)
  }
  const emulator = await startEmulator({
    port,
    host: options.host,
    ...(dataDir === null ? { ephemeral: true } : { dataDir }),
    ...(options.strict ? { strict: true } : {}),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  }).catch(async (error: unknown) => {
    throw await explainRefusal(error, options.host, port)
  })
  stopOnSignals(() => emulator.close())
  announce(context, fromHere(emulator.url), dataDir)
}

/** An emulator that listens on every address is spoken to, on this machine, by its loopback address. */
const fromHere = (url: string) =>
  url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')

/** The folder of the state; null when nothing is kept. */
function chooseDataDir({ dataDir, ephemeral }: StartOptions): string | null {
  if (ephemeral && dataDir !== undefined) {
    throw usageError(
      '--ephemeral keeps nothing, --data-dir says where to keep it: give one of them.',
    )
  }
  if (ephemeral) return null
  return resolve(dataDir ?? (process.env['POCKETCLOUD_DATA_DIR'] || '.pocketcloud'))
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw usageError(`--port must be a number from 0 to 65535, not "${text}".`)
}

export function announce(
  context: Context,
  url: string,
  dataDir: string | null,
  log?: string,
): void {
  const { out } = context
  out.answer({ ready: true, url, dataDir, log }, [`pocketcloud ready on ${out.paint.bold(url)}`])
  const given = url === 'http://127.0.0.1:4566' ? '' : ` --endpoint ${url}`
  out.hint(
    dataDir === null
      ? 'Nothing is kept: it all goes when this stops.'
      : `State is kept in ${dataDir}`,
    `In ${log === undefined ? 'another' : 'this'} terminal:  eval "$(pocketcloud env${given})"   then:  aws sts get-caller-identity`,
    `First lab:  pocketcloud lab start first-instance`,
    log === undefined ? 'Ctrl-C stops it.' : 'pocketcloud stop  stops it.',
  )
}

/** The first signal closes in order, so that nothing acknowledged is lost and no lock is left; the second insists. */
function stopOnSignals(close: () => Promise<void>): void {
  let closing = false
  const stop = () => {
    if (closing) process.exit(130)
    closing = true
    void close().then(
      () => process.exit(exitStatus.ok),
      (error: unknown) => {
        process.stderr.write(`pocketcloud: closing failed: ${String(error)}\n`)
        process.exit(exitStatus.failed)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

async function explainRefusal(error: unknown, host: string, port: number): Promise<unknown> {
  const { code, message, syscall } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return portInUse(host, port)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return usageError(`This machine has no address ${host} to listen on.`, 'Try --host 127.0.0.1')
  }
  if (code === 'EACCES' && syscall === 'listen') {
    return failure('NotStarted', `May not listen on port ${port}.`, 'Take one above 1023.')
  }
  // What the store says of its folder (in use, made by a newer version, not writable) is meant for people.
  const isPlain = error instanceof Error && (error.name === 'Error' || syscall !== undefined)
  return isPlain
    ? failure(
        'NotStarted',
        message,
        'Another folder for the state: --data-dir. None at all: --ephemeral.',
      )
    : error
}

async function portInUse(host: string, port: number) {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const other = await controlClient(url)
    .health()
    .catch((): Health | null => null)
  return other === null
    ? failure(
        'PortInUse',
        `Port ${port} is taken by another program.`,
        `Take another one: pocketcloud start --port ${port + 1}`,
      )
    : failure(
        'AlreadyRunning',
        `pocketcloud is already running on ${url} (process ${other.pid}).`,
        `Use that one, stop it with \`pocketcloud stop\`, or start another: pocketcloud start --port ${port + 1} --data-dir ./another`,
      )
}
