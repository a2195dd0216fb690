import type {
  CreateDBProxyEndpointRequest,
  CreateDBProxyEndpointResponse,
  DeleteDBProxyEndpointRequest,
  DeleteDBProxyEndpointResponse,
  DescribeDBProxyEndpointsRequest,
  DescribeDBProxyEndpointsResponse,
  ModifyDBProxyEndpointRequest,
  ModifyDBProxyEndpointResponse,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { recordEvent } from '../events/record-event.ts'
import { filtered } from '../filters.ts'
import { newName } from '../groups/names.ts'
import { page } from '../pages.ts'
import { on, requestTagContext } from '../permissions.ts'
import { proxyEndpointExists } from '../recorded/errors.ts'
import {
  describeEndpoint,
  findEndpoint,
  findProxy,
  newProxyId,
  proxyEndpoints,
  requireEndpoint,
  requireProxy,
  type ProxyEndpoint,
} from '../recorded/proxies.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import { defaultGroups, vpcOf } from './proxies.ts'

const onEndpoint = (call: Call, name: string) =>
  on(call, 'db-proxy-endpoint', findEndpoint(call, name)?.id ?? name)

const onProxy = (call: Call, name: string) =>
  on(call, 'db-proxy', findProxy(call, name)?.id ?? name)

export const CreateDBProxyEndpoint = operation<
  CreateDBProxyEndpointRequest,
  CreateDBProxyEndpointResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName, Tags }, call) => {
    const context = Object.fromEntries(
      Object.entries(requestTagContext(Tags)).filter(([key]) => key.startsWith('aws:')),
    )
    return [onProxy(call, DBProxyName!), on(call, 'db-proxy-endpoint', '*', { context })]
  },
  run(input, call) {
    const proxy = requireProxy(call, input.DBProxyName!)
    const name = newName('DBProxyEndpointName', input.DBProxyEndpointName)
    if (findEndpoint(call, name)) throw proxyEndpointExists(name)
    checkTags(input.Tags)
    const VpcSubnetIds = input.VpcSubnetIds ?? []
    const VpcId = vpcOf(call, VpcSubnetIds)
    const hash = newProxyId(call.ids.bytes(17)).slice(0, 12)
    const endpoint: ProxyEndpoint = {
      DBProxyEndpointName: name,
      id: `prx-endpoint-${newProxyId(call.ids.bytes(17))}`,
      createdAt: call.now,
      DBProxyName: proxy.DBProxyName,
      VpcId,
      VpcSecurityGroupIds: input.VpcSecurityGroupIds ?? defaultGroups(call, VpcId),
      VpcSubnetIds,
      Endpoint: `${name}.endpoint.proxy-${hash}.${call.region}.rds.amazonaws.com`,
      TargetRole: input.TargetRole ?? 'READ_WRITE',
      IsDefault: false,
    }
    proxyEndpoints.put(call.db, call, endpoint.id, endpoint)
    putTags(call, arnOf('db-proxy-endpoint', call, endpoint.id), input.Tags)
    const fill = { endpoint: name, name: proxy.DBProxyName }
    recordEvent(call, {
      sourceType: 'db-proxy',
      source: proxy.DBProxyName,
      id: 'RDS-EVENT-0206',
      fill,
    })
    return { DBProxyEndpoint: describeEndpoint(endpoint, call, call.now) }
  },
})

export const ModifyDBProxyEndpoint = operation<
  ModifyDBProxyEndpointRequest,
  ModifyDBProxyEndpointResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyEndpointName }, call) => [onEndpoint(call, DBProxyEndpointName!)],
  run(input, call) {
    const before = requireEndpoint(call, input.DBProxyEndpointName!)
    const wanted = input.NewDBProxyEndpointName
    const name =
      wanted === undefined ? before.DBProxyEndpointName : newName('NewDBProxyEndpointName', wanted)
    if (name !== before.DBProxyEndpointName && findEndpoint(call, name)) {
      throw proxyEndpointExists(name)
    }
    const after: ProxyEndpoint = {
      ...before,
      DBProxyEndpointName: name,
      VpcSecurityGroupIds: input.VpcSecurityGroupIds ?? before.VpcSecurityGroupIds,
    }
    proxyEndpoints.put(call.db, call, after.id, after)
    return { DBProxyEndpoint: describeEndpoint(after, call, call.now) }
  },
})

export const DeleteDBProxyEndpoint = operation<
  DeleteDBProxyEndpointRequest,
  DeleteDBProxyEndpointResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyEndpointName }, call) => [onEndpoint(call, DBProxyEndpointName!)],
  run({ DBProxyEndpointName }, call) {
    const endpoint = requireEndpoint(call, DBProxyEndpointName!)
    proxyEndpoints.delete(call.db, call, endpoint.id)
    deleteTags(call, arnOf('db-proxy-endpoint', call, endpoint.id))
    return {
      DBProxyEndpoint: { ...describeEndpoint(endpoint, call, call.now), Status: 'deleting' },
    }
  },
})

export const DescribeDBProxyEndpoints = operation<
  DescribeDBProxyEndpointsRequest,
  DescribeDBProxyEndpointsResponse
>({
  coverage: 'recorded',
  authorize: ({ DBProxyName, DBProxyEndpointName }, call) => [
    DBProxyEndpointName
      ? onEndpoint(call, DBProxyEndpointName)
      : on(call, 'db-proxy-endpoint', '*'),
    ...(DBProxyName ? [onProxy(call, DBProxyName)] : []),
  ],
  run({ DBProxyName, DBProxyEndpointName, Filters, ...request }, call) {
    const proxy = DBProxyName && requireProxy(call, DBProxyName)
    const all = (
      DBProxyEndpointName
        ? [requireEndpoint(call, DBProxyEndpointName)]
        : proxyEndpoints.list(call.db, call)
    ).filter((one) => !proxy || one.DBProxyName === proxy.DBProxyName)
    const { records, Marker } = page(request, filtered(all, Filters, {}), ({ id }) => id)
    return {
      DBProxyEndpoints: records.map((one) => describeEndpoint(one, call, call.now)),
      ...(Marker && { Marker }),
    }
  },
})
