import type { AvailabilityZone } from '@aws-sdk/client-ec2'
import { readTable } from './table.ts'

// Regions, their zones and zone ids. On AWS each account has its own mapping of zone names to ids; here it is one for all.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html

export interface RegionFact {
  readonly name: string
  readonly longName: string
  readonly optIn: 'opt-in-not-required' | 'not-opted-in'
  readonly zones: readonly Zone[]
}

export interface Zone {
  readonly name: string
  readonly id: string
}

let known: Map<string, RegionFact> | undefined

export function regions(): ReadonlyMap<string, RegionFact> {
  known ??= new Map(
    readTable('ec2/regions.tsv').map((row) => [
      row['region']!,
      {
        name: row['region']!,
        longName: row['name']!,
        optIn: row['opt_in'] as RegionFact['optIn'],
        zones: row['zones']!.split(' ').map((zone) => {
          const [letter, id] = zone.split(':')
          return { name: `${row['region']}${letter}`, id: id! }
        }),
      },
    ]),
  )
  return known
}

/** The zones of a region; every region exists, so one that is not in the table has three. */
export function zonesOf(region: string): readonly Zone[] {
  const fact = regions().get(region)
  if (fact) return fact.zones
  return ['a', 'b', 'c'].map((letter, at) => ({
    name: `${region}${letter}`,
    id: `${region.replaceAll('-', '')}-az${at + 1}`,
  }))
}

/** A region's zones as DescribeAvailabilityZones shows them, with its Local Zones, which nobody has opted in to. */
export function describedZones(region: string): AvailabilityZone[] {
  const longName = regions().get(region)?.longName ?? region
  const own = zonesOf(region).map(({ name, id }): AvailabilityZone => ({
    State: 'available',
    OptInStatus: 'opt-in-not-required',
    Messages: [],
    RegionName: region,
    ZoneName: name,
    ZoneId: id,
    GroupName: `${region}-zg-1`,
    GroupLongName: `${longName} 1`,
    NetworkBorderGroup: region,
    ZoneType: 'availability-zone',
  }))
  const local = readTable('ec2/local-zones.tsv')
    .filter((row) => row['region'] === region)
    .map((row): AvailabilityZone => ({
      State: 'available',
      OptInStatus: 'not-opted-in',
      Messages: [],
      RegionName: region,
      ZoneName: row['zone']!,
      ZoneId: row['zone_id']!,
      GroupName: row['group']!,
      GroupLongName: `${longName} 1`,
      NetworkBorderGroup: row['group']!,
      ZoneType: 'local-zone',
      ParentZoneName: row['parent_zone']!,
      ParentZoneId: row['parent_zone_id']!,
    }))
  return [...own, ...local]
}
