import { connect, type Socket } from 'node:net'
import { enough, tie, type Gate, type Greet } from '../front.ts'
import { capability, errorPacket } from './packets.ts'

/**
 * Begins a session with a MariaDB. The server speaks first, and does TLS by itself: its greeting is handed on, and of the client's
 * answer only its beginning is looked at.
 */
export const greetMariadb: Greet = async (client, gate) => {
  const why = gate.closed()
  if (why !== undefined) return void client.end(errorPacket(0, notAllowed, why))
  const path = gate.target()
  if (path === undefined) return void client.destroy()
  await introduce(client, connect(path), gate)
}

/** `ER_HOST_NOT_PRIVILEGED` */
const notAllowed = 1130
/** `ER_SECURE_TRANSPORT_REQUIRED` of MySQL */
const tlsRequired = 3159

async function introduce(client: Socket, server: Socket, gate: Gate): Promise<void> {
  tie(client, server)
  server.write(originOf(client))
  server.pipe(client)
  const answer = await enough(client, readAnswer)
  if (!answer) return void client.destroy()
  const [{ isEncrypted, sequence }, bytes] = answer
  if (!isEncrypted && gate.requiresTls()) {
    server.unpipe(client)
    const words =
      'Connections using insecure transport are prohibited while --require_secure_transport=ON.'
    client.end(errorPacket(sequence + 1, tlsRequired, words, 'HY000'))
    return
  }
  client.setTimeout(0)
  server.write(bytes)
  client.pipe(server)
}

/** The server is told whom it has before it, as it would see them: https://mariadb.com/kb/en/proxy-protocol-support/ */
function originOf({ remoteAddress = '127.0.0.1', remotePort = 0 }: Socket): string {
  const address = remoteAddress.replace(/^::ffff:/, '')
  const [family, own] = address.includes(':') ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1']
  return `PROXY ${family} ${address} ${own} ${remotePort} 3306\r\n`
}

export interface Answer {
  readonly sequence: number
  readonly isEncrypted: boolean
  /** Undefined where it is said only once TLS has begun. */
  readonly user: string | undefined
}

const longestAnswer = 64 * 1024

/**
 * The beginning of what a client answers. What is no such answer is not handed on, so that nobody says again where they come from.
 *
 * @returns undefined while there is too little of it, null for something else
 */
export function readAnswer(bytes: Buffer): Answer | undefined | null {
  if (bytes.length < 8) return undefined
  const length = bytes.readUIntLE(0, 3)
  const sequence = bytes[3]!
  if (sequence !== 1 || length < 32 || length > longestAnswer) return null
  const flags = bytes.readUInt32LE(4)
  if ((flags & capability.protocol41) === 0) return null
  const isEncrypted = (flags & capability.tls) !== 0
  if (isEncrypted) return length === 32 ? { sequence, isEncrypted, user: undefined } : null
  if (bytes.length < 4 + length) return undefined
  const end = bytes.indexOf(0, 36)
  if (end < 0) return null
  return { sequence, isEncrypted, user: bytes.toString('utf8', 36, end) }
}
