import type { MasterUser } from '../engine.ts'
import type { MariadbServer } from './server.ts'
import { identifier, literal, type Session } from './session.ts'

/**
 * What the master user may: nearly everything, but it is no SUPER, and writes no files.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
 */
const privileges =
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER'

/** What MariaDB has besides, of databases: who lacks one of them could not grant all on a database. */
const privilegesOf = (version: string): string => {
  const [major, minor] = version.split('.').map(Number) as [number, number]
  const isLater = major > 11 || (major === 11 && minor >= 3)
  return `${privileges}, DELETE HISTORY${isLater ? ', SHOW CREATE ROUTINE' : ''}`
}

/** Makes the master user, and a database; nothing of it is in the binary log, which begins with the first backup. */
export async function makeMaster(
  server: MariadbServer,
  master: MasterUser,
  databaseName: string | undefined,
): Promise<void> {
  await server.session(async (session) => {
    await session.query('SET SESSION sql_log_bin = 0')
    await session.query("DROP USER IF EXISTS root@localhost, ''@localhost")
    await grant(session, server, master)
    if (databaseName !== undefined) {
      await session.query(`CREATE DATABASE IF NOT EXISTS ${identifier(databaseName)}`)
    }
  })
}

/** Gives the master user another password, and what it may, again; where it was dropped, it is made again, as RDS does. */
export const setPassword = (server: MariadbServer, master: MasterUser): Promise<void> =>
  server.session((session) => grant(session, server, master))

async function grant(
  { query }: Session,
  { installation }: MariadbServer,
  { name, password }: MasterUser,
): Promise<void> {
  const user = `${literal(name)}@'%'`
  await query(`CREATE USER IF NOT EXISTS ${user}`)
  await query(`ALTER USER ${user} IDENTIFIED BY ${literal(password)}`)
  await query(`GRANT ${privilegesOf(installation.version)} ON *.* TO ${user} WITH GRANT OPTION`)
}
