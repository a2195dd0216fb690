import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'

// The protocol of MariaDB and MySQL: https://mariadb.com/kb/en/clientserver-protocol/

export const capability = {
  longPassword: 0x1,
  protocol41: 0x200,
  tls: 0x800,
  transactions: 0x2000,
  secureConnection: 0x8000,
  pluginAuthentication: 0x80000,
} as const

const header = 4

export interface Packet {
  readonly sequence: number
  readonly body: Buffer
}

export function packet(sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(header)
  head.writeUIntLE(body.length, 0, 3)
  head[3] = sequence
  return Buffer.concat([head, body])
}

/** @param code https://mariadb.com/kb/en/mariadb-error-codes/ @param state of five characters; not before the client is known */
export function errorPacket(
  sequence: number,
  code: number,
  message: string,
  state?: string,
): Buffer {
  const body = Buffer.alloc(3)
  body[0] = 0xff
  body.writeUInt16LE(code, 1)
  const text = state === undefined ? message : `#${state}${message}`
  return packet(sequence, Buffer.concat([body, Buffer.from(text)]))
}

/** Reads the packets of a socket, one after another. */
export class PacketReader {
  #bytes: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (packet: Packet) => void; reject: (error: Error) => void } | undefined
  #ended: Error | undefined

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
      this.#deliver()
    })
    const end = (error?: Error) => {
      this.#ended ??= error ?? new Error('the server closed the session')
      this.#deliver()
    }
    socket.on('error', end)
    socket.on('close', () => end())
  }

  next(): Promise<Packet> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#deliver()
    })
  }

  #deliver(): void {
    if (!this.#waiting) return
    const found = firstPacket(this.#bytes)
    const { resolve, reject } = this.#waiting
    if (found) {
      this.#waiting = undefined
      this.#bytes = this.#bytes.subarray(header + found.body.length)
      resolve(found)
    } else if (this.#ended) {
      this.#waiting = undefined
      reject(this.#ended)
    }
  }
}

function firstPacket(bytes: Buffer): Packet | undefined {
  if (bytes.length < header) return undefined
  const length = bytes.readUIntLE(0, 3)
  if (bytes.length < header + length) return undefined
  return { sequence: bytes[3]!, body: bytes.subarray(header, header + length) }
}

/** What a server says first: the random bytes that the answer is made with. */
export function saltOf(greeting: Buffer): Buffer {
  // The version, the session's number, 8 bytes, what the server can, 12 bytes.
  const at = greeting.indexOf(0, 1) + 5
  return Buffer.concat([greeting.subarray(at, at + 8), greeting.subarray(at + 27, at + 39)])
}

/** `mysql_native_password` */
export function scramble(password: string, salt: Buffer): Buffer {
  const sha1 = (...parts: readonly (Buffer | string)[]) => {
    const hash = createHash('sha1')
    for (const part of parts) hash.update(part)
    return hash.digest()
  }
  const once = sha1(password)
  const mask = sha1(salt, sha1(once))
  return Buffer.from(once.map((byte, index) => byte ^ mask[index]!))
}

/** The words of an error packet. */
export function errorOf(body: Buffer): Error & { code: number } {
  const text = body
    .subarray(3)
    .toString()
    .replace(/^#.{5}/, '')
  return Object.assign(new Error(text), { code: body.readUInt16LE(1) })
}

/** A number of varying length. */
export function readLength(body: Buffer, at: number): { value: number | null; next: number } {
  const first = body[at]!
  if (first === 0xfb) return { value: null, next: at + 1 }
  if (first === 0xfc) return { value: body.readUInt16LE(at + 1), next: at + 3 }
  if (first === 0xfd) return { value: body.readUIntLE(at + 1, 3), next: at + 4 }
  if (first === 0xfe) return { value: Number(body.readBigUInt64LE(at + 1)), next: at + 9 }
  return { value: first, next: at + 1 }
}

/** The texts that follow each other in a packet; null for those that are NULL. */
export function readTexts(body: Buffer): (string | null)[] {
  const texts: (string | null)[] = []
  for (let at = 0; at < body.length;) {
    const { value, next } = readLength(body, at)
    texts.push(value === null ? null : body.toString('utf8', next, next + value))
    at = next + (value ?? 0)
  }
  return texts
}
