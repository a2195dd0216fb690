import type {
  CreateDBProxyRequest,
  CreateDBProxyResponse,
  DeleteDBProxyRequest,
  DeleteDBProxyResponse,
  DescribeDBProxiesRequest,
  DescribeDBProxiesResponse,
  ModifyDBProxyRequest,
  ModifyDBProxyResponse,
  UserAuthConfig,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { filtered } from '../filters.ts'
import { subnetsOfSeveralVpcs, invalidSubnets } from '../groups/errors.ts'
import { newName, required } from '../groups/names.ts'
import { page } from '../pages.ts'
import { on, requestTagContext } from '../permissions.ts'
import { proxyExists, proxyQuotaExceeded } from '../recorded/errors.ts'
import {
  describeProxy,
  findProxy,
  newProxyId,
  proxies,
  proxyEndpoints,
  proxyTargets,
  requireProxy,
  targetsOf,
  type Proxy,
} from '../recorded/proxies.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

// Proxies are recorded: nothing listens at their endpoints.

const mostProxies = 20
const families = new Set(['MYSQL', 'POSTGRESQL', 'SQLSERVER'])

export const CreateDBProxy = operation<CreateDBProxyRequest, CreateDBProxyResponse>({
  coverage: 'recorded',
  authorize: ({ RoleArn, Tags }, call) => [
    {
      resource: '*',
      context: Object.fromEntries(
        Object.entries(requestTagContext(Tags)).filter(([key]) => key.startsWith('aws:')),
      ),
    },
    ...(RoleArn ? [call.ports.roles.passing(call.db, RoleArn, 'rds.amazonaws.com')] : []),
  ],
  run(input, call) {
    const name = newName('DBProxyName', input.DBProxyName)
    const family = required('EngineFamily', input.EngineFamily)
    if (!families.has(family)) {
      throw invalidParameterValue(`Invalid engine family: ${family}`)
    }
    if (findProxy(call, name)) throw proxyExists(name)
    if (proxies.list(call.db, call).length >= mostProxies) throw proxyQuotaExceeded()
    checkTags(input.Tags)
    const VpcSubnetIds = input.VpcSubnetIds ?? []
    const VpcId = vpcOf(call, VpcSubnetIds)
    const hash = newProxyId(call.ids.bytes(17)).slice(0, 12)
    const proxy: Proxy = {
      DBProxyName: name,
      id: `prx-${newProxyId(call.ids.bytes(17))}`,
      targetGroup: `prx-tg-${newProxyId(call.ids.bytes(17))}`,
      createdAt: call.now,
      updatedAt: call.now,
      EngineFamily: family,
      VpcId,
      VpcSecurityGroupIds: input.VpcSecurityGroupIds ?? defaultGroups(call, VpcId),
      VpcSubnetIds,
      Auth: (input.Auth ?? []).map((auth) => shownAuth(auth, family)),
      RoleArn: required('RoleArn', input.RoleArn),
      Endpoint: `${name}.proxy-${hash}.${call.region}.rds.amazonaws.com`,
      RequireTLS: input.RequireTLS ?? false,
      IdleClientTimeout: input.IdleClientTimeout ?? 1800,
      DebugLogging: input.DebugLogging ?? false,
      pool: {
        MaxConnectionsPercent: 100,
        MaxIdleConnectionsPercent: 50,
        ConnectionBorrowTimeout: 120,
        SessionPinningFilters: [],
      },
    }
    proxies.put(call.db, call, proxy.id, proxy)
    putTags(call, arnOf('db-proxy', call, proxy.id), input.Tags)
    recordEvent(call, {
      sourceType: 'db-proxy',
      source: name,
      id: 'RDS-EVENT-0203',
      fill: { name },
    })
    return { DBProxy: describeProxy(proxy, call, call.now) }
  },
})

/** @throws InvalidParameterValue, InvalidSubnet */
export function vpcOf(call: Call, ids: readonly string[]): string {
  const found = call.ports.networks?.subnets(call, ids) ?? []
  const missing = ids.filter((id) => !found.some((subnet) => subnet.id === id))
  if (missing.length > 0 || ids.length === 0) throw invalidSubnets(missing)
  if (new Set(found.map(({ vpcId }) => vpcId)).size > 1) throw subnetsOfSeveralVpcs()
  return found[0]!.vpcId
}

export const defaultGroups = (call: Call, vpcId: string): string[] => {
  const group = call.ports.networks?.defaultSecurityGroup(call, vpcId)
  return group === undefined ? [] : [group]
}

/** How clients prove their passwords, where nobody says it. */
const passwordTypes: Readonly<Record<string, UserAuthConfig['ClientPasswordAuthType']>> = {
  MYSQL: 'MYSQL_NATIVE_PASSWORD',
  POSTGRESQL: 'POSTGRES_SCRAM_SHA_256',
  SQLSERVER: 'SQL_SERVER_AUTHENTICATION',
}

const shownAuth = (auth: UserAuthConfig, family: string | undefined): UserAuthConfig => ({
  ...auth,
  ClientPasswordAuthType: auth.ClientPasswordAuthType ?? passwordTypes[family ?? ''],
  AuthScheme: auth.AuthScheme ?? 'SECRETS',
  IAMAuth: auth.IAMAuth ?? 'DISABLED',
})

const onProxy = (call: Call, name: string) =>
  on(call, 'db-proxy', findProxy(call, name)?.id ?? name)

export const ModifyDBProxy = operation<ModifyDBProxyRequest, ModifyDBProxyResponse>({
  coverage: 'recorded',
  authorize: ({ DBProxyName, RoleArn }, call) => [
    onProxy(call, DBProxyName!),
    ...(RoleArn ? [call.ports.roles.passing(call.db, RoleArn, 'rds.amazonaws.com')] : []),
  ],
  run(input, call) {
    const before = requireProxy(call, input.DBProxyName!)
    const name =
      input.NewDBProxyName === undefined
        ? before.DBProxyName
        : newName('NewDBProxyName', input.NewDBProxyName)
    if (name !== before.DBProxyName && findProxy(call, name)) throw proxyExists(name)
    const after: Proxy = {
      ...before,
      DBProxyName: name,
      updatedAt: call.now,
      Auth: input.Auth
        ? input.Auth.map((auth) => shownAuth(auth, before.EngineFamily))
        : before.Auth,
      RequireTLS: input.RequireTLS ?? before.RequireTLS,
      IdleClientTimeout: input.IdleClientTimeout ?? before.IdleClientTimeout,
      DebugLogging: input.DebugLogging ?? before.DebugLogging,
      RoleArn: input.RoleArn ?? before.RoleArn,
      VpcSecurityGroupIds: input.SecurityGroups ?? before.VpcSecurityGroupIds,
    }
    proxies.put(call.db, call, after.id, after)
    recordEvent(call, {
      sourceType: 'db-proxy',
      source: name,
      id: 'RDS-EVENT-0204',
      fill: { name },
    })
    return { DBProxy: describeProxy(after, call, call.now) }
  },
})

export const DeleteDBProxy = operation<DeleteDBProxyRequest, DeleteDBProxyResponse>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [onProxy(call, DBProxyName!)],
  run({ DBProxyName }, call) {
    const proxy = requireProxy(call, DBProxyName!)
    const { DBProxyName: name, id } = proxy
    for (const target of targetsOf(call, proxy)) {
      proxyTargets.delete(call.db, call, `${id}/${target.type}/${target.id}`)
    }
    for (const endpoint of proxyEndpoints.list(call.db, call)) {
      if (endpoint.DBProxyName !== name) continue
      proxyEndpoints.delete(call.db, call, endpoint.id)
      deleteTags(call, arnOf('db-proxy-endpoint', call, endpoint.id))
    }
    proxies.delete(call.db, call, id)
    deleteTags(call, arnOf('db-proxy', call, id))
    recordEvent(call, {
      sourceType: 'db-proxy',
      source: name,
      id: 'RDS-EVENT-0205',
      fill: { name },
    })
    return { DBProxy: { ...describeProxy(proxy, call, call.now), Status: 'deleting' } }
  },
})

export const DescribeDBProxies = operation<DescribeDBProxiesRequest, DescribeDBProxiesResponse>({
  coverage: 'recorded',
  authorize: ({ DBProxyName }, call) => [
    DBProxyName ? onProxy(call, DBProxyName) : on(call, 'db-proxy', '*'),
  ],
  run({ DBProxyName, Filters, ...request }, call) {
    const all = DBProxyName ? [requireProxy(call, DBProxyName)] : proxies.list(call.db, call)
    const { records, Marker } = page(request, filtered(all, Filters, {}), ({ id }) => id)
    return {
      DBProxies: records.map((one) => describeProxy(one, call, call.now)),
      ...(Marker && { Marker }),
    }
  },
})
