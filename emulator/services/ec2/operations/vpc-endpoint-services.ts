import type {
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult,
  ServiceDetail,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { endpointServices } from '../facts/endpoint-services.ts'
import { anyResource } from '../permissions.ts'
import { endpointServices as offeredServices } from '../recorded/endpoint-services.ts'

const source: FactSource<ServiceDetail> = {
  filters: {
    owner: (one) => one.Owner,
    'service-name': (one) => one.ServiceName,
    'service-region': (one) => one.ServiceRegion,
    'service-type': (one) => one.ServiceType![0]!.ServiceType,
    'supported-ip-address-types': () => 'ipv4',
    'tag:': () => undefined,
    'tag-key': () => undefined,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
export const DescribeVpcEndpointServices = operation<
  DescribeVpcEndpointServicesRequest,
  DescribeVpcEndpointServicesResult
>({
  authorize: anyResource,
  run(input, call) {
    const names = input.ServiceNames ?? []
    const all = [...endpointServices(call.region), ...offered(call)]
    const missing = names.find((name) => !all.some((one) => one.ServiceName === name))
    if (missing) {
      throw new AwsError(
        'InvalidServiceName',
        `The Vpc Endpoint Service '${missing}' does not exist`,
      )
    }
    const picked = names.length > 0 ? all.filter((one) => names.includes(one.ServiceName!)) : all
    const { items, nextToken } = pageOfFacts(source, picked, input, call, names)
    return {
      ServiceNames: [...new Set(items.map((one) => one.ServiceName!))],
      ServiceDetails: items,
      NextToken: nextToken,
    }
  },
})

/** The services that the account itself offers. */
const offered = (call: Call): ServiceDetail[] =>
  offeredServices.all(call).map((one) => ({
    ServiceName: one.ServiceName,
    ServiceId: one.ServiceId,
    ServiceType: one.ServiceType,
    ServiceRegion: call.region,
    AvailabilityZones: one.AvailabilityZones,
    Owner: call.account,
    BaseEndpointDnsNames: one.BaseEndpointDnsNames,
    VpcEndpointPolicySupported: false,
    AcceptanceRequired: one.AcceptanceRequired,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: one.SupportedIpAddressTypes,
    Tags: one.Tags,
  }))
