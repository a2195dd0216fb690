import type {
  ConnectionPoolConfigurationInfo,
  DBProxy,
  DBProxyEndpoint,
  DBProxyTarget,
  DBProxyTargetGroup,
} from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, type Place } from '../arns.ts'
import { documentsOf } from '../rows/documents.ts'
import { proxyEndpointNotFound, proxyNotFound, targetGroupNotFound } from './errors.ts'

/** A proxy, with its moments in ms since the epoch. */
export type Proxy = Omit<DBProxy, 'CreatedDate' | 'UpdatedDate' | 'DBProxyArn' | 'Status'> & {
  readonly DBProxyName: string
  /** `prx-` and 17 letters and digits: what its ARN names. */
  readonly id: string
  /** `prx-tg-` and 17 letters and digits. */
  readonly targetGroup: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly pool: ConnectionPoolConfigurationInfo
}

export type ProxyEndpoint = Omit<
  DBProxyEndpoint,
  'CreatedDate' | 'DBProxyEndpointArn' | 'Status'
> & {
  readonly DBProxyEndpointName: string
  readonly id: string
  readonly createdAt: number
}

/** A target of a proxy: an instance or a cluster. */
export interface Target {
  readonly proxyId: string
  readonly type: 'RDS_INSTANCE' | 'TRACKED_CLUSTER'
  readonly id: string
}

/** By their ids: `prx-…`. */
export const proxies = documentsOf<Proxy>('proxy')
/** By their ids: `prx-endpoint-…`. */
export const proxyEndpoints = documentsOf<ProxyEndpoint>('proxy-endpoint')
/** By proxy, type and identifier. */
export const proxyTargets = documentsOf<Target>('proxy-target')

type Scope = Pick<Call, 'db' | 'account' | 'region'>

export const findProxy = (scope: Scope, name: string): Proxy | undefined =>
  proxies.list(scope.db, scope).find((one) => one.DBProxyName === name.toLowerCase())

/** @throws DBProxyNotFoundFault */
export function requireProxy(scope: Scope, name: string): Proxy {
  const proxy = findProxy(scope, name)
  if (!proxy) throw proxyNotFound(name)
  return proxy
}

export const findEndpoint = (scope: Scope, name: string): ProxyEndpoint | undefined =>
  proxyEndpoints.list(scope.db, scope).find((one) => one.DBProxyEndpointName === name.toLowerCase())

/** @throws DBProxyEndpointNotFoundFault */
export function requireEndpoint(scope: Scope, name: string): ProxyEndpoint {
  const endpoint = findEndpoint(scope, name)
  if (!endpoint) throw proxyEndpointNotFound(name)
  return endpoint
}

/** A proxy has one target group, `default`. @throws DBProxyTargetGroupNotFoundFault */
export function requireTargetGroup(scope: Scope, name: string, group = 'default'): Proxy {
  const proxy = requireProxy(scope, name)
  if (group !== 'default') throw targetGroupNotFound(group)
  return proxy
}

export const targetsOf = (scope: Scope, { id }: Proxy): Target[] =>
  proxyTargets.list(scope.db, scope).filter(({ proxyId }) => proxyId === id)

/** 17 letters and digits. */
export const newProxyId = (bytes: Buffer): string =>
  Array.from(bytes.subarray(0, 17), (byte) => letters[byte % letters.length]).join('')

const letters = '0123456789abcdefghijklmnopqrstuvwxyz'

/** It is there a moment after it was asked for. */
const statusOf = (createdAt: number, now: number) => (now <= createdAt ? 'creating' : 'available')

export function describeProxy(proxy: Proxy, place: Place, now: number): DBProxy {
  const { id, targetGroup: _group, pool: _pool, createdAt, updatedAt, ...shown } = proxy
  return {
    ...shown,
    DBProxyArn: arnOf('db-proxy', place, id),
    Status: statusOf(createdAt, now),
    CreatedDate: new Date(createdAt),
    UpdatedDate: new Date(updatedAt),
  }
}

export function describeEndpoint(
  endpoint: ProxyEndpoint,
  place: Place,
  now: number,
): DBProxyEndpoint {
  const { id, createdAt, ...shown } = endpoint
  return {
    ...shown,
    DBProxyEndpointArn: arnOf('db-proxy-endpoint', place, id),
    Status: statusOf(createdAt, now),
    CreatedDate: new Date(createdAt),
  }
}

export const describeTargetGroup = (proxy: Proxy, place: Place): DBProxyTargetGroup => ({
  DBProxyName: proxy.DBProxyName,
  TargetGroupName: 'default',
  TargetGroupArn: arnOf('target-group', place, proxy.targetGroup),
  IsDefault: true,
  Status: 'available',
  ConnectionPoolConfig: proxy.pool,
  CreatedDate: new Date(proxy.createdAt),
  UpdatedDate: new Date(proxy.updatedAt),
})

/** Nothing listens for a proxy here, so that its targets are never reached. */
export const describeTarget = (target: Target, place: Place, port: number): DBProxyTarget => ({
  RdsResourceId: target.id,
  Port: port,
  Type: target.type,
  ...(target.type === 'RDS_INSTANCE' && { TargetArn: arnOf('db', place, target.id) }),
  TargetHealth: { State: 'REGISTERING' },
})
