import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { authenticate, type Authentication } from '../../emulator/auth/authenticate.ts'
import type { Dialect } from '../../emulator/auth/refusals.ts'
import { AwsError } from '../../emulator/errors.ts'
import { receivePayload, type ReceivedPayload } from '../../emulator/http/payload/index.ts'
import { options } from './signed-requests.ts'

export const accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
export const sessionToken = 'AQoDYXdzEPT//+token=='

const caller = options.findCredential('AKIASTUDENT')!.caller
const credential = { accessKeyId, secretAccessKey, active: true, caller }
const session = { ...credential, accessKeyId: 'ASIASESSION', sessionToken }

/** What became of a request: who made it, or why it was refused, and its payload if it had one. */
export interface Captured {
  readonly line: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly authentication: Authentication | undefined
  readonly received: (ReceivedPayload & { readonly bytes: Buffer }) | undefined
  readonly error: unknown
}

export interface CaptureServer {
  readonly url: string
  readonly captured: Captured[]
  /** What was captured by one call of a client, whatever the client made of the answer. */
  during(work: () => Promise<unknown>): Promise<Captured[]>
  close(): Promise<void>
}

const jsonServices = new Set(['ssm', 'dynamodb', 'monitoring', 'lambda'])

function dialectOf(line: string, authorization = ''): Dialect {
  const scope = /Credential=[^/%]+(?:\/|%2F)\d+(?:\/|%2F)[^/%]+(?:\/|%2F)([^/%]+)/
  const service = (scope.exec(authorization) ?? scope.exec(line))?.[1] ?? 's3'
  if (service === 's3' || service === 'ec2') return service
  return jsonServices.has(service) ? 'json' : 'query'
}

/** A server that authenticates and receives what real clients send it, and answers with next to nothing. */
export async function startCaptureServer(): Promise<CaptureServer> {
  const directory = mkdtempSync(join(tmpdir(), 'capture-'))
  const captured: Captured[] = []
  let files = 0

  async function receive(request: IncomingMessage) {
    const url = request.url!
    const mark = url.indexOf('?')
    const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const dialect = dialectOf(url, headers['authorization'])
    const body = dialect === 's3' ? undefined : await buffer(request)
    const signed = { method: request.method!, path, query, headers, rawHeaders: request.rawHeaders }
    const authentication = authenticate(
      body ? { ...signed, bodyHash: hash('sha256', body) } : signed,
      { dialect },
      {
        ...options,
        findCredential: (id) => [credential, session].find((known) => known.accessKeyId === id),
        wallNow: Date.now(),
        virtualNow: Date.now(),
      },
    )
    if (dialect !== 's3' || request.method !== 'PUT') return { authentication, received: undefined }
    const file = join(directory, String(files++))
    const { signing, payloadHash } = authentication
    const received = await receivePayload(request, headers, { path: file, signing, payloadHash })
    return {
      authentication,
      received: { ...received, bytes: received.bytes ?? readFileSync(file) },
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const line = `${request.method} ${request.url}`
    const { headers } = request
    try {
      captured.push({ line, headers, error: undefined, ...(await receive(request)) })
      response.end()
    } catch (error) {
      captured.push({ line, headers, error, authentication: undefined, received: undefined })
      response.statusCode = error instanceof AwsError ? error.status : 500
      response.end()
    }
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    captured,
    async during(work) {
      captured.length = 0
      await work().catch(() => {})
      return [...captured]
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      rmSync(directory, { recursive: true })
    },
  }
}
