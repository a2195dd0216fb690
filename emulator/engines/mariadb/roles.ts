import type { MasterUser } from '../engine.ts'
import { replicationUser } from './configuration.ts'
import { dropUsers, type MariadbServer } from './server.ts'
import { identifier, literal, type Session } from './session.ts'

/**
 * What the master user may of everything: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html says
 * so. What changes data is of databases only: RDS's own programs keep the server's tables from its users, and whoever writes those here
 * could become SUPER by it, who gets to files of this machine.
 */
const ofEverything =
  'SELECT, RELOAD, PROCESS, SHOW DATABASES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, SHOW VIEW, CREATE USER'

const ofDatabases =
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER'

/** What MariaDB has besides: who lacks one of them could not grant all on a database. */
const ofDatabasesIn = (version: string): string => {
  const [major, minor] = version.split('.').map(Number) as [number, number]
  const isLater = major > 11 || (major === 11 && minor >= 3)
  return `${ofDatabases}, DELETE HISTORY${isLater ? ', SHOW CREATE ROUTINE' : ''}`
}

const kept = 'mysql'
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789_$-. #'.split('')
const capitals = letters.slice(0, 26).map((letter) => letter.toUpperCase())

/**
 * Patterns of the names of all databases but the server's own: MariaDB has nothing that takes one away. A pattern that had it could be
 * granted to others, too, whatever else kept the master user from it.
 *
 * @param hasCapitals whether a name in capitals is another name
 */
export function patternsOfDatabases(hasCapitals: boolean): string[] {
  const patterns: string[] = []
  const escaped = (text: string) => text.replaceAll(/[\\%_]/g, '\\$&')
  for (let length = 0; length <= kept.length; length++) {
    const begin = kept.slice(0, length)
    if (length > 0 && length < kept.length) patterns.push(begin)
    for (const next of [...letters, ...capitals]) {
      const isItsOwn = next.toLowerCase() === kept[length]
      if (isItsOwn && (next === kept[length] || !hasCapitals)) continue
      patterns.push(`${begin}${escaped(next)}%`)
    }
  }
  return patterns
}

/** Makes the master user, and a database; nothing of it is in the binary log, which begins with the first backup. */
export async function makeMaster(
  server: MariadbServer,
  master: MasterUser,
  databaseName: string | undefined,
): Promise<void> {
  await server.session(async (session) => {
    await session.query('SET SESSION sql_log_bin = 0')
    await dropUsers(session, `User NOT IN ('mariadb.sys', '${replicationUser}')`)
    await grant(session, server, master)
    if (databaseName !== undefined) {
      await session.query(`CREATE DATABASE IF NOT EXISTS ${identifier(databaseName)}`)
    }
    await session.query('SET SESSION sql_log_bin = 1')
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
  await query(`GRANT ${ofEverything} ON *.* TO ${user} WITH GRANT OPTION`)
  const [first = '', ...others] = patternsOfDatabases(process.platform === 'linux')
  await query(
    `GRANT ${ofDatabasesIn(installation.version)} ON ${identifier(first)}.* TO ${user} WITH GRANT OPTION`,
  )
  // Each a statement of its own would take as long as making all the rest.
  const [row = {}] = await query(
    `SELECT * FROM mysql.db WHERE Host = '%' AND User = ${literal(name)} AND Db = ${literal(first)}`,
  )
  const values = (pattern: string) =>
    Object.entries(row).map(([column, value]) => literal(column === 'Db' ? pattern : value!))
  const rows = others.map((pattern) => `(${values(pattern).join(', ')})`)
  await query(`REPLACE INTO mysql.db (${Object.keys(row).join(', ')}) VALUES ${rows.join(', ')}`)
  await query('FLUSH PRIVILEGES')
}
