import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Call, Permission } from '../../../operation.ts'
import type { InstanceProfileFacts } from '../../../ports.ts'
import { arnOf } from '../arns.ts'
import { onImage } from '../images/permissions.ts'
import { onNewResource, onResource } from '../permissions.ts'
import { findKeyPairByName } from '../rows/key-pairs.ts'
import { findGroupByName } from '../rows/security-groups.ts'
import { subnets } from '../rows/subnets.ts'
import { defaultVpc } from '../rows/vpcs.ts'

/**
 * Everything that a launch touches or makes has to be allowed.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
export function launchPermissions(input: RunInstancesRequest, call: Call): Permission[] {
  const { TagSpecifications: tags } = input
  const interfaces = input.NetworkInterfaces ?? []
  const subnetIds = [input.SubnetId, ...interfaces.map(({ SubnetId }) => SubnetId)].filter(isText)
  const place = placeOf(subnetIds[0], input, call)
  const profile = profileOf(input, call)
  return [
    ...(input.ImageId ? [onImage(input.ImageId, call)] : []),
    ...onNewResource(call, 'instance', tags, {
      ...place,
      'ec2:InstanceType': input.InstanceType ?? '',
      'ec2:EbsOptimized': String(input.EbsOptimized === true),
      'ec2:RootDeviceType': 'ebs',
      'ec2:Tenancy': input.Placement?.Tenancy ?? 'default',
      'ec2:MetadataHttpTokens': input.MetadataOptions?.HttpTokens ?? 'optional',
      ...(profile ? { 'ec2:InstanceProfile': profile.arn } : {}),
    }),
    ...onNewResource(call, 'network-interface', tags, {
      ...place,
      'ec2:AssociatePublicIpAddress': String(
        interfaces.some(({ AssociatePublicIpAddress }) => AssociatePublicIpAddress === true),
      ),
    }),
    ...onNewResource(call, 'volume', tags, place),
    ...(subnetIds.length > 0
      ? subnetIds.map((id) => onResource(call, 'subnet', id, { context: place }))
      : [
          {
            resource: arnOf(call, 'subnet', '*'),
            context: { 'ec2:Region': call.region, ...place },
          },
        ]),
    ...groupIds(input, call).map((id) => onResource(call, 'security-group', id)),
    ...(input.KeyName ? [onKeyPair(input.KeyName, call)] : []),
    ...passedRole(profile, call),
  ]
}

function profileOf(
  { IamInstanceProfile: given }: RunInstancesRequest,
  call: Call,
): InstanceProfileFacts | undefined {
  if (!given?.Arn && !given?.Name) return undefined
  return call.ports.roles.findInstanceProfile(call.db, call.account, {
    name: given.Name,
    arn: given.Arn,
  })
}

/** Who launches with a profile hands its role to EC2, and has to be allowed to. */
const passedRole = (profile: InstanceProfileFacts | undefined, call: Call): Permission[] =>
  profile?.role ? [call.ports.roles.passing(call.db, profile.role.arn, 'ec2.amazonaws.com')] : []

type Place = Record<string, string>

/** The zone and network, as far as the request says. */
function placeOf(subnetId: string | undefined, input: RunInstancesRequest, call: Call): Place {
  const subnet = subnetId ? subnets.find(subnetId, call) : undefined
  const vpcId = subnet?.vpc_id ?? (subnetId ? undefined : defaultVpc(call)?.vpc_id)
  const zone = subnet?.availability_zone ?? input.Placement?.AvailabilityZone
  return {
    ...(zone ? { 'ec2:AvailabilityZone': zone } : {}),
    ...(vpcId ? { 'ec2:Vpc': arnOf(call, 'vpc', vpcId) } : {}),
    ...(subnet ? { 'ec2:Subnet': arnOf(call, 'subnet', subnet.subnet_id) } : {}),
  }
}

function onKeyPair(name: string, call: Call): Permission {
  const pair = findKeyPairByName(call, name)
  return onResource(call, 'key-pair', pair?.key_pair_id ?? '', {
    name,
    context: { 'ec2:KeyPairName': name, ...(pair ? { 'ec2:KeyPairType': pair.key_type } : {}) },
  })
}

function groupIds(input: RunInstancesRequest, call: Call): string[] {
  const vpc = defaultVpc(call)
  const named = (input.SecurityGroups ?? []).map((name) =>
    vpc ? (findGroupByName(call, vpc.vpc_id, name)?.group_id ?? '*') : '*',
  )
  const ids = [
    ...(input.SecurityGroupIds ?? []),
    ...(input.NetworkInterfaces ?? []).flatMap(({ Groups }) => Groups ?? []),
    ...named,
  ]
  return ids.length > 0 ? [...new Set(ids)] : ['*']
}

const isText = (value: string | undefined): value is string => value !== undefined && value !== ''
