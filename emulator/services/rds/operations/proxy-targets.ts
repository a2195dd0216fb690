import type {
  DeregisterDBProxyTargetsRequest,
  DeregisterDBProxyTargetsResponse,
  DescribeDBProxyTargetGroupsRequest,
  DescribeDBProxyTargetGroupsResponse,
  DescribeDBProxyTargetsRequest,
  DescribeDBProxyTargetsResponse,
  ModifyDBProxyTargetGroupRequest,
  ModifyDBProxyTargetGroupResponse,
  RegisterDBProxyTargetsRequest,
  RegisterDBProxyTargetsResponse,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { filtered } from '../filters.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { targetNotFound, targetRegistered } from '../recorded/errors.ts'
import {
  describeTarget,
  describeTargetGroup,
  findProxy,
  proxies,
  proxyTargets,
  requireTargetGroup,
  targetsOf,
  type Proxy,
  type Target,
} from '../recorded/proxies.ts'
import { requireResource } from '../resources.ts'

const onProxy = (call: Call, name: string) =>
  on(call, 'db-proxy', findProxy(call, name)?.id ?? name)

const onTargetGroup = (call: Call, name: string) =>
  on(call, 'target-group', findProxy(call, name)?.targetGroup ?? name)

export const DescribeDBProxyTargetGroups = operation<
  DescribeDBProxyTargetGroupsRequest,
  DescribeDBProxyTargetGroupsResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [onProxy(call, DBProxyName!)],
  run({ DBProxyName, TargetGroupName, Filters, ...request }, call) {
    const proxy = requireTargetGroup(call, DBProxyName!, TargetGroupName)
    const { records, Marker } = page(request, filtered([proxy], Filters, {}), ({ id }) => id)
    return {
      TargetGroups: records.map((one) => describeTargetGroup(one, call)),
      ...(Marker && { Marker }),
    }
  },
})

export const ModifyDBProxyTargetGroup = operation<
  ModifyDBProxyTargetGroupRequest,
  ModifyDBProxyTargetGroupResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [onTargetGroup(call, DBProxyName!)],
  run({ DBProxyName, TargetGroupName, ConnectionPoolConfig: wanted = {} }, call) {
    const proxy = requireTargetGroup(call, DBProxyName!, TargetGroupName)
    const most = wanted.MaxConnectionsPercent ?? proxy.pool.MaxConnectionsPercent!
    const idle =
      wanted.MaxIdleConnectionsPercent ??
      // Half of what may be connected, where that is all that is said.
      (wanted.MaxConnectionsPercent === undefined
        ? proxy.pool.MaxIdleConnectionsPercent!
        : Math.floor(most / 2))
    const after: Proxy = {
      ...proxy,
      updatedAt: call.now,
      pool: {
        ...proxy.pool,
        ...wanted,
        MaxConnectionsPercent: most,
        MaxIdleConnectionsPercent: idle,
      },
    }
    proxies.put(call.db, call, after.id, after)
    return { DBProxyTargetGroup: describeTargetGroup(after, call) }
  },
})

interface Named {
  readonly DBInstanceIdentifiers?: readonly string[] | undefined
  readonly DBClusterIdentifiers?: readonly string[] | undefined
}

const named = ({ id: proxyId }: Proxy, input: Named): Target[] => [
  ...(input.DBInstanceIdentifiers ?? []).map((id) => ({
    proxyId,
    type: 'RDS_INSTANCE' as const,
    id: id.toLowerCase(),
  })),
  ...(input.DBClusterIdentifiers ?? []).map((id) => ({
    proxyId,
    type: 'TRACKED_CLUSTER' as const,
    id: id.toLowerCase(),
  })),
]

const keyOf = ({ proxyId, type, id }: Target) => `${proxyId}/${type}/${id}`
const portOf = ({ EngineFamily }: Proxy) => (EngineFamily === 'POSTGRESQL' ? 5432 : 3306)

export const RegisterDBProxyTargets = operation<
  RegisterDBProxyTargetsRequest,
  RegisterDBProxyTargetsResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [onTargetGroup(call, DBProxyName!)],
  run({ DBProxyName, TargetGroupName, ...input }, call) {
    const proxy = requireTargetGroup(call, DBProxyName!, TargetGroupName)
    const targets = named(proxy, input)
    for (const target of targets) {
      const type = target.type === 'RDS_INSTANCE' ? 'db' : 'cluster'
      requireResource(call, arnOf(type, call, target.id))
      if (proxyTargets.find(call.db, call, keyOf(target))) throw targetRegistered(target.id)
      proxyTargets.put(call.db, call, keyOf(target), target)
    }
    return { DBProxyTargets: targets.map((one) => describeTarget(one, call, portOf(proxy))) }
  },
})

export const DeregisterDBProxyTargets = operation<
  DeregisterDBProxyTargetsRequest,
  DeregisterDBProxyTargetsResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [
    onProxy(call, DBProxyName!),
    onTargetGroup(call, DBProxyName!),
  ],
  run({ DBProxyName, TargetGroupName, ...input }, call) {
    const proxy = requireTargetGroup(call, DBProxyName!, TargetGroupName)
    for (const target of named(proxy, input)) {
      if (!proxyTargets.find(call.db, call, keyOf(target))) throw targetNotFound(target.id)
      proxyTargets.delete(call.db, call, keyOf(target))
    }
    return {}
  },
})

export const DescribeDBProxyTargets = operation<
  DescribeDBProxyTargetsRequest,
  DescribeDBProxyTargetsResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [
    onProxy(call, DBProxyName!),
    onTargetGroup(call, DBProxyName!),
  ],
  run({ DBProxyName, TargetGroupName, Filters, ...request }, call) {
    const proxy = requireTargetGroup(call, DBProxyName!, TargetGroupName)
    const { records, Marker } = page(request, filtered(targetsOf(call, proxy), Filters, {}), keyOf)
    return {
      Targets: records.map((one) => describeTarget(one, call, portOf(proxy))),
      ...(Marker && { Marker }),
    }
  },
})
