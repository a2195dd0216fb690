import type {
  LaunchSpecification,
  RequestSpotInstancesRequest,
  RequestSpotLaunchSpecification,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import type { Scope } from '../describe/resources.ts'
import { chooseType } from '../instances/launch-options.ts'
import { launch } from '../instances/launch.ts'
import type { LaunchCall } from '../instances/launch.ts'
import { requireImages } from '../images/visible-images.ts'
import { findGroupByName, securityGroups } from '../rows/security-groups.ts'
import { insertSpotRequest } from '../rows/spot-requests.ts'
import type { NewSpotRequest, SpotRequestDocument } from '../rows/spot-requests.ts'
import { subnets } from '../rows/subnets.ts'
import { defaultVpc } from '../rows/vpcs.ts'
import { invalidSpotPrice, spotNotOffered } from './errors.ts'
import { defaultMaxPrice, hasSpot, productOfImage, zonesFor } from './market.ts'
import { messageOf } from './status.ts'
import type { StatusCode } from './status.ts'

/** What a request asks for besides what it launches. */
export interface SpotTerms {
  readonly type: 'one-time' | 'persistent'
  readonly behavior: 'terminate' | 'stop' | 'hibernate'
  readonly maxPrice: number
  readonly validFrom?: number | undefined
  readonly validUntil?: number | undefined
  readonly launchGroup?: string | undefined
  readonly zoneGroup?: string | undefined
}

export const isBehavior = (text: string): boolean =>
  ['terminate', 'stop', 'hibernate'].includes(text)

/** USD an hour. @throws InvalidParameterValue for what is no price */
export function parsePrice(text: string): number {
  const price = Number(text)
  if (!/^\d*\.?\d+$/.test(text.trim()) || !(price > 0)) throw invalidSpotPrice(text)
  return price
}

/** The most that is paid: what was said, or the on-demand price. */
export function maxPriceOf(
  text: string | undefined,
  input: Partial<RunInstancesRequest>,
  scope: Scope,
): number {
  if (text) return parsePrice(text)
  const product = productOfImage(input.ImageId, scope)
  return defaultMaxPrice(input.InstanceType ?? '', scope.region, product)
}

/** A request's launch specification as RunInstances knows it. */
export function asLaunch(spec: RequestSpotLaunchSpecification): RunInstancesRequest {
  const { AddressingType: _, SecurityGroupIds, SecurityGroups, Placement, ...same } = spec
  return {
    ...same,
    MinCount: 1,
    MaxCount: 1,
    ...(SecurityGroupIds?.length ? { SecurityGroupIds } : {}),
    ...(SecurityGroups?.length ? { SecurityGroups } : {}),
    ...(Placement ? { Placement } : {}),
  }
}

/** How DescribeSpotInstanceRequests shows what is launched: with its groups by id and name. */
export function shownSpecification(input: RunInstancesRequest, scope: Scope): LaunchSpecification {
  const {
    ImageId,
    InstanceType,
    KeyName,
    SubnetId,
    UserData,
    EbsOptimized,
    KernelId,
    RamdiskId,
    IamInstanceProfile,
    BlockDeviceMappings,
    NetworkInterfaces,
    Placement,
    Monitoring,
  } = input
  const given = {
    ImageId,
    InstanceType,
    KeyName,
    SubnetId,
    UserData,
    EbsOptimized,
    KernelId,
    RamdiskId,
    IamInstanceProfile,
    BlockDeviceMappings,
    NetworkInterfaces,
    Placement,
  }
  const shown = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as LaunchSpecification
  return {
    ...shown,
    ...(NetworkInterfaces?.length ? {} : { SecurityGroups: groupsOf(input, scope) }),
    Monitoring: { Enabled: Monitoring?.Enabled === true },
  }
}

function groupsOf(
  { SecurityGroupIds = [], SecurityGroups = [], SubnetId }: RunInstancesRequest,
  scope: Scope,
): { GroupId: string; GroupName: string }[] {
  const vpcId = (SubnetId && subnets.find(SubnetId, scope)?.vpc_id) || defaultVpc(scope)?.vpc_id
  const named = (name: string) => (vpcId ? findGroupByName(scope, vpcId, name) : undefined)
  const rows = [
    ...SecurityGroupIds.map((id) => securityGroups.find(id, scope)),
    ...SecurityGroups.map(named),
  ]
  const groups = rows.length > 0 ? rows : [named('default')]
  return groups.flatMap((row) =>
    row ? [{ GroupId: row.group_id, GroupName: row.group_name }] : [],
  )
}

/** Refusals that are about the moment, and no reason to refuse a request that can wait. */
const passing = new Set(['InsufficientInstanceCapacity', 'InsufficientFreeAddressesInSubnet'])

export const isPassing = (error: unknown): boolean =>
  error instanceof AwsError && passing.has(error.code)

/**
 * Refuses what could never be launched: EC2 says so at once, in the words of RunInstances. The launch is made and
 * undone, so that nothing that a launch refuses is forgotten here.
 */
export function checkLaunch(input: RunInstancesRequest, count: number, call: LaunchCall): void {
  if (input.ImageId) chooseType(input.InstanceType, requireImages([input.ImageId], call)[0]!)
  if (input.InstanceType && !hasSpot(input.InstanceType)) throw spotNotOffered(input.InstanceType)
  const undone = new Error('this launch was only tried')
  const [zone] = zonesFor(input, call)
  try {
    call.db.transaction(() => {
      const counted = { ...input, MinCount: count, MaxCount: count }
      launch(zone ? inZone(counted, zone.name) : counted, { spotRequestId: () => '-' }, call)
      throw undone
    })
  } catch (error) {
    if (error !== undone && !isPassing(error)) throw error
  }
}

/** The launch in one of the zones that it may go to; a subnet has its own. */
export const inZone = (input: RunInstancesRequest, zone: string): RunInstancesRequest =>
  input.SubnetId || input.NetworkInterfaces?.some((one) => one.SubnetId)
    ? input
    : { ...input, Placement: { ...input.Placement, AvailabilityZone: zone } }

/** Writes a request down, as it is before anybody has looked at it, or as what it has become. */
export function recordRequest(
  id: string,
  input: RunInstancesRequest,
  terms: SpotTerms,
  call: TimerCall,
  become: Partial<NewSpotRequest> = {},
): void {
  const { ClientToken: _, TagSpecifications, InstanceMarketOptions: __, ...rest } = input
  const tags = TagSpecifications?.filter(
    ({ ResourceType }) => ResourceType !== 'spot-instances-request',
  )
  const launched = { ...rest, ...(tags?.length ? { TagSpecifications: tags } : {}) }
  const document: SpotRequestDocument = {
    launch: { ...launched, MinCount: 1, MaxCount: 1 },
    shown: shownSpecification(launched, call),
  }
  const code: StatusCode = become.status_code ?? 'pending-evaluation'
  insertSpotRequest(
    call,
    {
      request_id: id,
      type: terms.type,
      state: 'open',
      status_code: code,
      status_message: messageOf(code),
      status_at: call.now,
      created_at: call.now,
      max_price: terms.maxPrice,
      product: productOfImage(input.ImageId, call),
      instance_type: input.InstanceType ?? '',
      valid_from: terms.validFrom ?? null,
      valid_until: terms.validUntil ?? null,
      launch_group: terms.launchGroup ?? null,
      zone_group: terms.zoneGroup ?? null,
      interruption_behavior: terms.behavior,
      instance_id: null,
      launched_zone: null,
      fleet_id: null,
      ...become,
    },
    document,
  )
}

/** The members of RequestSpotInstances that are terms. @throws InvalidParameterValue for a price that is none */
export function termsOf(
  input: RequestSpotInstancesRequest,
  launched: RunInstancesRequest,
  scope: Scope,
): SpotTerms {
  return {
    type: input.Type ?? 'one-time',
    behavior: input.InstanceInterruptionBehavior ?? 'terminate',
    maxPrice: maxPriceOf(input.SpotPrice, launched, scope),
    validFrom: input.ValidFrom?.getTime(),
    validUntil: input.ValidUntil?.getTime(),
    launchGroup: input.LaunchGroup,
    zoneGroup: input.AvailabilityZoneGroup,
  }
}
