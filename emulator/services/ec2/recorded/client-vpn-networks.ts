import type {
  ApplySecurityGroupsToClientVpnTargetNetworkRequest,
  ApplySecurityGroupsToClientVpnTargetNetworkResult,
  AssociateClientVpnTargetNetworkRequest,
  AssociateClientVpnTargetNetworkResult,
  AuthorizationRule,
  AuthorizeClientVpnIngressRequest,
  AuthorizeClientVpnIngressResult,
  ClientVpnRoute,
  CreateClientVpnRouteRequest,
  CreateClientVpnRouteResult,
  DeleteClientVpnRouteRequest,
  DeleteClientVpnRouteResult,
  DescribeClientVpnAuthorizationRulesRequest,
  DescribeClientVpnAuthorizationRulesResult,
  DescribeClientVpnRoutesRequest,
  DescribeClientVpnRoutesResult,
  DescribeClientVpnTargetNetworksRequest,
  DescribeClientVpnTargetNetworksResult,
  DisassociateClientVpnTargetNetworkRequest,
  DisassociateClientVpnTargetNetworkResult,
  RevokeClientVpnIngressRequest,
  RevokeClientVpnIngressResult,
  TargetNetwork,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import { json } from '../describe/sql.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { subnets } from '../rows/subnets.ts'
import { blockTexts, vpcs } from '../rows/vpcs.ts'
import { clientVpnEndpoints } from './client-vpn-endpoints.ts'
import { family } from './family.ts'
import { acts } from './operations.ts'

// What client VPN endpoints lead to: networks, who may go where, and routes. Associations have ids of their own;
// rules and routes are known by what they say.
// https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is.html

const onEndpoint = { ClientVpnEndpointId: 'client-vpn-endpoint' } as const

const missing = (code: string, noun: string) => {
  const one = (id: string) => `The ${noun} '${id}' does not exist`
  return { code, one, several: one }
}

const networks = family<TargetNetwork>({
  type: 'client-vpn-endpoint',
  prefix: 'cvpn-assoc',
  id: 'AssociationId',
  tags: false,
  notFound: missing('InvalidClientVpnAssociationId.NotFound', 'association ID'),
  life: {
    first: 'associating',
    next: { associating: 'associated', disassociating: 'disassociated' },
    last: 'disassociating',
    gone: ['disassociated'],
  },
  shownState: (state) => ({ Status: { Code: state as 'associated' } }),
  filters: {
    'association-id': 't.id',
    'target-network-id': json('TargetNetworkId'),
    'vpc-id': json('VpcId'),
  },
})

interface StoredRule extends AuthorizationRule {
  readonly RuleId?: string
}

const rules = family<StoredRule>({
  type: 'client-vpn-endpoint',
  prefix: 'cvpn-rule',
  id: 'RuleId',
  tags: false,
  notFound: missing('InvalidClientVpnEndpointAuthorizationRuleNotFound', 'authorization rule'),
  life: { first: 'authorizing', next: { authorizing: 'active' } },
  shownState: (state) => ({ Status: { Code: state as 'active' } }),
  filters: {
    description: json('Description'),
    'destination-cidr': json('DestinationCidr'),
    'group-id': json('GroupId'),
  },
})

interface StoredRoute extends ClientVpnRoute {
  readonly RouteId?: string
}

const routes = family<StoredRoute>({
  type: 'client-vpn-endpoint',
  prefix: 'cvpn-route',
  id: 'RouteId',
  tags: false,
  notFound: missing('InvalidClientVpnRouteNotFound', 'route'),
  life: { first: 'creating', next: { creating: 'active' } },
  shownState: (state) => ({ Status: { Code: state as 'active' } }),
  filters: {
    'destination-cidr': json('DestinationCidr'),
    origin: json('Origin'),
    'target-subnet': json('TargetSubnet'),
  },
})

const ofEndpoint = (id: string) => ({ sql: `${json('ClientVpnEndpointId')} = ?`, values: [id] })

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeClientVpnTargetNetworks.html */
export const DescribeClientVpnTargetNetworks = acts<
  DescribeClientVpnTargetNetworksRequest,
  DescribeClientVpnTargetNetworksResult
>(onEndpoint, (input, call) => {
  const { AssociationIds, ClientVpnEndpointId } = input
  const page = networks.page(input, AssociationIds, call, ofEndpoint(ClientVpnEndpointId!))
  return { ClientVpnTargetNetworks: page.items, NextToken: page.nextToken }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateClientVpnTargetNetwork.html */
export const AssociateClientVpnTargetNetwork = acts<
  AssociateClientVpnTargetNetworkRequest,
  AssociateClientVpnTargetNetworkResult
>({ ...onEndpoint, SubnetId: 'subnet' }, ({ ClientVpnEndpointId: id, SubnetId }, call) => {
  const endpoint = clientVpnEndpoints.require(id!, call)
  const subnet = subnets.require(SubnetId!, call)
  const there = networks.having('ClientVpnEndpointId', id!, call)
  if (there.some((one) => one.TargetNetworkId === SubnetId)) {
    throw new AwsError(
      'InvalidClientVpnDuplicateAssociation',
      `The subnet '${SubnetId}' is already associated with '${id}'`,
    )
  }
  if (there.some((one) => one.VpcId !== subnet.vpc_id)) {
    throw new AwsError(
      'InvalidClientVpnSubnetId.DifferentVpc',
      `The subnet '${SubnetId}' belongs to another VPC than the networks of '${id}'`,
    )
  }
  const made = networks.insert(
    {
      ClientVpnEndpointId: id!,
      VpcId: subnet.vpc_id,
      TargetNetworkId: SubnetId!,
      SecurityGroups: [...(endpoint.SecurityGroupIds ?? [])],
    },
    [],
    call,
  )
  for (const block of blockTexts(vpcs.require(subnet.vpc_id, call))) {
    if (!block.includes(':')) addRoute(id!, block, SubnetId!, 'associate', call)
  }
  const VpcId = endpoint.VpcId ?? subnet.vpc_id
  clientVpnEndpoints.change(id!, { VpcId, ...associated(id!, call) }, call, 'available')
  return { AssociationId: made.AssociationId, Status: made.Status }
})

const associated = (id: string, call: Call) => ({
  AssociatedTargetNetworks: networks
    .having('ClientVpnEndpointId', id, call)
    .map(({ TargetNetworkId }) => ({ NetworkId: TargetNetworkId, NetworkType: 'vpc' as const })),
})

function addRoute(
  endpointId: string,
  block: string,
  subnetId: string,
  Origin: 'associate' | 'add-route',
  call: Call,
  Description?: string,
): StoredRoute {
  const route = {
    ClientVpnEndpointId: endpointId,
    DestinationCidr: block,
    TargetSubnet: subnetId,
    Type: 'Nat',
    Origin,
    ...(Description ? { Description } : {}),
  }
  return routes.insert(route, [], call)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateClientVpnTargetNetwork.html */
export const DisassociateClientVpnTargetNetwork = acts<
  DisassociateClientVpnTargetNetworkRequest,
  DisassociateClientVpnTargetNetworkResult
>(onEndpoint, ({ ClientVpnEndpointId: id, AssociationId }, call) => {
  if (!AssociationId) throw missingParameter('AssociationId')
  const { TargetNetworkId } = networks.require(AssociationId, call)
  for (const route of routes.having('ClientVpnEndpointId', id!, call)) {
    if (route.TargetSubnet === TargetNetworkId) routes.remove(route.RouteId!, call)
  }
  const { Status } = networks.remove(AssociationId, call)
  const rest = networks
    .having('ClientVpnEndpointId', id!, call)
    .filter((one) => one.AssociationId !== AssociationId)
  const AssociatedTargetNetworks = rest.map((one) => ({
    NetworkId: one.TargetNetworkId,
    NetworkType: 'vpc' as const,
  }))
  const state = rest.length > 0 ? 'available' : 'pending-associate'
  clientVpnEndpoints.change(id!, { AssociatedTargetNetworks }, call, state)
  return { AssociationId, Status }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ApplySecurityGroupsToClientVpnTargetNetwork.html */
export const ApplySecurityGroupsToClientVpnTargetNetwork = acts<
  ApplySecurityGroupsToClientVpnTargetNetworkRequest,
  ApplySecurityGroupsToClientVpnTargetNetworkResult
>(
  { ...onEndpoint, VpcId: 'vpc', SecurityGroupIds: 'security-group' },
  ({ ClientVpnEndpointId: id, SecurityGroupIds = [] }, call) => {
    clientVpnEndpoints.change(id!, { SecurityGroupIds: [...SecurityGroupIds] }, call)
    for (const one of networks.having('ClientVpnEndpointId', id!, call)) {
      networks.change(one.AssociationId!, { SecurityGroups: [...SecurityGroupIds] }, call)
    }
    return { SecurityGroupIds: [...SecurityGroupIds] }
  },
)

function blockOf(text: string | undefined, parameter: string): string {
  if (!text) throw missingParameter(parameter)
  const block = canonicalIpv4Block(text) ?? canonicalIpv6Block(text)
  if (!block) throw invalidValue(text, parameter, 'This is not a valid CIDR block.')
  return block
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeClientVpnAuthorizationRules.html */
export const DescribeClientVpnAuthorizationRules = acts<
  DescribeClientVpnAuthorizationRulesRequest,
  DescribeClientVpnAuthorizationRulesResult
>(onEndpoint, (input, call) => {
  const page = rules.page(input, [], call, ofEndpoint(input.ClientVpnEndpointId!))
  return { AuthorizationRules: page.items, NextToken: page.nextToken }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeClientVpnIngress.html */
export const AuthorizeClientVpnIngress = acts<
  AuthorizeClientVpnIngressRequest,
  AuthorizeClientVpnIngressResult
>(onEndpoint, (input, call) => {
  const { ClientVpnEndpointId: id, AccessGroupId, AuthorizeAllGroups, Description } = input
  const block = blockOf(input.TargetNetworkCidr, 'TargetNetworkCidr')
  if (!AccessGroupId && !AuthorizeAllGroups) throw missingParameter('AccessGroupId')
  const there = ruleOf(id!, block, AccessGroupId, call)
  if (there) {
    throw new AwsError(
      'InvalidClientVpnDuplicateAuthorizationRule',
      `The authorization rule for ${block} already exists`,
    )
  }
  const { Status } = rules.insert(
    {
      ClientVpnEndpointId: id!,
      DestinationCidr: block,
      GroupId: AccessGroupId ?? '',
      AccessAll: AuthorizeAllGroups ?? false,
      ...(Description ? { Description } : {}),
    },
    [],
    call,
  )
  return { Status }
})

const ruleOf = (endpointId: string, block: string, group: string | undefined, call: Call) =>
  rules
    .having('ClientVpnEndpointId', endpointId, call)
    .find((one) => one.DestinationCidr === block && one.GroupId === (group ?? ''))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeClientVpnIngress.html */
export const RevokeClientVpnIngress = acts<
  RevokeClientVpnIngressRequest,
  RevokeClientVpnIngressResult
>(onEndpoint, ({ ClientVpnEndpointId: id, TargetNetworkCidr, AccessGroupId }, call) => {
  const block = blockOf(TargetNetworkCidr, 'TargetNetworkCidr')
  const rule = ruleOf(id!, block, AccessGroupId, call)
  if (!rule) {
    throw new AwsError(
      'InvalidClientVpnEndpointAuthorizationRuleNotFound',
      `The authorization rule for ${block} does not exist`,
    )
  }
  rules.remove(rule.RuleId!, call)
  return { Status: { Code: 'revoking' } }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeClientVpnRoutes.html */
export const DescribeClientVpnRoutes = acts<
  DescribeClientVpnRoutesRequest,
  DescribeClientVpnRoutesResult
>(onEndpoint, (input, call) => {
  const page = routes.page(input, [], call, ofEndpoint(input.ClientVpnEndpointId!))
  return { Routes: page.items, NextToken: page.nextToken }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateClientVpnRoute.html */
export const CreateClientVpnRoute = acts<CreateClientVpnRouteRequest, CreateClientVpnRouteResult>(
  { ...onEndpoint, TargetVpcSubnetId: 'subnet' },
  (input, call) => {
    const { ClientVpnEndpointId: id, TargetVpcSubnetId, Description } = input
    const block = blockOf(input.DestinationCidrBlock, 'DestinationCidrBlock')
    const networksHere = networks.having('ClientVpnEndpointId', id!, call)
    if (!networksHere.some((one) => one.TargetNetworkId === TargetVpcSubnetId)) {
      throw new AwsError(
        'InvalidClientVpnActiveAssociationNotFound',
        `The subnet '${TargetVpcSubnetId}' is not associated with '${id}'`,
      )
    }
    if (routeOf(id!, block, TargetVpcSubnetId!, call)) {
      throw new AwsError(
        'InvalidClientVpnDuplicateRoute',
        `The route to ${block} by '${TargetVpcSubnetId}' already exists`,
      )
    }
    const made = addRoute(id!, block, TargetVpcSubnetId!, 'add-route', call, Description)
    return { Status: made.Status }
  },
)

const routeOf = (endpointId: string, block: string, subnetId: string, call: Call) =>
  routes
    .having('ClientVpnEndpointId', endpointId, call)
    .find((one) => one.DestinationCidr === block && one.TargetSubnet === subnetId)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteClientVpnRoute.html */
export const DeleteClientVpnRoute = acts<DeleteClientVpnRouteRequest, DeleteClientVpnRouteResult>(
  { ...onEndpoint, TargetVpcSubnetId: 'subnet' },
  ({ ClientVpnEndpointId: id, TargetVpcSubnetId, DestinationCidrBlock }, call) => {
    const block = blockOf(DestinationCidrBlock, 'DestinationCidrBlock')
    const route = routeOf(id!, block, TargetVpcSubnetId!, call)
    if (!route) {
      throw new AwsError(
        'InvalidClientVpnRouteNotFound',
        `The route to ${block} by '${TargetVpcSubnetId}' does not exist`,
      )
    }
    routes.remove(route.RouteId!, call)
    return { Status: { Code: 'deleting' } }
  },
)
