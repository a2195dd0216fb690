import { createHash } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import type { Networks, NetworkScope } from '../../../ports.ts'

/**
 * Names under `localhost` are loopback by RFC 6761, but not every system's resolver knows it: where this one does not, endpoints are
 * reported as `127.0.0.1`. `POCKETCLOUD_RDS_ADDRESS` (`name` or `ip`) decides it.
 */
export async function reportsNames(): Promise<boolean> {
  const wanted = process.env.POCKETCLOUD_RDS_ADDRESS
  if (wanted === 'name' || wanted === 'ip') return wanted === 'name'
  const found = await lookup('pocketcloud.rds.localhost').catch(() => undefined)
  return found?.address === '127.0.0.1' || found?.address === '::1'
}

/** What stands between an endpoint's name and its region: the same for all of an account in a region. */
export function endpointHash(account: string, region: string): string {
  const digest = createHash('sha256').update(`${account}/${region}`).digest()
  return `c${BigInt(`0x${digest.toString('hex')}`)
    .toString(36)
    .slice(0, 11)}`
}

/** `mlflow.c9akznl4qo5q.us-east-1.rds.localhost` */
export const endpointName = (
  { account, region }: { readonly account: string; readonly region: string },
  id: string,
  kind: '' | 'cluster-' | 'cluster-ro-' | 'cluster-custom-' = '',
): string => `${id}.${kind}${endpointHash(account, region)}.${region}.rds.localhost`

/** https://docs.aws.amazon.com/general/latest/gr/rds-service.html does not list them: one for each region, always the same. */
export const hostedZone = (region: string): string =>
  // As the AWS CLI's examples have it; other regions' are in no documentation.
  region === 'us-east-1'
    ? 'Z2R2ITUGPM61AM'
    : `Z2${createHash('sha256').update(region).digest('hex').slice(0, 12).toUpperCase()}`

export interface Reach {
  readonly id: string
  readonly isPublic: boolean
  readonly groups: readonly string[]
  /** The port that the instance was asked to have: rules are about that. */
  readonly port: number
}

/**
 * Why a client on this machine is not let in: it counts as somewhere on the internet. A security group named `default` lets it in, as
 * long as it has only the rule that it is born with: nobody has decided anything yet.
 *
 * @returns undefined where it is let in
 */
export function whyUnreachable(
  networks: Networks | undefined,
  scope: NetworkScope,
  { id, isPublic, groups, port }: Reach,
): string | undefined {
  if (!isPublic) {
    return `pocketcloud: the DB instance ${id} is not publicly accessible, and this client is outside its VPC; on AWS the connection would time out`
  }
  const known = networks?.securityGroups(scope, groups) ?? []
  if (known.length === 0) return undefined
  const isOpen = known.some(
    ({ id: groupId, name, inbound }) =>
      (name === 'default' &&
        inbound.every((rule) => rule.peer === groupId) &&
        inbound.length > 0) ||
      inbound.some(
        (rule) =>
          (rule.protocol === 'tcp' || rule.protocol === '-1') &&
          (rule.fromPort === -1 ||
            rule.protocol === '-1' ||
            (rule.fromPort <= port && port <= rule.toPort)) &&
          (rule.peerKind === 'cidr_ipv6' ||
            (rule.peerKind === 'cidr_ipv4' && isOutside(rule.peer))),
      ),
  )
  if (isOpen) return undefined
  const names = known.map(({ id: groupId }) => groupId).join(', ')
  return `pocketcloud: no rule of the security groups of the DB instance ${id} (${names}) lets this client in on port ${port}; on AWS the connection would time out`
}

/** Whether a block may be a client's that comes over the internet: which address it has there is not known here. */
const isOutside = (block: string): boolean =>
  !/^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/.test(block)
