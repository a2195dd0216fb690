import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { Call, Permission } from '../../../operation.ts'
import type { InstanceProfileFacts } from '../../../ports.ts'
import { arnOf } from '../arns.ts'
import { onImage } from '../images/permissions.ts'
import { findImage } from '../images/visible-images.ts'
import { onInterface, onSubnet } from '../network/permissions.ts'
import { onNewResource, onResource } from '../permissions.ts'
import { findKeyPairByName } from '../rows/key-pairs.ts'
import { findPlacementGroup } from '../rows/placement-groups.ts'
import { findGroupByName, securityGroups } from '../rows/security-groups.ts'
import { subnets } from '../rows/subnets.ts'
import { defaultVpc } from '../rows/vpcs.ts'
import { onSnapshot } from '../volumes/permissions.ts'
import { isImageAlias, resolveImageAlias } from './image-alias.ts'
import { launchVolumes } from './launch-volume-keys.ts'
import { metadataDefaults } from './metadata-defaults.ts'

/** Where what a launch names comes from: for `ec2:LaunchTemplate` and `ec2:IsLaunchTemplateResource`. */
export interface LaunchOrigin {
  /** The ARN of the launch template. */
  readonly template: string
  /** What the request says itself. */
  readonly own: RunInstancesRequest
}

/**
 * Everything that a launch touches or makes has to be allowed.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 *
 * @param input with what the launch template says
 */
export function launchPermissions(
  input: RunInstancesRequest,
  call: Call,
  origin?: LaunchOrigin,
): Permission[] {
  const { TagSpecifications: tags } = input
  const alias = isImageAlias(input.ImageId) ? resolveImageAlias(input.ImageId, call) : undefined
  const imageId = alias?.imageId ?? input.ImageId
  const interfaces = input.NetworkInterfaces ?? []
  const existing = interfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId).filter(isText)
  const isNew = interfaces.length === 0 || existing.length < interfaces.length
  const subnetIds = [input.SubnetId, ...interfaces.map(({ SubnetId }) => SubnetId)].filter(isText)
  const place = placeOf(subnetIds[0], input, call)
  const profile = profileOf(input, call)
  const named: readonly (readonly [Permission, keyof RunInstancesRequest])[] = [
    ...(imageId ? [[onImage(imageId, call), 'ImageId'] as const] : []),
    ...existing.map((id) => [onInterface(call, id), 'NetworkInterfaces'] as const),
    ...(subnetIds.length > 0
      ? subnetIds.map((id) => [onSubnet(call, id), 'SubnetId'] as const)
      : [
          [
            {
              resource: arnOf(call, 'subnet', '*'),
              context: { 'ec2:Region': call.region, ...place.zone, ...place.vpc },
            },
            'SubnetId',
          ] as const,
        ]),
    ...groupIds(input, call).map((id) => [onGroup(id, place, call), 'SecurityGroupIds'] as const),
    ...(input.KeyName ? [[onKeyPair(input.KeyName, call), 'KeyName'] as const] : []),
    ...onPlacementGroup(input, call).map((one) => [one, 'Placement'] as const),
    ...onReservation(input, call).map((one) => [one, 'CapacityReservationSpecification'] as const),
    ...snapshotsOf(input).map((id) => [onSnapshot(call, id), 'BlockDeviceMappings'] as const),
  ]
  const made = [
    ...onNewResource(call, 'instance', tags, instanceContext(input, imageId, place, profile, call)),
    ...(isNew
      ? onNewResource(call, 'network-interface', tags, {
          ...place.zone,
          ...place.vpc,
          ...place.subnet,
          'ec2:AssociatePublicIpAddress': String(
            interfaces.some(({ AssociatePublicIpAddress }) => AssociatePublicIpAddress === true),
          ),
        })
      : []),
    ...launchVolumes({ ...input, ImageId: imageId }, call).flatMap((volume) =>
      onNewResource(call, 'volume', tags, { ...place.zone, ...volume }),
    ),
  ]
  return [
    ...named.map(([permission, member]) => fromTemplate(permission, origin, member)),
    ...made.map((permission) => fromTemplate(permission, origin)),
    ...(alias ? [alias.permission] : []),
    ...passedRole(profile, call),
  ]
}

/** With the keys on the launch template; a resource is the template's where the request does not name it itself. */
function fromTemplate(
  permission: Permission,
  origin: LaunchOrigin | undefined,
  member?: keyof RunInstancesRequest,
): Permission {
  if (!origin || permission.action) return permission
  const own = member ? origin.own[member] : undefined
  const isOwn = Array.isArray(own) ? own.length > 0 : own !== undefined
  return {
    ...permission,
    context: {
      ...permission.context,
      'ec2:LaunchTemplate': origin.template,
      'ec2:IsLaunchTemplateResource': String(!isOwn),
    },
  }
}

type Keys = Record<string, string>

/** The zone and network, as far as the request says. */
interface Place {
  readonly zone: Keys
  readonly vpc: Keys
  readonly subnet: Keys
}

function placeOf(subnetId: string | undefined, input: RunInstancesRequest, call: Call): Place {
  const subnet = subnetId ? subnets.find(subnetId, call) : undefined
  const vpcId = subnet?.vpc_id ?? (subnetId ? undefined : defaultVpc(call)?.vpc_id)
  const zone = subnet?.availability_zone ?? input.Placement?.AvailabilityZone
  return {
    zone: zone ? { 'ec2:AvailabilityZone': zone } : {},
    vpc: vpcId ? { 'ec2:Vpc': arnOf(call, 'vpc', vpcId) } : {},
    subnet: subnet ? { 'ec2:Subnet': arnOf(call, 'subnet', subnet.subnet_id) } : {},
  }
}

function instanceContext(
  input: RunInstancesRequest,
  imageId: string | undefined,
  { zone }: Place,
  profile: InstanceProfileFacts | undefined,
  call: Call,
): Keys {
  const image = imageId ? findImage(imageId, call) : undefined
  const options = { ...metadataDefaults(call), ...input.MetadataOptions }
  const tokensOnly = image?.ImdsSupport === 'v2.0'
  const group = input.Placement?.GroupName
  return {
    ...zone,
    'ec2:InstanceType': input.InstanceType ?? 'm1.small',
    'ec2:InstanceMarketType': input.InstanceMarketOptions?.MarketType ?? 'on-demand',
    'ec2:InstanceAutoRecovery': input.MaintenanceOptions?.AutoRecovery ?? 'default',
    'ec2:InstanceMetadataTags': options.InstanceMetadataTags ?? 'disabled',
    'ec2:EbsOptimized': String(input.EbsOptimized === true),
    'ec2:RootDeviceType': 'ebs',
    'ec2:Tenancy': input.Placement?.Tenancy ?? 'default',
    'ec2:MetadataHttpEndpoint': options.HttpEndpoint ?? 'enabled',
    'ec2:MetadataHttpPutResponseHopLimit': String(
      options.HttpPutResponseHopLimit ?? (tokensOnly ? 2 : 1),
    ),
    'ec2:MetadataHttpTokens': options.HttpTokens ?? (tokensOnly ? 'required' : 'optional'),
    ...(group ? { 'ec2:PlacementGroup': arnOf(call, 'placement-group', group) } : {}),
    ...(profile ? { 'ec2:InstanceProfile': profile.arn } : {}),
  }
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

function onKeyPair(name: string, call: Call): Permission {
  const pair = findKeyPairByName(call, name)
  return onResource(call, 'key-pair', pair?.key_pair_id ?? '', {
    name,
    context: { 'ec2:KeyPairName': name, ...(pair ? { 'ec2:KeyPairType': pair.key_type } : {}) },
  })
}

function onGroup(id: string, { vpc }: Place, call: Call): Permission {
  const group = securityGroups.find(id, call)
  return onResource(call, 'security-group', id, {
    context: {
      ...(id === '*' ? {} : { 'ec2:SecurityGroupID': id }),
      ...(group ? { 'ec2:Vpc': arnOf(call, 'vpc', group.vpc_id) } : vpc),
    },
  })
}

function onPlacementGroup({ Placement }: RunInstancesRequest, call: Call): Permission[] {
  const name = Placement?.GroupName
  if (!name) return []
  const group = findPlacementGroup(call, name)
  return [
    onResource(call, 'placement-group', group?.group_id ?? '', {
      name,
      context: {
        'ec2:PlacementGroupName': name,
        ...(group ? { 'ec2:PlacementGroupStrategy': group.strategy } : {}),
      },
    }),
  ]
}

function onReservation(
  { CapacityReservationSpecification }: RunInstancesRequest,
  call: Call,
): Permission[] {
  const id = CapacityReservationSpecification?.CapacityReservationTarget?.CapacityReservationId
  return id ? [onResource(call, 'capacity-reservation', id)] : []
}

/** Those that the request names; an image's own go with the image. */
const snapshotsOf = ({ BlockDeviceMappings = [] }: RunInstancesRequest): string[] =>
  BlockDeviceMappings.map(({ Ebs }) => Ebs?.SnapshotId).filter(isText)

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
