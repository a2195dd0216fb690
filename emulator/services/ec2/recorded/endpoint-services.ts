import type {
  AddedPrincipal,
  AllowedPrincipal,
  CreateVpcEndpointServiceConfigurationRequest,
  CreateVpcEndpointServiceConfigurationResult,
  DeleteVpcEndpointServiceConfigurationsRequest,
  DeleteVpcEndpointServiceConfigurationsResult,
  DescribeVpcEndpointServiceConfigurationsRequest,
  DescribeVpcEndpointServiceConfigurationsResult,
  DescribeVpcEndpointServicePermissionsRequest,
  DescribeVpcEndpointServicePermissionsResult,
  ModifyVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationResult,
  ModifyVpcEndpointServicePayerResponsibilityRequest,
  ModifyVpcEndpointServicePayerResponsibilityResult,
  ModifyVpcEndpointServicePermissionsRequest,
  ModifyVpcEndpointServicePermissionsResult,
  ServiceConfiguration,
  StartVpcEndpointServicePrivateDnsVerificationRequest,
  StartVpcEndpointServicePrivateDnsVerificationResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { json, jsonEach } from '../describe/sql.ts'
import { invalidParameterCombination, missingParameter } from '../errors.ts'
import { zonesOf } from '../facts/regions.ts'
import { family } from './family.ts'
import { acts, creates, describes, modifies } from './operations.ts'

/** A service with those who may make endpoints of it. */
export interface EndpointService extends ServiceConfiguration {
  readonly Principals?: readonly AllowedPrincipal[]
}

const noSuch = (ids: string) => `The VpcEndpointService Id '${ids}' does not exist`

/** https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html */
export const endpointServices = family<EndpointService>({
  type: 'vpc-endpoint-service',
  prefix: 'vpce-svc',
  id: 'ServiceId',
  notFound: { code: 'InvalidVpcEndpointServiceId.NotFound', one: noSuch, several: noSuch },
  life: { first: 'Available' },
  shownState: (state) => ({ ServiceState: state as 'Available' }),
  filters: {
    'service-id': 't.id',
    'service-name': json('ServiceName'),
    'service-state': 't.state',
    'supported-ip-address-types': jsonEach('SupportedIpAddressTypes'),
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServiceConfigurations.html */
export const DescribeVpcEndpointServiceConfigurations = describes<
  DescribeVpcEndpointServiceConfigurationsRequest,
  DescribeVpcEndpointServiceConfigurationsResult
>(endpointServices, 'ServiceConfigurations', 'ServiceIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointServiceConfiguration.html */
export const CreateVpcEndpointServiceConfiguration = creates<
  CreateVpcEndpointServiceConfigurationRequest,
  CreateVpcEndpointServiceConfigurationResult,
  EndpointService
>(endpointServices, {
  make(input, call) {
    const { NetworkLoadBalancerArns = [], GatewayLoadBalancerArns = [], PrivateDnsName } = input
    if (NetworkLoadBalancerArns.length > 0 && GatewayLoadBalancerArns.length > 0) {
      throw invalidParameterCombination(
        'Network Load Balancers and Gateway Load Balancers cannot be specified together.',
      )
    }
    if (NetworkLoadBalancerArns.length + GatewayLoadBalancerArns.length === 0) {
      throw new AwsError(
        'InvalidParameter',
        'exactly one of network_load_balancer_arns or gateway_load_balancer_arns is a required member',
      )
    }
    const zones = zonesOf(call.region)
    return {
      ServiceType: [
        { ServiceType: GatewayLoadBalancerArns.length > 0 ? 'GatewayLoadBalancer' : 'Interface' },
      ],
      // The load balancers are nobody's here: the service is taken to be in every zone.
      AvailabilityZones: zones.map(({ name }) => name),
      AvailabilityZoneIds: zones.map(({ id }) => id),
      AcceptanceRequired: input.AcceptanceRequired ?? true,
      ManagesVpcEndpoints: false,
      ...(NetworkLoadBalancerArns.length > 0 ? { NetworkLoadBalancerArns } : {}),
      ...(GatewayLoadBalancerArns.length > 0 ? { GatewayLoadBalancerArns } : {}),
      SupportedIpAddressTypes: (input.SupportedIpAddressTypes ?? ['ipv4']) as 'ipv4'[],
      ...(PrivateDnsName ? privateName(PrivateDnsName, call) : {}),
      ...(input.SupportedRegions
        ? { SupportedRegions: regionDetails(input.SupportedRegions) }
        : {}),
      Principals: [],
    }
  },
  made({ ServiceId: id }, _input, call) {
    const host = `${id}.${call.region}.vpce.amazonaws.com`
    const ServiceName = `com.amazonaws.vpce.${call.region}.${id}`
    endpointServices.change(id!, { ServiceName, BaseEndpointDnsNames: [host] }, call)
  },
  answer: (item, { ClientToken }) => ({
    ServiceConfiguration: item,
    ...(ClientToken ? { ClientToken } : {}),
  }),
})

const regionDetails = (regions: readonly string[]) =>
  regions.map((Region) => ({ Region, ServiceState: 'Available' }))

const privateName = (
  PrivateDnsName: string,
  call: Pick<Call, 'ids'>,
): Partial<EndpointService> => ({
  PrivateDnsName,
  PrivateDnsNameConfiguration: {
    State: 'pendingVerification',
    Type: 'TXT',
    Value: `vpce:${call.ids.bytes(10).toString('base64url')}`,
    Name: `_${call.ids.bytes(10).toString('hex')}`,
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServiceConfiguration.html */
export const ModifyVpcEndpointServiceConfiguration = modifies<
  ModifyVpcEndpointServiceConfigurationRequest,
  ModifyVpcEndpointServiceConfigurationResult,
  EndpointService
>(endpointServices, 'ServiceId', {
  change(item, input, call) {
    const changed = (
      old: readonly string[] = [],
      added: readonly string[] = [],
      removed: readonly string[] = [],
    ) => [...new Set([...old.filter((one) => !removed.includes(one)), ...added])]
    const regions = changed(
      item.SupportedRegions?.map((one) => one.Region!),
      input.AddSupportedRegions,
      input.RemoveSupportedRegions,
    )
    return {
      ...(input.AcceptanceRequired === undefined
        ? {}
        : { AcceptanceRequired: input.AcceptanceRequired }),
      NetworkLoadBalancerArns: changed(
        item.NetworkLoadBalancerArns,
        input.AddNetworkLoadBalancerArns,
        input.RemoveNetworkLoadBalancerArns,
      ),
      GatewayLoadBalancerArns: changed(
        item.GatewayLoadBalancerArns,
        input.AddGatewayLoadBalancerArns,
        input.RemoveGatewayLoadBalancerArns,
      ),
      SupportedIpAddressTypes: changed(
        item.SupportedIpAddressTypes,
        input.AddSupportedIpAddressTypes,
        input.RemoveSupportedIpAddressTypes,
      ) as 'ipv4'[],
      ...(regions.length > 0 ? { SupportedRegions: regionDetails(regions) } : {}),
      ...(input.PrivateDnsName ? privateName(input.PrivateDnsName, call) : {}),
      ...(input.RemovePrivateDnsName
        ? { PrivateDnsName: undefined, PrivateDnsNameConfiguration: undefined }
        : {}),
    }
  },
  answer: () => ({ Return: true }),
})

const onService = { ServiceId: 'vpc-endpoint-service' } as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html */
export const DeleteVpcEndpointServiceConfigurations = acts<
  DeleteVpcEndpointServiceConfigurationsRequest,
  DeleteVpcEndpointServiceConfigurationsResult
>({ ServiceIds: 'vpc-endpoint-service!' }, ({ ServiceIds = [] }, call) => ({
  Unsuccessful: ServiceIds.flatMap((id) => {
    const refusal = whyNotDeleted(id, call)
    if (!refusal) endpointServices.remove(id, call)
    return refusal
      ? [{ ResourceId: id, Error: { Code: refusal.code, Message: refusal.message } }]
      : []
  }),
}))

function whyNotDeleted(id: string, call: Call): AwsError | undefined {
  const service = endpointServices.find(id, call)
  if (!service) return new AwsError('InvalidVpcEndpointService.NotFound', noSuch(id))
  const used = call.db.get(
    `select 1 from ec2_vpc_endpoints where region = ? and service_name = ?
     and state in ('available', 'pendingAcceptance')`,
    call.region,
    service.ServiceName!,
  )
  return used
    ? new AwsError(
        'ExistingVpcEndpointConnections',
        `Service has existing active VPC Endpoint connections!`,
      )
    : undefined
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServicePermissions.html */
export const DescribeVpcEndpointServicePermissions = acts<
  DescribeVpcEndpointServicePermissionsRequest,
  DescribeVpcEndpointServicePermissionsResult
>(onService, (input, call) => {
  const { Principals = [] } = endpointServices.require(input.ServiceId!, call)
  const { items, nextToken } = pageOfFacts(byPrincipal, Principals, input, call)
  return { AllowedPrincipals: items, NextToken: nextToken }
})

const byPrincipal: FactSource<AllowedPrincipal> = {
  filters: {
    principal: (one) => one.Principal,
    'principal-type': (one) => one.PrincipalType,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePermissions.html */
export const ModifyVpcEndpointServicePermissions = acts<
  ModifyVpcEndpointServicePermissionsRequest,
  ModifyVpcEndpointServicePermissionsResult
>(onService, (input, call) => {
  const { ServiceId: id, AddAllowedPrincipals = [], RemoveAllowedPrincipals = [] } = input
  const { Principals = [] } = endpointServices.require(id!, call)
  const kept = Principals.filter((one) => !RemoveAllowedPrincipals.includes(one.Principal!))
  const added: AddedPrincipal[] = AddAllowedPrincipals.filter(
    (principal) => !kept.some((one) => one.Principal === principal),
  ).map((Principal) => ({
    Principal,
    PrincipalType: principalType(Principal),
    ServicePermissionId: call.ids.ec2('vpce-svc-perm'),
    ServiceId: id,
  }))
  endpointServices.change(id!, { Principals: [...kept, ...added] }, call)
  return { AddedPrincipals: added, ReturnValue: true }
})

function principalType(principal: string): NonNullable<AllowedPrincipal['PrincipalType']> {
  if (principal === '*') return 'All'
  const [, kind] = /^arn:[^:]+:iam::\d{12}:(root|user|role)/.exec(principal) ?? []
  if (kind === 'user') return 'User'
  if (kind === 'role') return 'Role'
  if (kind === 'root') return 'Account'
  if (principal.endsWith('.amazonaws.com')) return 'Service'
  throw new AwsError('InvalidPrincipal', `Invalid Principal: '${principal}'`)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServicePayerResponsibility.html */
export const ModifyVpcEndpointServicePayerResponsibility = modifies<
  ModifyVpcEndpointServicePayerResponsibilityRequest,
  ModifyVpcEndpointServicePayerResponsibilityResult,
  EndpointService
>(endpointServices, 'ServiceId', {
  change(_item, { PayerResponsibility }) {
    if (!PayerResponsibility) throw missingParameter('PayerResponsibility')
    return { PayerResponsibility }
  },
  answer: () => ({ ReturnValue: true }),
})

/** No name server is asked: the name stays to be verified. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartVpcEndpointServicePrivateDnsVerification.html */
export const StartVpcEndpointServicePrivateDnsVerification = acts<
  StartVpcEndpointServicePrivateDnsVerificationRequest,
  StartVpcEndpointServicePrivateDnsVerificationResult
>(onService, ({ ServiceId: id }, call) => {
  if (endpointServices.require(id!, call).PrivateDnsName) return { ReturnValue: true }
  throw new AwsError('InvalidParameterValue', `The service ${id} has no private DNS name.`)
})
