import { connect } from 'node:net'
import {
  capability,
  errorOf,
  packet,
  PacketReader,
  readLength,
  readTexts,
  saltOf,
  scramble,
} from './packets.ts'

/** A row by the names of its columns, as text. */
export type Row = Readonly<Record<string, string | null>>

/** One session of the administrator. */
export interface Session {
  /** @returns the rows; none for what has no result. @throws Error with the server's words and `code` */
  readonly query: (sql: string) => Promise<Row[]>
}

/** Where a server is, and how its administrator gets in. */
export interface Access {
  readonly socket: string
  readonly user: string
  readonly password: string
}

/**
 * A session that stays until one side ends it.
 *
 * @param onEnd hears of an end of the server's, once the session has begun
 */
export async function openSession(
  access: Access,
  onEnd: () => void,
): Promise<Session & { end(): void }> {
  const socket = connect(access.socket)
  socket.unref()
  try {
    const packets = new PacketReader(socket)
    const greeting = await packets.next()
    if (greeting.body[0] === 0xff) throw errorOf(greeting.body)
    socket.write(packet(greeting.sequence + 1, answerTo(greeting.body, access)))
    const { body } = await packets.next()
    if (body[0] !== 0) throw errorOf(body)
    socket.once('close', onEnd)
    return {
      query(sql) {
        socket.write(packet(0, Buffer.concat([Buffer.from([3]), Buffer.from(sql)])))
        return readResult(packets)
      },
      end() {
        socket.off('close', onEnd)
        socket.destroy()
      },
    }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function answerTo(greeting: Buffer, { user, password }: Access): Buffer {
  const head = Buffer.alloc(32)
  const { longPassword, protocol41, transactions, secureConnection, pluginAuthentication } =
    capability
  head.writeUInt32LE(
    longPassword | protocol41 | transactions | secureConnection | pluginAuthentication,
    0,
  )
  head.writeUInt32LE(2 ** 24, 4)
  // utf8mb4
  head[8] = 45
  const proof = scramble(password, saltOf(greeting))
  return Buffer.concat([
    head,
    Buffer.from(`${user}\0`),
    Buffer.from([proof.length]),
    proof,
    Buffer.from('mysql_native_password\0'),
  ])
}

const isEnd = (body: Buffer) => body[0] === 0xfe && body.length < 9

async function readResult(packets: PacketReader): Promise<Row[]> {
  const { body } = await packets.next()
  if (body[0] === 0xff) throw errorOf(body)
  if (body[0] === 0) return []
  const count = readLength(body, 0).value!
  const names: string[] = []
  // Catalog, schema, table, its original name, and then the column's name.
  for (let index = 0; index < count; index++) {
    const column = await packets.next()
    names.push(readTexts(column.body.subarray(0, -13))[4] ?? '')
  }
  await packets.next()
  const rows: Row[] = []
  for (;;) {
    const { body: row } = await packets.next()
    if (row[0] === 0xff) throw errorOf(row)
    if (isEnd(row)) return rows
    const texts = readTexts(row)
    rows.push(Object.fromEntries(names.map((name, index) => [name, texts[index] ?? null])))
  }
}

export const identifier = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** As long as backslashes have a meaning in texts, which they have unless a session says otherwise. */
export const literal = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
