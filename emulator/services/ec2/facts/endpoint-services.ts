import type { ServiceDetail } from '@aws-sdk/client-ec2'
import { zonesOf } from './regions.ts'

// Services that a VPC can have endpoints of.
// https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
const interfaceServices = [
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'ecs',
  'elasticloadbalancing',
  'execute-api',
  'kms',
  'lambda',
  'logs',
  'monitoring',
  'rds',
  's3',
  'sagemaker.api',
  'sagemaker.runtime',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'ssmmessages',
  'sts',
]

/** The services of a region, by their short names; S3 has both kinds of endpoints. */
export function endpointServices(region: string): ServiceDetail[] {
  const zones = zonesOf(region).map(({ name }) => name)
  const detail = (service: string, type: 'Gateway' | 'Interface'): ServiceDetail => ({
    ServiceName: `com.amazonaws.${region}.${service}`,
    ServiceType: [{ ServiceType: type }],
    ServiceRegion: region,
    AvailabilityZones: zones,
    Owner: 'amazon',
    BaseEndpointDnsNames: [
      `${service.split('.').toReversed().join('.')}.${region}.${type === 'Gateway' ? 'amazonaws.com' : 'vpce.amazonaws.com'}`,
    ],
    ...(type === 'Interface'
      ? { PrivateDnsName: `${service.split('.').toReversed().join('.')}.${region}.amazonaws.com` }
      : {}),
    VpcEndpointPolicySupported: true,
    AcceptanceRequired: false,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: ['ipv4'],
    Tags: [],
  })
  return [
    detail('dynamodb', 'Gateway'),
    detail('s3', 'Gateway'),
    ...interfaceServices.map((service) => detail(service, 'Interface')),
  ]
}
