// The first bytes of a session: https://www.postgresql.org/docs/current/protocol-message-formats.html

export const protocolVersion3 = 3
const sslRequest = 80877103
const gssRequest = 80877104
const cancelRequest = 80877102

/** What a client's first packet asks for. */
export type FirstPacket =
  | { readonly kind: 'ssl' | 'gss'; readonly length: number }
  | { readonly kind: 'cancel'; readonly length: number }
  | { readonly kind: 'startup'; readonly length: number; readonly user: string }
  /** The handshake of TLS, without asking first: `sslnegotiation=direct`. */
  | { readonly kind: 'tls' }
  | { readonly kind: 'malformed' }

const longestStartup = 10_000

/** @returns undefined while there is too little of it */
export function readFirstPacket(bytes: Buffer): FirstPacket | undefined {
  if (bytes.length === 0) return undefined
  if (bytes[0] === 0x16) return { kind: 'tls' }
  if (bytes.length < 8) return undefined
  const length = bytes.readUInt32BE(0)
  const code = bytes.readUInt32BE(4)
  if (length < 8 || length > longestStartup) return { kind: 'malformed' }
  if (bytes.length < length) return undefined
  if (code === sslRequest) return { kind: 'ssl', length }
  if (code === gssRequest) return { kind: 'gss', length }
  if (code === cancelRequest) return { kind: 'cancel', length }
  if (code >>> 16 !== protocolVersion3) return { kind: 'malformed' }
  const user = userOf(bytes.subarray(8, length))
  return user === undefined ? { kind: 'malformed' } : { kind: 'startup', length, user }
}

/** The server takes the last of several, and cuts long names: what it could take otherwise than it is taken here is no user. */
function userOf(parameters: Buffer): string | undefined {
  const text = parameters.toString()
  if (!Buffer.from(text).equals(parameters)) return undefined
  const words = text.split('\0')
  const users = words.filter((_, index) => index % 2 === 1 && words[index - 1] === 'user')
  const [user] = users
  if (user === undefined || user === '' || users.length > 1) return undefined
  return Buffer.byteLength(user) > longestName ? undefined : user
}

/** `NAMEDATALEN` less one, in bytes. */
const longestName = 63

/** Tells a client why its session is refused. @param code of five characters: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function refusalPacket(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  return packet('E', fields)
}

/** Asks for the password as it is: what an IAM token is sent as. */
export const cleartextPasswordRequest = (): Buffer => packet('R', Buffer.from([0, 0, 0, 3]))

/** The password of an answer to that. @returns undefined while it is not all there, null for another message */
export function readPassword(
  bytes: Buffer,
): { password: string; length: number } | undefined | null {
  if (bytes.length < 5) return undefined
  const length = bytes.readUInt32BE(1) + 1
  if (bytes[0] !== 0x70 || length > 16_384) return null
  if (bytes.length < length) return undefined
  return { password: bytes.subarray(5, length - 1).toString(), length }
}

function packet(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeUInt32BE(content.length + 4, 1)
  return Buffer.concat([head, content])
}
