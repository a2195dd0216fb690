import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { CertifiedKey } from './certificates.ts'
import type { Login } from './engine.ts'

/** What an endpoint asks about who comes to it. */
export interface Gate {
  /** Where sessions go. Undefined while there is no server to go to. */
  target(): string | undefined
  /** Why nobody from here is let in, in a sentence; undefined where everybody is. */
  closed(): string | undefined
  /** Whether sessions that are not encrypted are refused. */
  requiresTls(): boolean
  /** How a user shows who it is; the roles that run the server don't come from outside. */
  loginOf(user: string): Promise<Login>
  /** Whether a token lets the user in; from then on the server does without its password. */
  isTokenRight(user: string, token: string): Promise<boolean>
}

/** Begins a session in an engine's protocol: it is refused, or handed on. */
export type Greet = (client: Socket, gate: Gate, secure: SecureContext) => Promise<void>

/** How long a client may take to say who it is, as PostgreSQL's `authentication_timeout`. In ms. */
const longestHello = 60_000

/**
 * The endpoint of a database: a socket that stays the same when another server takes the database over. How a session begins is the
 * protocol's; everything else is between the client and the server, whose bytes are handed on.
 */
export class Front {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(greet: Greet, gate: Gate, certificate: CertifiedKey) {
    const secure = secureContext(certificate)
    this.#server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      socket.setNoDelay(true)
      socket.setTimeout(longestHello, () => socket.destroy())
      greet(socket, gate, secure).catch(() => socket.destroy())
    })
  }

  /**
   * @param host an address, or the path of a folder: then it is a socket there, called by its port
   * @throws Error with code EADDRINUSE where the port is taken
   */
  async listen(port: number, host: string): Promise<number> {
    if (host.startsWith('/')) this.#server.listen(join(host, `${port}.sock`))
    else this.#server.listen(port, host)
    await once(this.#server, 'listening')
    const address = this.#server.address() as AddressInfo | string
    return typeof address === 'string' ? port : address.port
  }

  /** How many sessions there are. */
  get sessions(): number {
    return this.#sockets.size
  }

  /** Ends the sessions that are under way: their server is gone. */
  endSessions(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.endSessions()
    await closed
  }
}

/** Hands a session on to the server. @param first what it is to have before anything else */
export function relay(client: Socket, path: string | undefined, first: Buffer): void {
  if (path === undefined) return void client.destroy()
  const server = connect(path)
  tie(client, server)
  client.setTimeout(0)
  server.write(first)
  client.pipe(server)
  server.pipe(client)
}

/** The two sockets of a session end together. */
export function tie(client: Socket, server: Socket): void {
  server.on('error', () => client.destroy())
  client.on('error', () => server.destroy())
  client.on('close', () => server.destroy())
  server.on('close', () => client.destroySoon())
}

/** Reads until there is enough. @returns what was read and all bytes so far; undefined where the client left or `read` gave up */
export async function enough<Result extends object>(
  socket: Socket,
  read: (bytes: Buffer) => Result | undefined | null,
): Promise<readonly [Result, Buffer] | undefined> {
  let bytes: Buffer = Buffer.alloc(0)
  return new Promise((resolve) => {
    const done = (result: readonly [Result, Buffer] | undefined) => {
      socket.off('data', more).off('close', left)
      socket.pause()
      resolve(result)
    }
    const left = () => done(undefined)
    const more = (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      const result = read(bytes)
      if (result === null) done(undefined)
      else if (result !== undefined) done([result, bytes])
    }
    socket.on('data', more).on('close', left)
    socket.resume()
  })
}

const secureContext = ({ certificate, key }: CertifiedKey) =>
  createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' })
