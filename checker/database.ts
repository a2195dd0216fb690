import type { Endpoint } from '@aws-sdk/client-rds'
import pg from 'pg'

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
  endpoint: Endpoint | undefined,
  login: Login,
  query: string,
): Promise<Answer> {
  if (endpoint?.Address === undefined) return { refused: 'it has no endpoint yet' }
  const client = new pg.Client({
    ...login,
    host: endpoint.Address,
    port: endpoint.Port ?? 5432,
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
    return { refused: (error as Error).message }
  } finally {
    await client.end().catch(() => {})
  }
}
