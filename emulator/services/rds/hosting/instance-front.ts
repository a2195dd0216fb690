import { newTrail } from '../../../authorize/trail.ts'
import { authorize } from '../../../authorize/index.ts'
import { makeServerCertificate } from '../../../engines/certificates.ts'
import { Front, type Gate } from '../../../engines/postgres/front.ts'
import { replicationRole } from '../../../engines/postgres/configuration.ts'
import { loadTime, logsInWithTokens, rulesLoaded } from '../../../engines/postgres/roles.ts'
import { superuser } from '../../../engines/postgres/template.ts'
import { openSession, type Session } from '../../../engines/postgres/session.ts'
import type { PostgresServer } from '../../../engines/postgres/server.ts'
import type { Call } from '../../../operation.ts'
import { findInstanceByResource, type Instance } from '../rows/instances.ts'
import type { Context } from './context.ts'
import { endpointName, whyUnreachable } from './endpoint.ts'
import { callerOfToken } from './tokens.ts'
import { parametersFor } from './wanted.ts'

/** The endpoint of an instance. */
export interface InstanceFront {
  readonly front: Front
  readonly port: number
}

/** Ports of stopped instances stay theirs. */
const mostPortTries = 2000

/**
 * Listens for an instance: on the port that it has had, else on the one that it was asked to have if that is free, else on the next.
 *
 * @param isTaken ports that belong to others who do not listen just now
 */
export async function listenFor(
  context: Context,
  wanted: number,
  gate: Gate,
  names: readonly string[],
  isTaken: (port: number) => boolean,
): Promise<InstanceFront> {
  const certificate = await makeServerCertificate(context.authority, [
    ...names,
    'localhost',
    '127.0.0.1',
  ])
  for (let port = wanted; port < wanted + mostPortTries && port <= 65_535; port++) {
    if (isTaken(port)) continue
    const front = new Front(gate, certificate)
    try {
      return { front, port: await front.listen(port, context.host) }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    }
  }
  throw new Error(`no port is free for a database: those from ${wanted} on are taken`)
}

/** Who is let in to an instance. It is asked at each session, so that a rule that is added counts for the next one. */
export function instanceGate(
  context: Context,
  { account, region, resourceId }: Pick<Instance, 'account' | 'region' | 'resourceId'>,
  /** The endpoint may be a cluster's, whose server changes. */
  serverNow: () => PostgresServer | undefined = () => context.engine(resourceId).server,
): Gate {
  const { db } = context
  const find = () => findInstanceByResource(db, { account, region }, resourceId)
  const memberships = membershipLookup(serverNow)
  return {
    target: () => serverNow()?.socketPath,
    closed() {
      const instance = find()
      if (!instance) return 'pocketcloud: the DB instance is gone'
      const { PubliclyAccessible = true, VpcSecurityGroups = [] } = instance.configuration
      const call = context.callFor(instance)
      return whyUnreachable(call.ports.networks, call, {
        id: instance.id,
        isPublic: PubliclyAccessible,
        groups: VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId!),
        port: instance.private.wantedPort ?? 5432,
      })
    },
    requiresTls() {
      const instance = find()
      return !!instance && parametersFor(db, instance)['rds.force_ssl'] === '1'
    },
    async loginOf(user) {
      if (user === superuser || user === replicationRole) return 'none'
      const instance = find()
      const isEnabled = instance?.configuration.IAMDatabaseAuthenticationEnabled ?? false
      if (isEnabled && (await memberships(user))) return 'token'
      await trust(serverNow(), user, false)
      return 'password'
    },
    async isTokenRight(user, token) {
      const instance = find()
      if (!instance || !isAllowed(context, instance, user, token)) return false
      await trust(serverNow(), user, true)
      return true
    },
  }
}

async function trust(server: PostgresServer | undefined, user: string, on: boolean): Promise<void> {
  if (!server || server.trusts(user) === on) return
  const before = await loadTime(server)
  await server.trust(user, on, () => rulesLoaded(server, before))
}

function isAllowed(context: Context, instance: Instance, user: string, token: string): boolean {
  const { account, region, id, resourceId, private: hidden } = instance
  const ports = [hidden.port, hidden.wantedPort]
  const hosts = [endpointName(instance, id), '127.0.0.1', 'localhost'].flatMap((host) =>
    ports.map((port) => `${host}:${port}`),
  )
  const claim = { region, user, token }
  const caller = callerOfToken(claim, hosts, context.authentication(token))
  if (!caller) return false
  const call = context.callFor(instance)
  const request: Call = {
    ...call,
    service: 'rds-db',
    operation: 'connect',
    requestId: call.ids.uuid(),
    account,
    region,
    caller,
    trail: newTrail(),
    wallNow: call.now,
    http: {
      method: 'GET',
      host: '127.0.0.1',
      path: '/',
      query: '',
      headers: {},
      sourceIp: '127.0.0.1',
      secure: true,
    },
  }
  try {
    const resource = `arn:aws:rds-db:${region}:${account}:dbuser:${resourceId}/${user}`
    authorize([{ action: 'rds-db:connect', resource, resourceAccount: account }], request)
    return true
  } catch {
    return false
  }
}

/** How long a session that answers who belongs to a role is kept, in ms. */
const lookupLife = 5_000

/** Whether a user belongs to `rds_iam`: asked of the server each time, since it may be granted at any time. */
function membershipLookup(server: () => PostgresServer | undefined) {
  let open: { readonly server: PostgresServer; readonly session: OpenSession } | undefined
  let timer: NodeJS.Timeout | undefined
  const close = () => {
    const closing = open
    open = undefined
    void closing?.session.end()
  }
  return async (user: string): Promise<boolean> => {
    const current = server()
    if (!current) return false
    if (open?.server !== current) {
      close()
      open = { server: current, session: await openSession(current) }
    }
    clearTimeout(timer)
    timer = setTimeout(close, lookupLife).unref()
    try {
      return await logsInWithTokens(open.session, current, user)
    } catch {
      close()
      return false
    }
  }
}

type OpenSession = Session & { end(): Promise<void> }
