import { newTrail } from '../../../authorize/trail.ts'
import { authorize } from '../../../authorize/index.ts'
import { makeServerCertificate, type CertifiedKey } from '../../../engines/certificates.ts'
import type { Engine } from '../../../engines/engine.ts'
import { Front, type Gate, type Greet } from '../../../engines/front.ts'
import type { Call } from '../../../operation.ts'
import { findInstanceByResource, type Instance } from '../rows/instances.ts'
import type { Context } from './context.ts'
import { endpointName, whyUnreachable } from './endpoint.ts'
import { kindOf } from './kinds.ts'
import { callerOfToken } from './tokens.ts'
import { parametersFor } from './wanted.ts'

/** The endpoint of an instance. */
export interface InstanceFront {
  readonly front: Front
  readonly port: number
  /** Sessions that begin from now on are for another: its port stays when what it leads to changes. */
  readonly lead: (gate: Gate) => void
}

/** A gate that can become another one. */
function movable(first: Gate): { readonly gate: Gate; readonly lead: (next: Gate) => void } {
  let now = first
  return {
    gate: {
      target: () => now.target(),
      closed: () => now.closed(),
      requiresTls: () => now.requiresTls(),
      loginOf: (user) => now.loginOf(user),
      isTokenRight: (user, token) => now.isTokenRight(user, token),
    },
    lead(next) {
      now = next
    },
  }
}

/** Nobody is let in. */
export const shut = (why: string): Gate => ({
  target: () => undefined,
  closed: () => why,
  requiresTls: () => false,
  loginOf: async () => 'none',
  isTokenRight: async () => false,
})

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
  greet: Greet,
  gate: Gate,
  names: readonly string[],
  isTaken: (port: number) => boolean,
): Promise<InstanceFront> {
  const certificate = await certificateFor(context, names)
  for (let port = wanted; port < wanted + mostPortTries && port <= 65_535; port++) {
    if (isTaken(port)) continue
    const door = movable(gate)
    const front = new Front(greet, door.gate, certificate)
    try {
      return { front, lead: door.lead, port: await front.listen(port, context.host) }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    }
  }
  throw new Error(`no port is free for a database: those from ${wanted} on are taken`)
}

/** Listens at this port of this address. @returns undefined where that can't be had */
export async function listenAt(
  context: Context,
  { address, port }: { readonly address: string; readonly port: number },
  greet: Greet,
  gate: Gate,
  names: readonly string[],
): Promise<InstanceFront | undefined> {
  const door = movable(gate)
  const front = new Front(greet, door.gate, await certificateFor(context, [...names, address]))
  return front.listen(port, address).then(
    (bound) => ({ front, lead: door.lead, port: bound }),
    () => undefined,
  )
}

/** What an endpoint shows; this machine's own names are in it, too. */
export const certificateFor = (
  { authority }: Pick<Context, 'authority'>,
  names: readonly string[],
): Promise<CertifiedKey> => makeServerCertificate(authority, [...names, 'localhost', '127.0.0.1'])

/** Who is let in to an instance. It is asked at each session, so that a rule that is added counts for the next one. */
export function instanceGate(
  context: Context,
  { account, region, resourceId }: Pick<Instance, 'account' | 'region' | 'resourceId'>,
  /** The endpoint may be a cluster's, behind which engines take turns. */
  engineNow: () => Engine | undefined = () => context.engine(resourceId),
): Gate {
  const { db } = context
  const find = () => findInstanceByResource(db, { account, region }, resourceId)
  return {
    target: () => engineNow()?.target,
    closed() {
      const instance = find()
      if (!instance) return 'pocketcloud: the DB instance is gone'
      const { PubliclyAccessible = true, VpcSecurityGroups = [] } = instance.configuration
      const call = context.callFor(instance)
      return whyUnreachable(call.ports.networks, call, {
        id: instance.id,
        isPublic: PubliclyAccessible,
        groups: VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId!),
        port: instance.private.wantedPort ?? kindOf(instance.engine).port,
      })
    },
    requiresTls() {
      const instance = find()
      if (!instance) return false
      return kindOf(instance.engine).requiresTls(parametersFor(db, instance))
    },
    async loginOf(user) {
      const isEnabled = find()?.configuration.IAMDatabaseAuthenticationEnabled ?? false
      return (await engineNow()?.loginOf(user, isEnabled)) ?? 'password'
    },
    async isTokenRight(user, token) {
      const instance = find()
      if (!instance || !isAllowed(context, instance, user, token)) return false
      await engineNow()?.admit(user)
      return true
    },
  }
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
