import { iamRole, replicationRole } from './configuration.ts'
import type { PostgresServer } from './server.ts'
import { identifier, literal, withSession } from './session.ts'

export interface MasterUser {
  readonly name: string
  readonly password: string
}

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
    await query(`
      create role rds_replication; create role rds_password; create role ${iamRole};
      create role rds_superuser; create role ${replicationRole} login replication;
      ${memberships.map((one) => `${has('rds_superuser', one)};`).join(' ')}
      create role ${master} login createdb createrole password ${literal(password)} valid until 'infinity';
      grant rds_superuser to ${master} with admin option;
      grant ${iamRole}, rds_replication to ${master} with admin option;
    `)
    // Being granted admin over the role must not make the master user one who logs in with tokens.
    await query(`revoke ${iamRole} from ${master}`)
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
