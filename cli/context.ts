import type { ControlClient } from '../checker/control-client.ts'
import { controlClient } from '../checker/control-client.ts'
import { usageError } from './failure.ts'
import type { Output } from './output.ts'
import { terminalOutput } from './output.ts'

/** What every command is given. */
export interface Context {
  readonly out: Output
  /** Where the emulator is, without a trailing slash. */
  readonly endpoint: string
  readonly control: ControlClient
}

export interface GlobalOptions {
  readonly json?: boolean
  readonly endpoint?: string
}

export function makeContext(options: GlobalOptions): Context {
  const endpoint = chooseEndpoint(options.endpoint, process.env)
  return {
    out: terminalOutput({ json: options.json === true }),
    endpoint,
    control: controlClient(endpoint),
  }
}

/**
 * The emulator a command talks to: `--endpoint`, else `POCKETCLOUD_ENDPOINT`, else `AWS_ENDPOINT_URL` where that is
 * on this machine (it may well point at somebody else's service), else the port that `start` takes by default.
 */
export function chooseEndpoint(option: string | undefined, env: NodeJS.ProcessEnv): string {
  if (option !== undefined) return parseEndpoint(option, '--endpoint')
  if (env['POCKETCLOUD_ENDPOINT']) {
    return parseEndpoint(env['POCKETCLOUD_ENDPOINT'], 'POCKETCLOUD_ENDPOINT')
  }
  const forAws = env['AWS_ENDPOINT_URL']
  if (forAws && isLoopback(forAws)) return parseEndpoint(forAws, 'AWS_ENDPOINT_URL')
  return 'http://127.0.0.1:4566'
}

function parseEndpoint(text: string, from: string): string {
  const url = asUrl(text)
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw usageError(
      `${from} is not the address of an emulator: ${text}`,
      'Give it as a URL, such as http://127.0.0.1:4566',
    )
  }
  return url.origin
}

function isLoopback(text: string): boolean {
  const hostname = asUrl(text)?.hostname ?? ''
  return /^(127(\.\d+){3}|localhost|.+\.localhost|\[::1\])$/.test(hostname)
}

const asUrl = (text: string) => (URL.canParse(text) ? new URL(text) : undefined)
