import type { MasterUser } from '../engine.ts'
import { iamRole, replicationRole } from './configuration.ts'
import type { PostgresServer } from './server.ts'
import { identifier, literal, openSession, withSession, type Session } from './session.ts'

/**
 * Makes the roles that RDS has, and the master user: it may make databases and roles, and belongs to `rds_superuser`, but is
 * no superuser.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
 *
 * @param databaseName a database to make for the master user, besides `postgres`
 */
export async function makeRoles(
  server: PostgresServer,
  { name, password }: MasterUser,
  databaseName: string | undefined,
): Promise<void> {
  const master = identifier(name)
  const has = (role: string, membership: string) =>
    `grant ${membership} to ${role} with admin option`
  await withSession(server, async ({ query }) => {
    const { major } = server.installation
    const memberships = [
      'pg_monitor',
      'pg_signal_backend',
      'rds_password',
      ...(major >= 15 ? ['pg_checkpoint'] : []),
    ]
    // Before 16, who makes roles grants any that is no superuser's: also those that read files and run programs of this machine.
    if (major < 16) {
      await query(
        `update pg_authid set rolsuper = true where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')`,
      )
    }
    await query(`
      create role rds_replication; create role rds_password; create role ${iamRole};
      create role rds_superuser; create role ${replicationRole} login replication;
      ${memberships.map((one) => `${has('rds_superuser', one)};`).join(' ')}
      create role ${master} login createdb createrole password ${literal(password)} valid until 'infinity';
      grant rds_superuser to ${master} with admin option;
      grant rds_replication to ${master} with admin option;
    `)
    // To be able to grant it does not make the master user one who logs in with tokens. Before 16, who makes roles grants any.
    if (major >= 16) {
      await query(`grant ${iamRole} to ${master} with admin true, inherit false, set false`)
    }
    await query(`alter database postgres owner to ${master}`)
    await query(`alter database template1 owner to ${master}`)
    if (databaseName !== undefined && databaseName !== 'postgres') {
      await query(`create database ${identifier(databaseName)} owner ${master}`)
    }
    if (major >= 15) await query(`grant create on schema public to ${master}`)
  })
  if (databaseName !== undefined && databaseName !== 'postgres') {
    await withSession(
      server,
      ({ query }) => query(`grant all on schema public to ${master}`),
      databaseName,
    )
  }
}

/** Gives a role another password. Where the role was dropped, it is made again, as RDS does. */
export async function setPassword(
  server: PostgresServer,
  { name, password }: MasterUser,
): Promise<void> {
  await withSession(server, async ({ query }) => {
    const rows = await query('select 1 from pg_roles where rolname = $1', [name])
    const verb = rows.length > 0 ? 'alter' : 'create'
    await query(
      `${verb} role ${identifier(name)} login createdb createrole password ${literal(password)}`,
    )
    await query(`grant rds_superuser to ${identifier(name)} with admin option`)
  })
}

/** Whether a role logs in with IAM tokens: it has been granted `rds_iam`, by itself or by another role that it is a member of. */
async function logsInWithTokens(
  { query }: Session,
  { installation }: PostgresServer,
  user: string,
): Promise<boolean> {
  const counts = installation.major >= 16 ? 'and (m.inherit_option or m.set_option)' : ''
  const rows = await query(
    `with recursive held (role) as (
       select oid from pg_roles where rolname = $1
       union
       select m.roleid from pg_auth_members m join held on m.member = held.role ${counts.replace('and', 'where')}
     )
     select 1 from held join pg_roles r on r.oid = held.role where r.rolname = $2`,
    [user, iamRole],
  )
  return rows.length > 0
}

/** Resolves when new sessions go by rules that were read after this was called. */
export async function rulesLoaded(server: PostgresServer, before: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await loadTime(server)) !== before) return
  }
  throw new Error('the server did not read its rules again')
}

/** When the server read its configuration, as new sessions have it. */
export const loadTime = (server: PostgresServer): Promise<string> =>
  withSession(server, async ({ query }) => {
    const [row] = await query<{ time: string }>('select pg_conf_load_time()::text as time')
    return row!.time
  })

/** How long a session that answers who belongs to a role is kept, in ms. */
const lookupLife = 5_000

/** Who belongs to `rds_iam`: asked of the server each time, since it may be granted at any time. */
export class Memberships {
  #open: { readonly server: PostgresServer; readonly session: OpenSession } | undefined
  #timer: NodeJS.Timeout | undefined

  async usesTokens(server: PostgresServer, user: string): Promise<boolean> {
    if (this.#open?.server !== server) {
      this.#close()
      this.#open = { server, session: await openSession(server) }
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#close(), lookupLife).unref()
    try {
      return await logsInWithTokens(this.#open.session, server, user)
    } catch {
      this.#close()
      return false
    }
  }

  #close(): void {
    const closing = this.#open
    this.#open = undefined
    void closing?.session.end()
  }
}

type OpenSession = Session & { end(): Promise<void> }
