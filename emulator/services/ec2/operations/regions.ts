import type {
  AvailabilityZone,
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
  Region,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { invalidParameterValue } from '../errors.ts'
import { describedZones, regions } from '../facts/regions.ts'
import { anyResource } from '../permissions.ts'
import { defaultVpc } from '../rows/vpcs.ts'

const regionSource: FactSource<Region> = {
  filters: {
    endpoint: ({ Endpoint }) => Endpoint,
    'opt-in-status': ({ OptInStatus }) => OptInStatus,
    'region-name': ({ RegionName }) => RegionName,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
export const DescribeRegions = operation<DescribeRegionsRequest, DescribeRegionsResult>({
  authorize: anyResource,
  run({ RegionNames, AllRegions, Filters }, call) {
    const all = [...regions().values()].map(({ name, optIn }): Region => ({
      OptInStatus: optIn,
      RegionName: name,
      Endpoint: `ec2.${name}.amazonaws.com`,
    }))
    const unknown = RegionNames?.find((name) => !regions().has(name))
    if (unknown !== undefined) throw invalidParameterValue(`Invalid region: '${unknown}'`)
    const listed = all.filter(({ RegionName, OptInStatus }) =>
      RegionNames?.length
        ? RegionNames.includes(RegionName!)
        : AllRegions || OptInStatus !== 'not-opted-in',
    )
    return { Regions: pageOfFacts(regionSource, listed, { Filters }, call).items }
  },
})

const zoneSource: FactSource<AvailabilityZone> = {
  filters: {
    'group-name': ({ GroupName }) => GroupName,
    'group-long-name': ({ GroupLongName }) => GroupLongName,
    message: ({ Messages }) => (Messages ?? []).map(({ Message }) => Message),
    'opt-in-status': ({ OptInStatus }) => OptInStatus,
    'parent-zone-id': ({ ParentZoneId }) => ParentZoneId,
    'parent-zone-name': ({ ParentZoneName }) => ParentZoneName,
    parentZoneID: ({ ParentZoneId }) => ParentZoneId,
    parentZoneName: ({ ParentZoneName }) => ParentZoneName,
    'region-name': ({ RegionName }) => RegionName,
    state: ({ State }) => State,
    'zone-id': ({ ZoneId }) => ZoneId,
    'zone-name': ({ ZoneName }) => ZoneName,
    'zone-type': ({ ZoneType }) => ZoneType,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export const DescribeAvailabilityZones = operation<
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult
>({
  authorize: anyResource,
  run({ ZoneNames = [], ZoneIds = [], AllAvailabilityZones, Filters }, call) {
    const all = describedZones(call.region)
    requireZones(ZoneNames, all, ({ ZoneName }) => ZoneName)
    requireZones(ZoneIds, all, ({ ZoneId }) => ZoneId)
    const picked = ZoneNames.length > 0 || ZoneIds.length > 0
    const listed = all.filter(({ ZoneName, ZoneId, OptInStatus }) =>
      picked
        ? ZoneNames.includes(ZoneName!) || ZoneIds.includes(ZoneId!)
        : AllAvailabilityZones || OptInStatus !== 'not-opted-in',
    )
    return { AvailabilityZones: pageOfFacts(zoneSource, listed, { Filters }, call).items }
  },
})

function requireZones(
  wanted: readonly string[],
  all: readonly AvailabilityZone[],
  name: (zone: AvailabilityZone) => string | undefined,
): void {
  const unknown = wanted.find((one) => !all.some((zone) => name(zone) === one))
  if (unknown !== undefined) throw invalidParameterValue(`Invalid availability zone: [${unknown}]`)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html */
export const DescribeAccountAttributes = operation<
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult
>({
  authorize: anyResource,
  run({ AttributeNames }, call) {
    const all = accountAttributes(call)
    const unknown = AttributeNames?.find((name) => !Object.hasOwn(all, name))
    if (unknown !== undefined) {
      throw invalidParameterValue(
        `Value (${unknown}) for parameter attributeName is invalid. Invalid attribute`,
      )
    }
    return {
      AccountAttributes: Object.entries(all)
        .filter(([name]) => !AttributeNames?.length || AttributeNames.includes(name as never))
        .map(([name, values]) => ({
          AttributeName: name,
          AttributeValues: values.map((value) => ({ AttributeValue: value })),
        })),
    }
  },
})

const accountAttributes = (call: Call): Record<string, readonly string[]> => ({
  'supported-platforms': ['VPC'],
  'vpc-max-security-groups-per-interface': ['5'],
  'max-elastic-ips': ['5'],
  'max-instances': ['20'],
  'vpc-max-elastic-ips': ['5'],
  'default-vpc': [defaultVpc(call)?.vpc_id ?? 'none'],
})
