import type {
  GroupIdentifier,
  Instance,
  InstanceBlockDeviceMapping,
  InstanceNetworkInterface,
  InstanceStateName,
  Reservation,
} from '@aws-sdk/client-ec2'
import { privateDnsName } from '../addresses.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { stateReasons, toInstanceState } from '../instances/states.ts'
import type { StateReasonCode } from '../instances/states.ts'
import { instanceFilters } from './instance-filters.ts'
import {
  groupsOf,
  interfacesOf,
  publicAssociation,
  secondaryAddressesOf,
} from './network-interfaces.ts'
import type { NetworkInterfaceRow } from './network-interfaces.ts'
import { tagsOf } from './tags.ts'
import { attachmentsOf } from './volumes.ts'
import type { VolumeAttachmentRow } from './volumes.ts'

export interface InstanceRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly instance_id: string
  readonly reservation_id: string
  readonly launch_index: number
  readonly state: InstanceStateName
  readonly transition_at: number | null
  readonly state_reason_code: StateReasonCode | null
  readonly state_transition_reason: string
  readonly image_id: string
  readonly instance_type: string
  readonly key_name: string | null
  /** Empty, like the subnet and the addresses, once the instance is terminated. */
  readonly vpc_id: string
  readonly subnet_id: string
  readonly availability_zone: string
  readonly availability_zone_id: string
  readonly private_ip_address: string
  readonly private_dns_name: string
  readonly root_device_name: string
  readonly launch_time: number
  readonly client_token: string
  /** Base64, as it came. */
  readonly user_data: string | null
  readonly disable_api_termination: number
  readonly disable_api_stop: number
  readonly shutdown_behavior: 'stop' | 'terminate'
  readonly source_dest_check: number
  readonly ebs_optimized: number
  readonly monitoring: 'disabled' | 'enabled'
  /** What the checks have found so far, while the instance runs. */
  readonly status_checks: 'initializing' | 'ok'
  /** The reservation it runs in. */
  readonly capacity_reservation_id: string | null
  readonly doc: string
}

export const instances = resource<InstanceRow>({
  type: 'instance',
  table: 'ec2_instances',
  id: 'instance_id',
  prefix: 'i',
  notFound: idDoesNotExist('InvalidInstanceID.NotFound', 'instance'),
  malformed: 'InvalidInstanceID.Malformed',
  limits: { least: 5, most: 1000, idsExclude: 'instancesSet' },
  filters: instanceFilters,
})

/** Instances as DescribeInstances shows them: in the reservations they were launched in. */
export function toReservations(rows: readonly InstanceRow[], scope: Scope): Reservation[] {
  const reservations = new Map<string, Reservation & { Instances: Instance[] }>()
  const described = toInstances(rows, scope)
  rows.forEach((row, at) => {
    let reservation = reservations.get(row.reservation_id)
    if (!reservation) {
      reservation = {
        ReservationId: row.reservation_id,
        OwnerId: row.account,
        Groups: [],
        Instances: [],
      }
      reservations.set(row.reservation_id, reservation)
    }
    reservation.Instances.push(described[at]!)
  })
  return [...reservations.values()]
}

export function toInstances(rows: readonly InstanceRow[], scope: Scope): Instance[] {
  const ids = rows.map((row) => row.instance_id)
  const tags = tagsOf(scope, ids)
  const interfaces = interfacesOf(scope, ids)
  const interfaceIds = [...interfaces.values()].flat().map((one) => one.network_interface_id)
  const groups = groupsOf(scope, interfaceIds)
  const secondaries = secondaryAddressesOf(scope, interfaceIds)
  const attachments = attachmentsOf(scope, ids)
  const documents = new Map<string, LaunchDocument>()
  // Own members go before what is spread: V8 makes a literal that starts with a long spread many times slower.
  return rows.map((row) => {
    const own = interfaces.get(row.instance_id) ?? []
    return {
      BlockDeviceMappings: (attachments.get(row.instance_id) ?? []).map(toBlockDeviceMapping),
      NetworkInterfaces: own.map((one) =>
        toInstanceInterface(
          one,
          groups.get(one.network_interface_id) ?? [],
          secondaries.get(one.network_interface_id) ?? [],
        ),
      ),
      SecurityGroups: own[0] ? (groups.get(own[0].network_interface_id) ?? []) : [],
      Tags: tags.get(row.instance_id),
      ...addressParts(row, own[0]),
      ...stateParts(row),
      ...staticParts(row, documents),
    }
  })
}

/** The parsed document of a launch: the members that are shown as they are, and those that are not. */
interface LaunchDocument {
  readonly shown: Instance
  readonly placement: Instance['Placement']
  readonly usageOperationUpdateTime: Date
}

function parseDocument(text: string): LaunchDocument {
  const { Placement, UsageOperationUpdateTime, ...shown } = JSON.parse(text) as Instance & {
    UsageOperationUpdateTime: string
  }
  return {
    shown,
    placement: Placement,
    usageOperationUpdateTime: new Date(UsageOperationUpdateTime),
  }
}

/** @param documents those parsed already: the instances of a launch have the same */
function staticParts(row: InstanceRow, documents: Map<string, LaunchDocument>): Instance {
  let document = documents.get(row.doc)
  if (!document) {
    document = parseDocument(row.doc)
    documents.set(row.doc, document)
  }
  return {
    InstanceId: row.instance_id,
    ImageId: row.image_id,
    InstanceType: row.instance_type as NonNullable<Instance['InstanceType']>,
    AmiLaunchIndex: row.launch_index,
    ClientToken: row.client_token,
    LaunchTime: new Date(row.launch_time),
    UsageOperationUpdateTime: document.usageOperationUpdateTime,
    RootDeviceName: row.root_device_name,
    RootDeviceType: 'ebs',
    EbsOptimized: row.ebs_optimized === 1,
    Placement: {
      AvailabilityZone: row.availability_zone,
      AvailabilityZoneId: row.availability_zone_id,
      ...document.placement,
    },
    ProductCodes: [],
    ...(row.key_name === null ? {} : { KeyName: row.key_name }),
    ...(row.capacity_reservation_id === null
      ? {}
      : { CapacityReservationId: row.capacity_reservation_id }),
    ...document.shown,
  }
}

function stateParts(row: InstanceRow): Instance {
  return {
    State: toInstanceState(row.state),
    StateTransitionReason: row.state_transition_reason,
    ...(row.state_reason_code === null
      ? {}
      : {
          StateReason: {
            Code: row.state_reason_code,
            Message: stateReasons[row.state_reason_code],
          },
        }),
    Monitoring: { State: row.monitoring },
  }
}

function addressParts(row: InstanceRow, primary: NetworkInterfaceRow | undefined): Instance {
  if (row.subnet_id === '') return { PrivateDnsName: '', PublicDnsName: '' }
  return {
    VpcId: row.vpc_id,
    SubnetId: row.subnet_id,
    PrivateIpAddress: row.private_ip_address,
    PrivateDnsName: row.private_dns_name,
    PublicDnsName: primary?.public_dns_name ?? '',
    ...(primary?.public_ip ? { PublicIpAddress: primary.public_ip } : {}),
    SourceDestCheck: row.source_dest_check === 1,
  }
}

const toBlockDeviceMapping = (row: VolumeAttachmentRow): InstanceBlockDeviceMapping => ({
  DeviceName: row.device,
  Ebs: {
    VolumeId: row.volume_id,
    Status: row.state as 'attached',
    AttachTime: new Date(row.attached_at),
    DeleteOnTermination: row.delete_on_termination === 1,
  },
})

const toInstanceInterface = (
  row: NetworkInterfaceRow,
  groups: GroupIdentifier[],
  secondaries: readonly string[],
): InstanceNetworkInterface => ({
  NetworkInterfaceId: row.network_interface_id,
  OwnerId: row.account,
  VpcId: row.vpc_id,
  SubnetId: row.subnet_id,
  Description: row.description,
  InterfaceType: 'interface',
  MacAddress: row.mac_address,
  Status: row.status as 'in-use',
  SourceDestCheck: row.source_dest_check === 1,
  Operator: { Managed: false },
  Groups: groups,
  Ipv6Addresses: [],
  PrivateIpAddress: row.private_ip_address,
  PrivateDnsName: row.private_dns_name,
  ...publicAssociation(row),
  PrivateIpAddresses: [
    {
      Primary: true,
      PrivateIpAddress: row.private_ip_address,
      PrivateDnsName: row.private_dns_name,
      ...publicAssociation(row),
    },
    ...secondaries.map((address) => ({
      Primary: false,
      PrivateIpAddress: address,
      PrivateDnsName: privateDnsName(row.region, address),
    })),
  ],
  Attachment: {
    AttachmentId: row.attachment_id!,
    AttachTime: new Date(row.attached_at!),
    DeleteOnTermination: row.delete_on_termination === 1,
    DeviceIndex: row.device_index!,
    NetworkCardIndex: 0,
    Status: row.attachment_status as 'attached',
  },
})
