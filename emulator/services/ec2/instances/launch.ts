import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { numberToIpv4, privateDnsName } from '../addresses.ts'
import { admit } from '../capacity/admit.ts'
import { insufficientFreeAddresses, invalidValue, missingParameter } from '../errors.ts'
import { imageNotAvailable } from '../images/errors.ts'
import { requireImages } from '../images/visible-images.ts'
import { requireKeyPair } from '../operations/key-pairs.ts'
import { setInstanceCredits } from '../rows/instance-credits.ts'
import { insertInstance } from '../rows/instance-changes.ts'
import type { NewInstance } from '../rows/instance-changes.ts'
import { attachInterface, insertNetworkInterface } from '../rows/network-interface-changes.ts'
import { insertProfileAssociation } from '../rows/profile-associations.ts'
import { availableAddresses } from '../rows/subnets.ts'
import { putTag } from '../rows/tags.ts'
import { insertVolume, insertVolumeAttachment } from '../rows/volumes.ts'
import { specifiedTags, tagResource } from '../tagging.ts'
import { addressPool } from './addresses.ts'
import type { AddressPool } from './addresses.ts'
import { withResolvedImage } from './image-alias.ts'
import { planDevices } from './launch-devices.ts'
import { planInterfaces } from './launch-network.ts'
import type { PlannedInterface } from './launch-network.ts'
import {
  checkCounts,
  checkUserData,
  chooseType,
  instanceDocument,
  instanceProfile,
} from './launch-options.ts'
import { checkHibernation } from './launch-parts.ts'
import type { UsedTemplate } from './launch-template.ts'
import { endOf, scheduleEnd } from './lifecycle.ts'
import { wholeSecond } from './states.ts'
import { stateChanged } from './state-changes.ts'

/** A launch of a request, or of what EC2 starts by itself: a spot request's instance, a fleet's. */
export type LaunchCall = TimerCall

/** What an instance is besides what its request says. */
export interface LaunchMarks {
  readonly template?: UsedTemplate | undefined
  /** The request that each instance of the launch fulfils, by its place in the launch. */
  readonly spotRequestId?: (index: number) => string
  /** AWS's own tags, which do not count against the limit. */
  readonly awsTags?: Readonly<Record<string, string>>
}

/**
 * Launches what the request asks for, its launch template already put in.
 *
 * @returns the ids of the instances
 * @throws everything that RunInstances says of its parameters
 */
export function launch(
  request: RunInstancesRequest,
  { template, spotRequestId, awsTags = {} }: LaunchMarks,
  call: LaunchCall,
): string[] {
  const input = withResolvedImage(request, call)
  const { least, most } = checkCounts(input)
  if (!input.ImageId) throw missingParameter('ImageId')
  const image = requireImages([input.ImageId], call)[0]!
  if (image.State !== 'available') throw imageNotAvailable(input.ImageId)
  const type = chooseType(input.InstanceType, image)
  const keyName = input.KeyName ? requireKeyPair(call, input.KeyName).key_name : null
  const { IamInstanceProfile: profile } = instanceProfile(input, call)
  const userData = checkUserData(input.UserData)
  const behavior = input.InstanceInitiatedShutdownBehavior ?? 'stop'
  if (behavior !== 'stop' && behavior !== 'terminate') {
    throw invalidValue(behavior, 'instanceInitiatedShutdownBehavior')
  }
  const tags = specifiedTags(
    input.TagSpecifications,
    'instance',
    'volume',
    'network-interface',
    'spot-instances-request',
    'elastic-gpu',
  )
  const interfaces = planInterfaces(input, type, call)
  const devices = planDevices(image, input.BlockDeviceMappings, call)
  checkHibernation(input, type, image, devices)
  const [{ subnet }] = interfaces
  const zone = { name: subnet.availability_zone, id: subnet.availability_zone_id }
  const room = Math.min(most, roomFor(interfaces, call))
  if (room < least) throw insufficientFreeAddresses(subnet.subnet_id)
  const { count, reservations } = admit(
    {
      type,
      zone: zone.name,
      platform: image.PlatformDetails ?? 'Linux/UNIX',
      tenancy: input.Placement?.Tenancy ?? 'default',
      spot: spotRequestId !== undefined,
      specification: input.CapacityReservationSpecification,
    },
    { least, most: room },
    call,
  )
  const startedAt = wholeSecond(call.now)

  const pools = new Map<string, AddressPool>()
  const poolOf = (planned: PlannedInterface) => {
    const known = pools.get(planned.subnet.subnet_id)
    if (known) return known
    const pool = addressPool(planned.subnet, call)
    pools.set(planned.subnet.subnet_id, pool)
    return pool
  }
  const common = {
    reservation_id: call.ids.ec2('r'),
    state_transition_reason: '',
    image_id: image.ImageId!,
    instance_type: type.InstanceType!,
    key_name: keyName,
    vpc_id: subnet.vpc_id,
    subnet_id: subnet.subnet_id,
    availability_zone: zone.name,
    availability_zone_id: zone.id,
    root_device_name: image.RootDeviceName!,
    launch_time: startedAt,
    client_token: input.ClientToken ?? call.ids.uuid(),
    user_data: userData,
    disable_api_termination: Number(input.DisableApiTermination === true),
    disable_api_stop: Number(input.DisableApiStop === true),
    shutdown_behavior: behavior,
    source_dest_check: 1,
    ebs_optimized: Number(input.EbsOptimized === true),
    monitoring: input.Monitoring?.Enabled ? ('enabled' as const) : ('disabled' as const),
    doc: instanceDocument(input, image, type, subnet, call),
  }
  const ids = Array.from({ length: count }, (_, index) => {
    const id = call.ids.ec2('i')
    const requestId = spotRequestId?.(index)
    const [address] = interfaces.map((planned) =>
      insertInterface(planned, id, poolOf(planned), tags['network-interface'], call),
    )
    const instance: NewInstance = {
      ...common,
      ...(requestId ? { doc: asSpot(common.doc, requestId) } : {}),
      instance_id: id,
      launch_index: index,
      capacity_reservation_id: reservations[index] ?? null,
      private_ip_address: address!,
      private_dns_name: privateDnsName(call.region, address!),
    }
    insertInstance(call, instance, endOf('pending', call.now))
    for (const device of devices) {
      const volumeId = call.ids.ec2('vol')
      insertVolume(call, {
        ...device,
        id: volumeId,
        zone,
        state: 'in-use',
        multiAttachEnabled: false,
        createdAt: call.now,
      })
      insertVolumeAttachment(call, {
        volumeId,
        instanceId: id,
        device: device.device,
        attachedAt: startedAt,
        deleteOnTermination: device.deleteOnTermination,
      })
      tagResource(call, volumeId, 'volume', tags.volume)
    }
    tagResource(call, id, 'instance', tags.instance)
    for (const [Key, Value] of Object.entries({ ...templateTags(template), ...awsTags })) {
      putTag(call, id, 'instance', { Key, Value })
    }
    if (profile) {
      insertProfileAssociation(call, {
        id: call.ids.ec2('iip-assoc'),
        instanceId: id,
        arn: profile.Arn!,
        profileId: profile.Id!,
        at: call.now,
      })
    }
    const credits = input.CreditSpecification?.CpuCredits
    if (credits) setInstanceCredits(call, id, credits)
    return id
  })
  scheduleEnd('pending', ids, call)
  stateChanged(ids, 'pending', call)
  return ids
}

const templateTags = (template: UsedTemplate | undefined): Record<string, string> =>
  template
    ? {
        'aws:ec2launchtemplate:id': template.id,
        'aws:ec2launchtemplate:version': String(template.version),
      }
    : {}

/** The document of a spot instance. */
const asSpot = (doc: string, SpotInstanceRequestId: string): string =>
  JSON.stringify({ ...JSON.parse(doc), InstanceLifecycle: 'spot', SpotInstanceRequestId })

/** How many instances the subnets still have addresses for. */
function roomFor(interfaces: readonly PlannedInterface[], call: LaunchCall): number {
  const wanted = new Map<string, { planned: PlannedInterface; addresses: number }>()
  for (const planned of interfaces) {
    if (planned.existing) continue
    const addresses = 1 + planned.secondaryAddresses.length + planned.secondaryCount
    const known = wanted.get(planned.subnet.subnet_id)?.addresses ?? 0
    wanted.set(planned.subnet.subnet_id, { planned, addresses: known + addresses })
  }
  const rooms = [...wanted.values()].map(({ planned, addresses }) =>
    Math.floor(availableAddresses(call, planned.subnet) / addresses),
  )
  return Math.min(Infinity, ...rooms)
}

/** @returns the primary private address */
function insertInterface(
  planned: PlannedInterface,
  instanceId: string,
  pool: AddressPool,
  tags: Parameters<typeof tagResource>[3],
  call: LaunchCall,
): string {
  const attachment = {
    id: call.ids.ec2('eni-attach'),
    instanceId,
    deviceIndex: planned.deviceIndex,
    attachedAt: wholeSecond(call.now),
    deleteOnTermination: planned.deleteOnTermination,
  }
  if (planned.existing) {
    attachInterface(call, planned.existing.network_interface_id, attachment)
    return planned.existing.private_ip_address
  }
  const primary = planned.primaryAddress ? pool.claim(planned.primaryAddress) : pool.take()
  const id = call.ids.ec2('eni')
  insertNetworkInterface(call, {
    id,
    vpcId: planned.subnet.vpc_id,
    subnetId: planned.subnet.subnet_id,
    zone: { name: planned.subnet.availability_zone, id: planned.subnet.availability_zone_id },
    addresses: [
      primary,
      ...planned.secondaryAddresses.map((address) => pool.claim(address)),
      ...Array.from({ length: planned.secondaryCount }, () => pool.take()),
    ],
    macAddress: `0a:${call.ids.bytes(5).toString('hex').match(/../g)!.join(':')}`,
    description: planned.description,
    autoPublicIp: planned.autoPublicIp,
    groupIds: planned.groupIds,
    attachment,
  })
  tagResource(call, id, 'network-interface', tags)
  return numberToIpv4(primary)
}
