import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { requestTooLarge } from '../errors.ts'

/** A request as it came in; its body is read only when somebody asks for it. */
export interface HttpRequest {
  readonly method: string
  /** As sent: percent-encoded, dot segments and double slashes kept. */
  readonly path: string
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Node's `rawHeaders`: only they tell a repeated header from one value with a comma in it. */
  readonly rawHeaders: readonly string[]
  readonly host: string
  readonly sourceIp: string
  readonly secure: boolean
  /**
   * The whole body. Answers a waiting `Expect: 100-continue` first, so call it when the headers were found good.
   * @throws AwsError `RequestEntityTooLarge` above `limit` bytes
   */
  readBody(limit: number): Promise<Buffer>
  /** Whether the client went away. */
  aborted(): boolean
  /** The body as it arrives; answers `Expect: 100-continue` likewise. */
  streamBody(): Readable
}

/** Requests whose client waits for `100 Continue` before it sends the body. */
const waiting = new WeakSet<IncomingMessage>()
export const expectContinue = (request: IncomingMessage): void => void waiting.add(request)
/** Whether the client was not told to go on: Node closes its connection after the answer. */
export const awaitsContinue = (request: IncomingMessage): boolean => waiting.has(request)

const noBody = Buffer.alloc(0)

export function httpRequest(incoming: IncomingMessage, response: ServerResponse): HttpRequest {
  const [path, query] = splitTarget(incoming.url ?? '/')
  const accept = () => {
    if (waiting.delete(incoming)) response.writeContinue()
  }
  // A form without a signature is read twice: to find its service, and its operation.
  let body: Promise<Buffer> | undefined
  return {
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: incoming.headers as Record<string, string | undefined>,
    rawHeaders: incoming.rawHeaders,
    host: incoming.headers.host ?? '',
    sourceIp: plainAddress(incoming.socket.remoteAddress),
    secure: false,
    readBody(limit) {
      accept()
      return (body ??= readBody(incoming, limit))
    },
    aborted: () => incoming.destroyed && !incoming.complete,
    streamBody() {
      accept()
      return incoming
    },
  }
}

/** Splits the request target by hand: a URL parser would normalize what signatures and S3 keys need as sent. */
function splitTarget(target: string): [path: string, query: string] {
  let start = 0
  if (!target.startsWith('/')) {
    const authority = target.indexOf('://')
    const slash = authority < 0 ? -1 : target.indexOf('/', authority + 3)
    if (slash < 0) return ['/', '']
    start = slash
  }
  const mark = target.indexOf('?', start)
  return mark < 0
    ? [target.slice(start), '']
    : [target.slice(start, mark) || '/', target.slice(mark + 1)]
}

/** An IPv4 address that arrives on an IPv6 socket reads `::ffff:127.0.0.1`; policies compare the plain form. */
function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}

function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const { headers } = incoming
  if (!headers['transfer-encoding'] && (headers['content-length'] ?? '0') === '0') {
    return Promise.resolve(noBody)
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let ended = false
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        // What still arrives is discarded: the client reads its refusal only once it has sent everything.
        incoming.removeAllListeners('data')
        incoming.resume()
        reject(requestTooLarge(limit))
      } else chunks.push(chunk)
    })
    incoming.once('end', () => {
      ended = true
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    })
    incoming.once('error', reject)
    incoming.once('close', () => {
      // Every request ends with this; an error that nobody reads is dear.
      if (!ended) reject(new Error('the client went away before its body was complete'))
    })
  })
}
