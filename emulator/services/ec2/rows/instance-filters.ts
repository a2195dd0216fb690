import type { Children, SqlFilter } from '../describe/sql.ts'
import { child, flag, json, never, time } from '../describe/sql.ts'
import { stateCodes, stateReasons } from '../instances/states.ts'
import { interfaceFilters } from './network-interfaces.ts'

// The filters of DescribeInstances and DescribeInstanceStatus.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html

const byInstance = { owner: 'c.instance_id', owned: 'instance_id' }

const ofInterface = (value: string): Children => ({
  children: 'ec2_network_interfaces c',
  ...byInstance,
  value,
})

/** What is true of the first interface only: EC2's older filters know one. */
const ofPrimary = (value: string): Children => ({
  ...ofInterface(value),
  where: 'c.device_index = 0',
})

const ofGroup = (value: string): Children => ({
  children: `ec2_network_interfaces c
    join ec2_network_interface_groups i on i.account = c.account and i.region = c.region
      and i.network_interface_id = c.network_interface_id
    join ec2_security_groups g on g.account = i.account and g.region = i.region
      and g.group_id = i.group_id`,
  ...byInstance,
  value,
})

const ofAddress = (value: string): Children => ({
  children: `ec2_network_interfaces c
    join ec2_private_addresses a on a.account = c.account and a.region = c.region
      and a.network_interface_id = c.network_interface_id`,
  ...byInstance,
  value,
})

const ofInterfaceTag = (value: string): Children => ({
  children: `ec2_network_interfaces c
    join ec2_tags n on n.account = c.account and n.region = c.region
      and n.resource_id = c.network_interface_id`,
  ...byInstance,
  value,
})

const attachment = (value: string) => child('ec2_volume_attachments', 'instance_id', value)

const addressText = [24, 16, 8, 0]
  .map((bits) => `((a.address >> ${bits}) & 255)`)
  .join(` || '.' || `)

const caseOf = (column: string, values: Readonly<Record<string, string | number>>) =>
  `case ${column} ${Object.entries(values)
    .map(([name, value]) => `when '${name}' then '${value}'`)
    .join(' ')} end`

/** What both describes know. */
export const statusFilters: Readonly<Record<string, SqlFilter>> = {
  'availability-zone': 't.availability_zone',
  'availability-zone-id': 't.availability_zone_id',
  'instance-state-code': caseOf('t.state', stateCodes),
  'instance-state-name': 't.state',
  'operator.managed': `'false'`,
  'operator.principal': never,
}

export const instanceFilters: Readonly<Record<string, SqlFilter>> = {
  ...statusFilters,
  ...Object.fromEntries(
    Object.entries(interfaceFilters('c')).map(([name, column]) => [
      `network-interface.${name}`,
      ofInterface(column),
    ]),
  ),
  affinity: json('Placement.Affinity'),
  architecture: json('Architecture'),
  'block-device-mapping.attach-time': attachment(time('c.attached_at')),
  'block-device-mapping.delete-on-termination': attachment(flag('c.delete_on_termination')),
  'block-device-mapping.device-name': attachment('c.device'),
  'block-device-mapping.status': attachment('c.state'),
  'block-device-mapping.volume-id': attachment('c.volume_id'),
  'boot-mode': json('BootMode'),
  'capacity-reservation-id': 't.capacity_reservation_id',
  'capacity-reservation-specification.capacity-reservation-preference': json(
    'CapacityReservationSpecification.CapacityReservationPreference',
  ),
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id': json(
    'CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId',
  ),
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn':
    never,
  'client-token': 't.client_token',
  'current-instance-boot-mode': json('CurrentInstanceBootMode'),
  'dns-name': ofPrimary('c.public_dns_name'),
  'ebs-optimized': flag('t.ebs_optimized'),
  'ena-support': json('EnaSupport'),
  'enclave-options.enabled': json('EnclaveOptions.Enabled'),
  'hibernation-options.configured': json('HibernationOptions.Configured'),
  'host-id': json('Placement.HostId'),
  hypervisor: json('Hypervisor'),
  'iam-instance-profile.arn': json('IamInstanceProfile.Arn'),
  'iam-instance-profile.id': json('IamInstanceProfile.Id'),
  'iam-instance-profile.name': never,
  'image-id': 't.image_id',
  'instance-id': 't.instance_id',
  'instance-lifecycle': json('InstanceLifecycle'),
  'instance-type': 't.instance_type',
  'instance.group-id': ofGroup('g.group_id'),
  'instance.group-name': ofGroup('g.group_name'),
  'ip-address': ofPrimary('c.public_ip'),
  'ipv6-address': never,
  'kernel-id': json('KernelId'),
  'key-name': 't.key_name',
  'launch-index': 'cast(t.launch_index as text)',
  'launch-time': time('t.launch_time'),
  'maintenance-options.auto-recovery': json('MaintenanceOptions.AutoRecovery'),
  'metadata-options.http-endpoint': json('MetadataOptions.HttpEndpoint'),
  'metadata-options.http-protocol-ipv4': `'enabled'`,
  'metadata-options.http-protocol-ipv6': json('MetadataOptions.HttpProtocolIpv6'),
  'metadata-options.http-put-response-hop-limit': json('MetadataOptions.HttpPutResponseHopLimit'),
  'metadata-options.http-tokens': json('MetadataOptions.HttpTokens'),
  'metadata-options.instance-metadata-tags': json('MetadataOptions.InstanceMetadataTags'),
  'metadata-options.state': json('MetadataOptions.State'),
  'monitoring-state': 't.monitoring',
  'network-interface.addresses.association.allocation-id': never,
  'network-interface.addresses.association.association-id': never,
  'network-interface.addresses.association.carrier-ip': never,
  'network-interface.addresses.association.customer-owned-ip': never,
  'network-interface.addresses.association.ip-owner-id': ofInterface('c.public_ip_owner'),
  'network-interface.addresses.association.public-dns-name': ofInterface('c.public_dns_name'),
  'network-interface.addresses.association.public-ip': ofInterface('c.public_ip'),
  'network-interface.addresses.primary': ofAddress(flag('a.is_primary')),
  'network-interface.addresses.private-dns-name': ofInterface('c.private_dns_name'),
  'network-interface.addresses.private-ip-address': ofAddress(addressText),
  'network-interface.association.carrier-ip': never,
  'network-interface.association.customer-owned-ip': never,
  'network-interface.deny-all-igw-traffic': never,
  'network-interface.group-id': ofGroup('g.group_id'),
  'network-interface.group-name': ofGroup('g.group_name'),
  'network-interface.ipv4-prefixes.ipv4-prefix': never,
  'network-interface.ipv6-address': never,
  'network-interface.ipv6-addresses.ipv6-address': never,
  'network-interface.ipv6-addresses.is-primary-ipv6': never,
  'network-interface.ipv6-native': never,
  'network-interface.ipv6-prefixes.ipv6-prefix': never,
  'network-interface.operator.managed': ofInterface(`'false'`),
  'network-interface.operator.principal': never,
  'network-interface.outpost-arn': never,
  'network-interface.public-dns-name': ofInterface('c.public_dns_name'),
  'network-interface.tag-key': ofInterfaceTag('n.key'),
  'network-interface.tag-value': ofInterfaceTag('n.value'),
  'network-performance-options.bandwidth-weighting': json(
    'NetworkPerformanceOptions.BandwidthWeighting',
  ),
  'outpost-arn': never,
  'owner-id': 't.account',
  'placement-group-name': json('Placement.GroupName'),
  'placement-partition-number': json('Placement.PartitionNumber'),
  platform: json('Platform'),
  'platform-details': json('PlatformDetails'),
  'private-dns-name': 't.private_dns_name',
  'private-dns-name-options.enable-resource-name-dns-a-record': json(
    'PrivateDnsNameOptions.EnableResourceNameDnsARecord',
  ),
  'private-dns-name-options.enable-resource-name-dns-aaaa-record': json(
    'PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord',
  ),
  'private-dns-name-options.hostname-type': json('PrivateDnsNameOptions.HostnameType'),
  'private-ip-address': 't.private_ip_address',
  'product-code': never,
  'product-code.type': never,
  'ramdisk-id': json('RamdiskId'),
  reason: 't.state_transition_reason',
  'requester-id': never,
  'reservation-id': 't.reservation_id',
  'root-device-name': 't.root_device_name',
  'root-device-type': `'ebs'`,
  'source-dest-check': flag('t.source_dest_check'),
  'spot-instance-request-id': json('SpotInstanceRequestId'),
  'state-reason-code': 't.state_reason_code',
  'state-reason-message': caseOf('t.state_reason_code', stateReasons),
  'subnet-id': 't.subnet_id',
  tenancy: json('Placement.Tenancy'),
  'tpm-support': json('TpmSupport'),
  'usage-operation': json('UsageOperation'),
  'usage-operation-update-time': json('UsageOperationUpdateTime'),
  'virtualization-type': json('VirtualizationType'),
  'vpc-id': 't.vpc_id',
}
