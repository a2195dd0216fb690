import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Endpoint } from '@aws-sdk/client-rds'
import pg from 'pg'
import type { Cloud } from './cloud.ts'

/** How a check logs in to a PostgreSQL database. */
export interface Login {
  readonly user: string
  readonly password: string
  readonly database: string
}

/** What came of a query: its rows, or why there are none, in PostgreSQL's words. */
export type Answer =
  | { readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly refused: string }

/**
 * Asks the database behind an RDS endpoint, within ten seconds. It never throws: that a database can't be reached, or
 * has no such table, is what a check wants to tell.
 */
export async function askDatabase(
  { databases }: Pick<Cloud, 'databases'>,
  endpoint: Endpoint | undefined,
  login: Login,
  query: string,
): Promise<Answer> {
  if (endpoint?.Address === undefined) return { refused: 'it has no endpoint yet' }
  const { Address, Port = 5432 } = endpoint
  const client = new pg.Client({
    ...login,
    host: Address,
    port: Port,
    ...(databases === undefined ? {} : { stream: () => socketIn(databases, Port) }),
    // The certificate is the emulator's own; who is asked here is this machine.
    ssl: { rejectUnauthorized: false },
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  })
  // A server that goes away while nobody asks anything would otherwise end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>(query)
    return { rows }
  } catch (error) {
    return { refused: wordsOf(error as NodeJS.ErrnoException, endpoint) }
  } finally {
    await client.end().catch(() => {})
  }
}

/** For PostgreSQL's client, which tells it to connect to a port of this machine. */
function socketIn(folder: string, port: number): Socket {
  const socket = new Socket()
  const dial = socket.connect.bind(socket) as (path: string) => Socket
  return Object.assign(socket, { connect: () => dial(join(folder, `${port}.sock`)) })
}

/** The grader's own paths are nobody's business. */
function wordsOf(error: NodeJS.ErrnoException, { Address, Port }: Endpoint): string {
  const isClosed = error.code === 'ENOENT' || error.code === 'ECONNREFUSED'
  return isClosed ? `nobody listens at ${Address}:${Port}` : error.message
}
