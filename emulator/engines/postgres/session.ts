import type { Client } from 'pg'
import type { PostgresServer } from './server.ts'

/** One session of the administrator. */
export interface Session {
  /** @returns the rows */
  readonly query: <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>
}

/** Runs `work` in a session as `rdsadmin`, which ends with it. */
export async function withSession<Result>(
  server: PostgresServer,
  work: (session: Session) => Promise<Result>,
  database = 'postgres',
): Promise<Result> {
  const client = await connect(server, database)
  try {
    return await work(sessionOf(client))
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A session that stays until it is ended. */
export async function openSession(
  server: PostgresServer,
): Promise<Session & { end(): Promise<void> }> {
  const client = await connect(server, 'postgres')
  return { ...sessionOf(client), end: () => client.end().catch(() => undefined) }
}

async function connect(server: PostgresServer, database: string): Promise<Client> {
  // Loaded at the first use: starting must not pay for it.
  const { default: pg } = await import('pg')
  const client = new pg.Client(server.connection(database))
  // A server that ends meanwhile is told by the query that fails.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

const sessionOf = (client: Client): Session => ({
  async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
    return (await client.query<Row>(sql, [...values])).rows
  },
})

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const literal = (text: string): string => {
  const escaped = text.replaceAll("'", "''")
  return escaped.includes('\\') ? ` E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`
}
