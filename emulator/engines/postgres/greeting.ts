import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'
import { enough, relay, type Gate, type Greet } from '../front.ts'
import {
  cleartextPasswordRequest,
  readFirstPacket,
  readPassword,
  refusalPacket,
} from './startup-packet.ts'

/** What a session is looked at by, before it is handed on. */
interface Door {
  readonly gate: Gate
  readonly secure: SecureContext
  /** Why nobody is let in. */
  readonly closed: string | undefined
}

/** Begins a session with a PostgreSQL: TLS ends here, and an IAM token is looked at here. */
export const greetPostgres: Greet = (socket, gate, secure) =>
  hello({ gate, secure, closed: gate.closed() }, socket, false)

async function hello(door: Door, socket: Socket, isSecure: boolean): Promise<void> {
  const bytes = await enough(socket, readFirstPacket)
  if (!bytes) return void socket.destroy()
  const [first, all] = bytes
  switch (first.kind) {
    case 'tls':
      if (isSecure) return void socket.destroy()
      return hello(door, encrypted(door, socket, all), true)
    case 'ssl':
      if (isSecure) return void socket.destroy()
      socket.write('S')
      return hello(door, encrypted(door, socket, all.subarray(first.length)), true)
    case 'gss':
      socket.write('N')
      if (all.length > first.length) socket.unshift(all.subarray(first.length))
      return hello(door, socket, isSecure)
    case 'cancel':
      return relay(socket, door.gate.target(), all)
    case 'malformed':
      return void socket.end(refusalPacket('08P01', 'invalid length of startup packet'))
    case 'startup':
      if (door.closed !== undefined) return void socket.end(refusalPacket('08004', door.closed))
      return admit(door, socket, isSecure, { user: first.user, bytes: all, length: first.length })
  }
}

interface Startup {
  readonly user: string
  /** All that was read, of which the packet is the first `length`. */
  readonly bytes: Buffer
  readonly length: number
}

async function admit(
  { gate }: Door,
  socket: Socket,
  isSecure: boolean,
  { user, bytes, length }: Startup,
): Promise<void> {
  const refuse = (code: string, why: string) => void socket.end(refusalPacket(code, why))
  if (gate.target() === undefined) return refuse('57P03', 'the database system is starting up')
  if (!isSecure && gate.requiresTls()) {
    const where = socket.remoteAddress ?? ''
    return refuse(
      '28000',
      `no pg_hba.conf entry for host "${where}", user "${user}", no encryption`,
    )
  }
  const login = await gate.loginOf(user)
  if (login === 'password') return relay(socket, gate.target(), bytes)
  if (login === 'none') return refuse('28000', `pg_hba.conf rejects connection for user "${user}"`)
  socket.write(cleartextPasswordRequest())
  if (bytes.length > length) socket.unshift(bytes.subarray(length))
  const answer = await enough(socket, readPassword)
  if (!answer) return void socket.destroy()
  const [{ password, length: used }, rest] = answer
  // A token that goes over the net as it is could be used by whoever listens, so that RDS wants TLS for it.
  if (!isSecure || !(await gate.isTokenRight(user, password))) {
    return refuse('28000', `PAM authentication failed for user "${user}"`)
  }
  relay(socket, gate.target(), Buffer.concat([bytes.subarray(0, length), rest.subarray(used)]))
}

function encrypted({ secure: secureContext }: Door, socket: Socket, rest: Buffer): TLSSocket {
  if (rest.length > 0) socket.unshift(rest)
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    ALPNProtocols: ['postgresql'],
  })
  secure.on('error', () => socket.destroy())
  secure.on('close', () => socket.destroy())
  return secure
}
