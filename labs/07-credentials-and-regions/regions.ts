import type { Volume } from '@aws-sdk/client-ec2'
import { DescribeRegionsCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

export function checkZones({ events, values }: Cloud): Verdict {
  const listing = { service: 'ec2', operation: 'DescribeAvailabilityZones' }
  const region = values['region']!
  if (events.last({ ...listing, where: (event) => event.region === region })) return passed()
  const elsewhere = events.last(listing)
  return elsewhere === undefined
    ? failed(`You have not listed the zones of ${region}. Expected: --region ${region}`)
    : failed(`You listed the zones of ${elsewhere.region}. Expected those of ${region}.`, elsewhere)
}

async function volumesIn(region: string, cloud: Cloud): Promise<readonly Volume[]> {
  const { ec2 } = await cloud.in(region)
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}))
  return Volumes
}

export async function checkFarAway(cloud: Cloud): Promise<Verdict> {
  const region = cloud.values['region']!
  const volumes = await volumesIn(region, cloud)
  const [first] = volumes
  if (first === undefined) return failed(`There is no disk in ${region}. Expected one.`)
  const zone = `${region}b`
  if (volumes.some(({ AvailabilityZone }) => AvailabilityZone === zone)) return passed()
  return failed(`Your disk ${first.VolumeId} is in ${first.AvailabilityZone}. Expected ${zone}.`)
}

/** A disk elsewhere is one that was made there by mistake; without any, nothing was shown. */
export async function checkNotHere(cloud: Cloud): Promise<Verdict> {
  const wanted = cloud.values['region']!
  if ((await volumesIn(wanted, cloud)).length === 0) {
    return failed(`There is no disk in ${wanted} yet, so nowhere else proves nothing.`)
  }
  const { Regions = [] } = await cloud.ec2.send(new DescribeRegionsCommand({}))
  for (const { RegionName } of Regions) {
    if (RegionName === wanted) continue
    const [stray] = await volumesIn(RegionName!, cloud)
    if (stray !== undefined) {
      return failed(
        `Your disk ${stray.VolumeId} is in ${RegionName}. Expected none there: delete it with --region ${RegionName}.`,
      )
    }
  }
  return passed()
}
