import type {
  AllocateHostsRequest,
  AllocateHostsResult,
  DescribeHostReservationOfferingsRequest,
  DescribeHostReservationOfferingsResult,
  DescribeHostReservationsRequest,
  DescribeHostReservationsResult,
  DescribeHostsRequest,
  DescribeHostsResult,
  Host,
  HostReservation,
  ModifyHostsRequest,
  ModifyHostsResult,
  ReleaseHostsRequest,
  ReleaseHostsResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { json } from '../describe/sql.ts'
import {
  invalidInstanceType,
  invalidParameterCombination,
  invalidValue,
  missingParameter,
} from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { byMembers, family } from '../recorded/family.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { specifiedTags } from '../tagging.ts'

// Dedicated hosts are kept and shown; instances that name one are not counted on it.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-hosts-overview.html

export const hosts = family<Host>({
  type: 'dedicated-host',
  prefix: 'h',
  id: 'HostId',
  notFound: idDoesNotExist('InvalidHostID.NotFound', 'host'),
  limits: { least: 5, most: 500 },
  created: 'AllocationTime',
  life: { first: 'available', last: 'released', gone: ['released'] },
  filters: {
    ...byMembers('AutoPlacement', 'AvailabilityZone', 'HostReservationId', 'ClientToken'),
    'instance-type': json('HostProperties.InstanceType'),
    state: 't.state',
  },
})

export const hostReservations = family<HostReservation>({
  type: 'host-reservation',
  prefix: 'hr',
  id: 'HostReservationId',
  notFound: idDoesNotExist('InvalidHostReservationId.NotFound', 'host reservation'),
  limits: { least: 5, most: 500 },
  life: { first: 'active', gone: ['retired'] },
  filters: { ...byMembers('InstanceFamily', 'PaymentOption'), state: 't.state' },
})

/** A host has the cores of the largest machine of its family. */
function propertiesOf(family_: string, type: string | undefined): Host['HostProperties'] {
  const largest = [...instanceTypes().values()]
    .filter((one) => one.InstanceType!.startsWith(`${family_}.`))
    .toSorted((a, b) => b.VCpuInfo!.DefaultVCpus! - a.VCpuInfo!.DefaultVCpus!)[0]
  return {
    // A host of one type says the type alone.
    ...(type ? { InstanceType: type } : { InstanceFamily: family_ }),
    Cores: largest?.VCpuInfo?.DefaultCores ?? 0,
    Sockets: 2,
    TotalVCpus: largest?.VCpuInfo?.DefaultVCpus ?? 0,
  }
}

function capacityOf(properties: Host['HostProperties']): Host['AvailableCapacity'] {
  const { InstanceType: type, TotalVCpus = 0 } = properties ?? {}
  const size = instanceTypes().get(type ?? '')?.VCpuInfo?.DefaultVCpus ?? 1
  const fits = Math.floor(TotalVCpus / size)
  return {
    AvailableVCpus: TotalVCpus,
    AvailableInstanceCapacity: type
      ? [{ InstanceType: type, AvailableCapacity: fits, TotalCapacity: fits }]
      : [],
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateHosts.html */
export const AllocateHosts = operation<AllocateHostsRequest, AllocateHostsResult>({
  coverage: 'recorded',
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'dedicated-host', TagSpecifications),
  run(input, call) {
    const before = findByToken<string[]>(input.ClientToken, input, call)
    if (before) return { HostIds: before }
    const { 'dedicated-host': tags } = specifiedTags(input.TagSpecifications, 'dedicated-host')
    const { InstanceType: type, Quantity: quantity = 1 } = input
    if (!type && !input.InstanceFamily) throw missingParameter('InstanceType')
    if (type && input.InstanceFamily) {
      throw invalidParameterCombination(
        'InstanceType and InstanceFamily cannot be specified together.',
      )
    }
    if (type && !instanceTypes().has(type)) throw invalidInstanceType(type)
    if (quantity < 1) throw invalidValue(quantity, 'quantity')
    const zone = zonesOf(call.region).find(
      ({ name, id }) => name === input.AvailabilityZone || id === input.AvailabilityZoneId,
    )
    if (!zone) {
      throw input.AvailabilityZone
        ? invalidValue(input.AvailabilityZone, 'availabilityZone')
        : missingParameter('AvailabilityZone')
    }
    const properties = propertiesOf(input.InstanceFamily ?? type!.split('.')[0]!, type)
    const HostIds = Array.from({ length: quantity }, () => {
      const host = hosts.insert(
        {
          AvailabilityZone: zone.name,
          AvailabilityZoneId: zone.id,
          AutoPlacement: input.AutoPlacement ?? 'on',
          HostRecovery: input.HostRecovery ?? 'off',
          HostMaintenance: input.HostMaintenance ?? 'on',
          HostProperties: properties,
          AvailableCapacity: capacityOf(properties),
          AllowsMultipleInstanceTypes: type ? 'off' : 'on',
          Instances: [],
          OwnerId: call.account,
          MemberOfServiceLinkedResourceGroup: false,
          ...(input.ClientToken ? { ClientToken: input.ClientToken } : {}),
          ...(input.OutpostArn ? { OutpostArn: input.OutpostArn } : {}),
        },
        tags,
        call,
      )
      return host.HostId!
    })
    keepToken(input.ClientToken, input, HostIds, call)
    return { HostIds }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeHosts.html */
export const DescribeHosts = operation<DescribeHostsRequest, DescribeHostsResult>({
  coverage: 'recorded',
  authorize: anyResource,
  run({ HostIds, Filter, ...page }, call) {
    const { items, nextToken } = hosts.page({ ...page, Filters: Filter }, HostIds, call)
    return { Hosts: items, NextToken: nextToken }
  },
})

const onHosts = ({ HostIds = [] }: { HostIds?: string[] | undefined }, call: Call) =>
  HostIds.map((id) => onResource(call, 'dedicated-host', id))

const unknownHost = (id: string) => ({
  ResourceId: id,
  Error: { Code: 'InvalidHostID.NotFound', Message: `The host ID '${id}' does not exist` },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyHosts.html */
export const ModifyHosts = operation<ModifyHostsRequest, ModifyHostsResult>({
  coverage: 'recorded',
  authorize: onHosts,
  run({ HostIds: ids = [], ...input }, call) {
    if (ids.length === 0) throw missingParameter('HostIds')
    const there = ids.filter((id) => hosts.find(id, call))
    for (const id of there) {
      const { HostProperties } = hosts.require(id, call)
      const { InstanceType: type, InstanceFamily: family_ } = input
      const properties =
        type || family_ ? propertiesOf(family_ ?? type!.split('.')[0]!, type) : HostProperties
      hosts.change(
        id,
        {
          ...(input.AutoPlacement ? { AutoPlacement: input.AutoPlacement } : {}),
          ...(input.HostRecovery ? { HostRecovery: input.HostRecovery } : {}),
          ...(input.HostMaintenance ? { HostMaintenance: input.HostMaintenance } : {}),
          HostProperties: properties,
          AvailableCapacity: capacityOf(properties),
          AllowsMultipleInstanceTypes: properties?.InstanceType ? 'off' : 'on',
        },
        call,
      )
    }
    return {
      Successful: there,
      Unsuccessful: ids.filter((id) => !there.includes(id)).map(unknownHost),
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseHosts.html */
export const ReleaseHosts = operation<ReleaseHostsRequest, ReleaseHostsResult>({
  coverage: 'recorded',
  authorize: onHosts,
  run({ HostIds: ids = [] }, call) {
    if (ids.length === 0) throw missingParameter('HostIds')
    const there = ids.filter((id) => hosts.find(id, call))
    for (const id of there) {
      hosts.change(id, { ReleaseTime: new Date(call.now) }, call)
      hosts.remove(id, call)
    }
    return {
      Successful: there,
      Unsuccessful: ids.filter((id) => !there.includes(id)).map(unknownHost),
    }
  },
})

/** None is sold here. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeHostReservationOfferings.html */
export const DescribeHostReservationOfferings = operation<
  DescribeHostReservationOfferingsRequest,
  DescribeHostReservationOfferingsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run: () => ({ OfferingSet: [] }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeHostReservations.html */
export const DescribeHostReservations = operation<
  DescribeHostReservationsRequest,
  DescribeHostReservationsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run({ HostReservationIdSet: ids, Filter, ...page }, call) {
    const { items, nextToken } = hostReservations.page({ ...page, Filters: Filter }, ids, call)
    return { HostReservationSet: items, NextToken: nextToken }
  },
})
