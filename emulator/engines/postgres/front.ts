import { connect, createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls'
import type { CertifiedKey } from '../certificates.ts'
import {
  cleartextPasswordRequest,
  readFirstPacket,
  readPassword,
  refusalPacket,
} from './startup-packet.ts'

/** What an endpoint asks about who comes to it. */
export interface Gate {
  /** Where sessions go. Undefined while there is no server to go to. */
  target(): string | undefined
  /** Why nobody from here is let in, in a sentence; undefined where everybody is. */
  closed(): string | undefined
  /** Whether sessions that are not encrypted are refused. */
  requiresTls(): boolean
  /** How a user shows who it is; the roles that run the server don't come from outside. */
  loginOf(user: string): Promise<'password' | 'token' | 'none'>
  /** Whether a token lets the user in; from then on the server does without its password. */
  isTokenRight(user: string, token: string): Promise<boolean>
}

/** How long a client may take to say who it is, as PostgreSQL's `authentication_timeout`. In ms. */
const longestHello = 60_000

/**
 * The endpoint of a database: a socket that stays the same when another server takes the database over. TLS ends here; an
 * IAM token is looked at here; everything else is between the client and the server, whose bytes are handed on.
 */
export class Front {
  readonly #server: Server
  readonly #gate: Gate
  #secure: SecureContext
  readonly #sockets = new Set<Socket>()

  constructor(gate: Gate, certificate: CertifiedKey) {
    this.#gate = gate
    this.#secure = secureContext(certificate)
    this.#server = createServer((socket) => this.#greet(socket))
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

  set certificate(certificate: CertifiedKey) {
    this.#secure = secureContext(certificate)
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

  #greet(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setNoDelay(true)
    socket.setTimeout(longestHello, () => socket.destroy())
    const why = this.#gate.closed()
    if (why !== undefined) void this.#hello(socket, false, why)
    else void this.#hello(socket, false)
  }

  async #hello(socket: Socket, isSecure: boolean, closed?: string): Promise<void> {
    try {
      const bytes = await enough(socket, readFirstPacket)
      if (!bytes) return void socket.destroy()
      const [first, all] = bytes
      switch (first.kind) {
        case 'tls':
          if (isSecure) return void socket.destroy()
          return await this.#hello(this.#encrypted(socket, all), true, closed)
        case 'ssl':
          if (isSecure) return void socket.destroy()
          socket.write('S')
          return await this.#hello(
            this.#encrypted(socket, all.subarray(first.length)),
            true,
            closed,
          )
        case 'gss':
          socket.write('N')
          if (all.length > first.length) socket.unshift(all.subarray(first.length))
          return await this.#hello(socket, isSecure, closed)
        case 'cancel':
          return this.#relay(socket, all)
        case 'malformed':
          return void socket.end(refusalPacket('08P01', 'invalid length of startup packet'))
        case 'startup':
          if (closed !== undefined) return void socket.end(refusalPacket('08004', closed))
          return await this.#admit(socket, isSecure, first.user, all, first.length)
      }
    } catch {
      socket.destroy()
    }
  }

  async #admit(
    socket: Socket,
    isSecure: boolean,
    user: string,
    bytes: Buffer,
    length: number,
  ): Promise<void> {
    const refuse = (code: string, why: string) => void socket.end(refusalPacket(code, why))
    if (this.#gate.target() === undefined) {
      return refuse('57P03', 'the database system is starting up')
    }
    if (!isSecure && this.#gate.requiresTls()) {
      const where = socket.remoteAddress ?? ''
      return refuse(
        '28000',
        `no pg_hba.conf entry for host "${where}", user "${user}", no encryption`,
      )
    }
    const login = await this.#gate.loginOf(user)
    if (login === 'password') return this.#relay(socket, bytes)
    if (login === 'none') {
      return refuse('28000', `pg_hba.conf rejects connection for user "${user}"`)
    }
    socket.write(cleartextPasswordRequest())
    if (bytes.length > length) socket.unshift(bytes.subarray(length))
    const answer = await enough(socket, readPassword)
    if (!answer) return void socket.destroy()
    const [{ password }, rest] = answer
    // A token that goes over the net as it is could be used by whoever listens, so that RDS wants TLS for it.
    if (!isSecure || !(await this.#gate.isTokenRight(user, password))) {
      return refuse('28000', `PAM authentication failed for user "${user}"`)
    }
    const used = answer[0].length
    this.#relay(socket, Buffer.concat([bytes.subarray(0, length), rest.subarray(used)]))
  }

  #encrypted(socket: Socket, rest: Buffer): TLSSocket {
    if (rest.length > 0) socket.unshift(rest)
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#secure,
      ALPNProtocols: ['postgresql'],
    })
    secure.on('error', () => socket.destroy())
    secure.on('close', () => socket.destroy())
    return secure
  }

  #relay(client: Socket, first: Buffer): void {
    const path = this.#gate.target()
    if (path === undefined) return void client.destroy()
    const server = connect(path)
    server.on('error', () => client.destroy())
    client.on('error', () => server.destroy())
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroySoon())
    client.setTimeout(0)
    server.write(first)
    client.pipe(server)
    server.pipe(client)
  }
}

/** Reads until there is enough. @returns what was read and all bytes so far; undefined where the client left or `read` gave up */
async function enough<Result extends object>(
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
