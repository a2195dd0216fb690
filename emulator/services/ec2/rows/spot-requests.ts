import type {
  LaunchSpecification,
  RunInstancesRequest,
  SpotInstanceRequest,
  SpotInstanceState,
} from '@aws-sdk/client-ec2'
import type { Product } from '../../../prices/on-demand.ts'
import { updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { json, jsonEach, never, time } from '../describe/sql.ts'
import type { StatusCode } from '../spot/status.ts'
import { tagsOf } from './tags.ts'

/** Why EC2 takes an instance back. */
export type InterruptionCause = 'price' | 'no-capacity' | 'experiment' | 'launch-group'

export type InterruptionAction = 'terminate' | 'stop' | 'hibernate'

export interface SpotRequestRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly request_id: string
  readonly type: 'one-time' | 'persistent'
  readonly state: SpotInstanceState
  readonly status_code: StatusCode
  readonly status_message: string
  readonly status_at: number
  readonly created_at: number
  readonly max_price: number
  readonly product: Product
  readonly instance_type: string
  readonly valid_from: number | null
  readonly valid_until: number | null
  readonly launch_group: string | null
  readonly zone_group: string | null
  readonly interruption_behavior: InterruptionAction
  readonly instance_id: string | null
  /** The name of the zone. */
  readonly launched_zone: string | null
  readonly fleet_id: string | null
  readonly interruption_cause: InterruptionCause | null
  readonly interruption_action: InterruptionAction | null
  readonly interruption_at: number | null
  readonly rebalance_at: number | null
  readonly noticed_at: number | null
  readonly doc: string
}

/** What is launched, and how DescribeSpotInstanceRequests shows it. */
export interface SpotRequestDocument {
  readonly launch: RunInstancesRequest
  readonly shown: LaunchSpecification
  /** What went wrong for good. */
  readonly fault?: { readonly Code: string; readonly Message: string }
}

const interfaces = (member: string) => jsonEach('shown.NetworkInterfaces', member)
const devices = (member: string) => jsonEach('shown.BlockDeviceMappings', member)

/** `0.003500` */
const sixDecimals = (column: string) => `printf('%.6f', ${column})`

export const spotRequests = resource<SpotRequestRow>({
  type: 'spot-instances-request',
  table: 'ec2_spot_requests',
  id: 'request_id',
  prefix: 'sir',
  notFound: idDoesNotExist('InvalidSpotInstanceRequestID.NotFound', 'spot instance request'),
  malformed: 'InvalidSpotInstanceRequestID.Malformed',
  limits: { least: 5, most: 1000 },
  filters: {
    'availability-zone-group': 't.zone_group',
    'create-time': time('t.created_at'),
    'fault-code': json('fault.Code'),
    'fault-message': json('fault.Message'),
    'instance-id': 't.instance_id',
    'launch-group': 't.launch_group',
    'launch.block-device-mapping.delete-on-termination': devices('Ebs.DeleteOnTermination'),
    'launch.block-device-mapping.device-name': devices('DeviceName'),
    'launch.block-device-mapping.snapshot-id': devices('Ebs.SnapshotId'),
    'launch.block-device-mapping.volume-size': devices('Ebs.VolumeSize'),
    'launch.block-device-mapping.volume-type': devices('Ebs.VolumeType'),
    'launch.group-id': jsonEach('shown.SecurityGroups', 'GroupId'),
    'launch.group-name': jsonEach('shown.SecurityGroups', 'GroupName'),
    'launch.image-id': json('shown.ImageId'),
    'launch.instance-type': 't.instance_type',
    'launch.kernel-id': json('shown.KernelId'),
    'launch.key-name': json('shown.KeyName'),
    'launch.monitoring-enabled': json('shown.Monitoring.Enabled'),
    'launch.ramdisk-id': json('shown.RamdiskId'),
    'launched-availability-zone': 't.launched_zone',
    'network-interface.addresses.primary': never,
    'network-interface.delete-on-termination': interfaces('DeleteOnTermination'),
    'network-interface.description': interfaces('Description'),
    'network-interface.device-index': interfaces('DeviceIndex'),
    'network-interface.group-id': never,
    'network-interface.network-interface-id': interfaces('NetworkInterfaceId'),
    'network-interface.private-ip-address': interfaces('PrivateIpAddress'),
    'network-interface.subnet-id': interfaces('SubnetId'),
    'product-description': 't.product',
    'spot-instance-request-id': 't.request_id',
    'spot-price': sixDecimals('t.max_price'),
    state: 't.state',
    'status-code': 't.status_code',
    'status-message': 't.status_message',
    type: 't.type',
    'valid-from': time('t.valid_from'),
    'valid-until': time('t.valid_until'),
  },
})

export const requestDocument = (row: Pick<SpotRequestRow, 'doc'>): SpotRequestDocument =>
  JSON.parse(row.doc) as SpotRequestDocument

export function toSpotRequests(
  rows: readonly SpotRequestRow[],
  scope: Scope,
): SpotInstanceRequest[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.request_id),
  )
  return rows.map((row) => {
    const { shown, fault } = requestDocument(row)
    return {
      SpotInstanceRequestId: row.request_id,
      Type: row.type,
      State: row.state,
      Status: {
        Code: row.status_code,
        Message: row.status_message,
        UpdateTime: new Date(row.status_at),
      },
      ...(fault ? { Fault: fault } : {}),
      CreateTime: new Date(row.created_at),
      SpotPrice: row.max_price.toFixed(6),
      ProductDescription: row.product as 'Linux/UNIX',
      LaunchSpecification: shown,
      InstanceInterruptionBehavior: row.interruption_behavior,
      ...(row.instance_id === null ? {} : { InstanceId: row.instance_id }),
      ...(row.launched_zone === null ? {} : { LaunchedAvailabilityZone: row.launched_zone }),
      ...(row.launch_group === null ? {} : { LaunchGroup: row.launch_group }),
      ...(row.zone_group === null ? {} : { AvailabilityZoneGroup: row.zone_group }),
      ...(row.valid_from === null ? {} : { ValidFrom: new Date(row.valid_from) }),
      ...(row.valid_until === null ? {} : { ValidUntil: new Date(row.valid_until) }),
      Tags: tags.get(row.request_id) ?? [],
    }
  })
}

export type NewSpotRequest = Omit<
  SpotRequestRow,
  | 'seq'
  | 'account'
  | 'region'
  | 'doc'
  | `interruption_${'cause' | 'action' | 'at'}`
  | 'rebalance_at'
  | 'noticed_at'
>

export const insertSpotRequest = (
  scope: Scope,
  request: NewSpotRequest,
  document: SpotRequestDocument,
): void => insertRow(scope, 'ec2_spot_requests', { ...request, doc: JSON.stringify(document) })

export const updateSpotRequest = (
  scope: Scope,
  id: string,
  changes: Partial<Omit<SpotRequestRow, 'seq' | 'account' | 'region' | 'request_id'>>,
): void => updateRows(scope, 'ec2_spot_requests', 'request_id', id, changes)

/** The requests of instances: each spot instance has one. */
export const requestsOfInstances = (
  { db, account, region }: Scope,
  instanceIds: readonly string[],
): SpotRequestRow[] =>
  db.all<SpotRequestRow>(
    `select r.* from json_each(?) ids cross join ec2_spot_requests r
     where r.account = ? and r.region = ? and r.instance_id = ids.value`,
    JSON.stringify(instanceIds),
    account,
    region,
  )

/** Those that are still to be launched, or live, of a launch group or of a group that shares a zone. */
export const requestsOfGroup = (
  { db, account, region }: Scope,
  kind: 'launch_group' | 'zone_group',
  group: string,
): SpotRequestRow[] =>
  db.all<SpotRequestRow>(
    `select * from ec2_spot_requests
     where account = ? and region = ? and ${kind} = ? and state in ('open', 'active', 'disabled')
     order by seq`,
    account,
    region,
    group,
  )

export function deleteSpotRequest({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from ec2_spot_requests where account = ? and region = ? and request_id = ?',
    account,
    region,
    id,
  )
}
