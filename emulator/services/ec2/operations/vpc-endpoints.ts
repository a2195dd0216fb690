import type {
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DeleteVpcEndpointsRequest,
  DeleteVpcEndpointsResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  ModifyVpcEndpointRequest,
  ModifyVpcEndpointResult,
  UnsuccessfulItem,
  VpcEndpoint,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { belongToDifferentNetworks } from '../errors/network.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { endpointServices } from '../facts/endpoint-services.ts'
import { awsPrefixList } from '../network/aws-prefix-lists.ts'
import type { GatewayService } from '../network/aws-prefix-lists.ts'
import {
  addEndpointInterface,
  addEndpointRoute,
  removeEndpointRoute,
} from '../network/endpoint-parts.ts'
import { groupsFor } from '../network/interface-groups.ts'
import { onRouteTable, onSubnet, onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { endpointServices as offeredServices } from '../recorded/endpoint-services.ts'
import type { EndpointService } from '../recorded/endpoint-services.ts'
import { deleteNetworkInterface, replaceGroups } from '../rows/network-interface-changes.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { securityGroups } from '../rows/security-groups.ts'
import { subnets } from '../rows/subnets.ts'
import { deleteTags } from '../rows/tags.ts'
import {
  deleteVpcEndpoint,
  endpointDocument,
  insertVpcEndpoint,
  setEndpointDocument,
  toVpcEndpoints,
  vpcEndpoints,
} from '../rows/vpc-endpoints.ts'
import type { VpcEndpointRow } from '../rows/vpc-endpoints.ts'
import { vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export const DescribeVpcEndpoints = operation<
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = vpcEndpoints.page(input, input.VpcEndpointIds, call)
    return { VpcEndpoints: toVpcEndpoints(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html */
export const CreateVpcEndpoint = operation<CreateVpcEndpointRequest, CreateVpcEndpointResult>({
  authorize: (input, call) => [
    ...onNewResource(call, 'vpc-endpoint', input.TagSpecifications, {
      'ec2:VpceServiceName': input.ServiceName ?? '',
      'ec2:VpceServiceOwner': 'amazon',
    }),
    onVpc(call, input.VpcId ?? ''),
    ...(input.RouteTableIds ?? []).map((id) => onRouteTable(call, id)),
    ...(input.SubnetIds ?? []).map((id) => onSubnet(call, id)),
    ...(input.SecurityGroupIds ?? []).map((id) => onResource(call, 'security-group', id)),
  ],
  run(input, call) {
    const { ClientToken } = input
    const before = findByToken<string>(ClientToken, input, call)
    const id = before ?? make(input, call)
    if (!before) keepToken(ClientToken, input, id, call)
    const row = vpcEndpoints.require(id, call)
    const [shown] = toVpcEndpoints([row], call)
    const isStarting =
      !before && shown!.VpcEndpointType === 'Interface' && row.state === 'available'
    return {
      VpcEndpoint: isStarting ? { ...shown!, State: 'pending' as never } : shown,
      ...(ClientToken ? { ClientToken } : {}),
    }
  },
})

const fullAccess = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
})

/** @returns the id */
function make(input: CreateVpcEndpointRequest, call: Call): string {
  const { VpcId, ServiceName, VpcEndpointType: type = 'Gateway' } = input
  const { 'vpc-endpoint': tags } = specifiedTags(input.TagSpecifications, 'vpc-endpoint')
  if (!VpcId) throw missingParameter('VpcId')
  if (!ServiceName) throw missingParameter('ServiceName')
  if (type !== 'Gateway' && type !== 'Interface') throw invalidValue(type, 'VpcEndpointType')
  vpcs.require(VpcId, call)
  const service = endpointServices(call.region).find(
    (one) => one.ServiceName === ServiceName && one.ServiceType![0]!.ServiceType === type,
  )
  const offered = service ? undefined : privateService(ServiceName, type, call)
  if (!service && !offered) {
    throw new AwsError(
      'InvalidServiceName',
      `The Vpc Endpoint Service '${ServiceName}' does not exist`,
    )
  }
  const id = call.ids.ec2('vpce')
  const document: VpcEndpoint = {
    PolicyDocument: input.PolicyDocument ?? fullAccess,
    ...(type === 'Gateway' ? gatewayParts(id, input, call) : interfaceParts(id, input, call)),
    IpAddressType: 'ipv4',
    DnsOptions: { DnsRecordIpType: type === 'Gateway' ? 'service-defined' : 'ipv4' },
  }
  insertVpcEndpoint(call, {
    vpc_endpoint_id: id,
    vpc_id: VpcId,
    service_name: ServiceName,
    vpc_endpoint_type: type,
    state: offered?.AcceptanceRequired ? 'pendingAcceptance' : 'available',
    created_at: call.now,
    document,
  })
  tagResource(call, id, 'vpc-endpoint', tags)
  return id
}

/** A service that an account of the region offers, to this one too. */
function privateService(name: string, type: string, call: Call): EndpointService | undefined {
  const id = name.slice(name.lastIndexOf('.') + 1)
  const owner = call.db.get<{ account: string }>(
    `select account from ec2_recorded where region = ? and kind = 'vpce-svc' and id = ?`,
    call.region,
    id,
  )
  if (!owner) return undefined
  const service = offeredServices.require(id, { ...call, account: owner.account })
  const isOffered =
    owner.account === call.account ||
    service.Principals?.some(
      ({ Principal }) =>
        Principal === '*' ||
        Principal === `arn:aws:iam::${call.account}:root` ||
        Principal === call.caller.arn,
    )
  const isOfType = service.ServiceType?.some((one) => one.ServiceType === type)
  return isOffered && isOfType && service.ServiceName === name ? service : undefined
}

const prefixListOf = (serviceName: string, call: Call): string =>
  awsPrefixList(serviceName.split('.').at(-1) as GatewayService, call).prefix_list_id

function gatewayParts(id: string, input: CreateVpcEndpointRequest, call: Call): VpcEndpoint {
  const { RouteTableIds = [], SubnetIds = [], SecurityGroupIds = [] } = input
  if (SubnetIds.length > 0 || SecurityGroupIds.length > 0) {
    throw invalidParameterCombination(
      'SubnetIds and SecurityGroupIds cannot be specified for Gateway endpoints.',
    )
  }
  const listId = prefixListOf(input.ServiceName!, call)
  for (const tableId of RouteTableIds) addEndpointRoute(tableId, input.VpcId!, listId, id, call)
  return {
    RouteTableIds,
    SubnetIds: [],
    Groups: [],
    PrivateDnsEnabled: false,
    DnsEntries: [],
    NetworkInterfaceIds: [],
  }
}

function interfaceParts(id: string, input: CreateVpcEndpointRequest, call: Call): VpcEndpoint {
  if (input.RouteTableIds?.length) {
    throw invalidParameterCombination('RouteTableIds cannot be specified for Interface endpoints.')
  }
  const rows = subnets.requireAll(input.SubnetIds ?? [], call)
  const foreign = rows.find((row) => row.vpc_id !== input.VpcId)
  if (foreign) {
    throw belongToDifferentNetworks(`subnet ${foreign.subnet_id}`, `vpc ${input.VpcId}`)
  }
  const place = { vpc_id: input.VpcId!, subnet_id: rows[0]?.subnet_id ?? '' }
  const groupIds = groupsFor(input.SecurityGroupIds, place, call)
  // A private service is named by its own id: com.amazonaws.vpce.us-east-1.vpce-svc-…
  const service = input
    .ServiceName!.split('.')
    .slice(input.ServiceName!.includes('.vpce.') ? 4 : 3)
    .join('.')
  const host = `${id}-${call.ids.bytes(4).toString('hex')}`
  const suffix = `${service}.${call.region}.vpce.amazonaws.com`
  const named = input.PrivateDnsEnabled ?? !service.startsWith('vpce-svc-')
  return {
    RouteTableIds: [],
    SubnetIds: rows.map((row) => row.subnet_id),
    NetworkInterfaceIds: rows.map((row) => addEndpointInterface(row, id, groupIds, call)),
    Groups: identifiers(groupIds, call),
    PrivateDnsEnabled: named,
    DnsEntries: [
      { DnsName: `${host}.${suffix}` },
      ...rows.map((row) => ({ DnsName: `${host}-${row.availability_zone}.${suffix}` })),
      ...(named ? [{ DnsName: `${service}.${call.region}.amazonaws.com` }] : []),
    ],
  }
}

const identifiers = (ids: readonly string[], call: Call) =>
  securityGroups
    .requireAll(ids, call)
    .map((group) => ({ GroupId: group.group_id, GroupName: group.group_name }))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html */
export const ModifyVpcEndpoint = operation<ModifyVpcEndpointRequest, ModifyVpcEndpointResult>({
  authorize: ({ VpcEndpointId = '' }, call) => [onResource(call, 'vpc-endpoint', VpcEndpointId)],
  run(input, call) {
    const { VpcEndpointId: id } = input
    if (!id) throw missingParameter('VpcEndpointId')
    const row = vpcEndpoints.require(id, call)
    const old = endpointDocument(row)
    const policy = input.ResetPolicy ? fullAccess : input.PolicyDocument
    setEndpointDocument(call, id, {
      ...old,
      ...(policy ? { PolicyDocument: policy } : {}),
      ...(input.PrivateDnsEnabled === undefined
        ? {}
        : { PrivateDnsEnabled: input.PrivateDnsEnabled }),
      ...(row.vpc_endpoint_type === 'Gateway'
        ? changedTables(row, old, input, call)
        : changedInterfaces(row, old, input, call)),
    })
    return { Return: true }
  },
})

function changedTables(
  row: VpcEndpointRow,
  { RouteTableIds: old = [] }: VpcEndpoint,
  { AddRouteTableIds: added = [], RemoveRouteTableIds: removed = [] }: ModifyVpcEndpointRequest,
  call: Call,
): VpcEndpoint {
  const listId = prefixListOf(row.service_name, call)
  for (const id of removed) if (old.includes(id)) removeEndpointRoute(id, listId, call)
  const fresh = added.filter((id) => !old.includes(id))
  for (const id of fresh) addEndpointRoute(id, row.vpc_id, listId, row.vpc_endpoint_id, call)
  return { RouteTableIds: [...old.filter((id) => !removed.includes(id)), ...fresh] }
}

function changedInterfaces(
  row: VpcEndpointRow,
  old: VpcEndpoint,
  input: ModifyVpcEndpointRequest,
  call: Call,
): VpcEndpoint {
  const { AddSecurityGroupIds = [], RemoveSecurityGroupIds = [] } = input
  const had = (old.Groups ?? []).map(({ GroupId }) => GroupId!)
  const kept = had.filter((id) => !RemoveSecurityGroupIds.includes(id))
  const groupIds = [...new Set([...kept, ...AddSecurityGroupIds])]
  const oldIds = networkInterfaces.requireAll(old.NetworkInterfaceIds ?? [], call)
  const gone = oldIds.filter((one) => input.RemoveSubnetIds?.includes(one.subnet_id))
  for (const one of gone) deleteNetworkInterface(call, one.network_interface_id)
  const stay = oldIds.filter((one) => !gone.includes(one))
  for (const one of stay) replaceGroups(call, one.network_interface_id, groupIds)
  const fresh = subnets
    .requireAll(input.AddSubnetIds ?? [], call)
    .filter((subnet) => !stay.some((one) => one.subnet_id === subnet.subnet_id))
  const made = fresh.map((one) => addEndpointInterface(one, row.vpc_endpoint_id, groupIds, call))
  return {
    Groups: identifiers(groupIds, call),
    SubnetIds: [...stay.map((one) => one.subnet_id), ...fresh.map((one) => one.subnet_id)],
    NetworkInterfaceIds: [...stay.map((one) => one.network_interface_id), ...made],
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html */
export const DeleteVpcEndpoints = operation<DeleteVpcEndpointsRequest, DeleteVpcEndpointsResult>({
  authorize: ({ VpcEndpointIds = [] }, call) =>
    VpcEndpointIds.map((id) => onResource(call, 'vpc-endpoint', id)),
  run({ VpcEndpointIds = [] }, call) {
    if (VpcEndpointIds.length === 0) throw missingParameter('VpcEndpointIds')
    return { Unsuccessful: VpcEndpointIds.flatMap((id) => remove(id, call)) }
  },
})

function remove(id: string, call: Call): UnsuccessfulItem[] {
  const row = vpcEndpoints.find(id, call)
  if (!row) {
    const Message = `The Vpc Endpoint Id '${id}' does not exist`
    return [{ ResourceId: id, Error: { Code: 'InvalidVpcEndpoint.NotFound', Message } }]
  }
  const { RouteTableIds = [], NetworkInterfaceIds = [] } = endpointDocument(row)
  if (RouteTableIds.length > 0) {
    const listId = prefixListOf(row.service_name, call)
    for (const tableId of RouteTableIds) removeEndpointRoute(tableId, listId, call)
  }
  for (const one of NetworkInterfaceIds) deleteNetworkInterface(call, one)
  deleteVpcEndpoint(call, id)
  deleteTags(call, id)
  return []
}
