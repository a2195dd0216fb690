import { readFixture } from '../../fixtures.ts'
import type { Places } from '../../ports.ts'

// AWS's own parameters: the newest public images, and what regions and services there are.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html

export interface PublicParameter {
  readonly name: string
  readonly value: string
  /** Of the image that it names; ms since the epoch. */
  readonly modifiedAt: number
}

interface ImageLine {
  readonly names: readonly string[]
  /** The name of the image, with `*` for its release. */
  readonly image: string
  readonly archs?: readonly string[]
  /** The ECS-optimized images are told of in JSON, and in parameters below that. */
  readonly form?: 'ecs'
}

const known = new Map<string, ReadonlyMap<string, PublicParameter>>()
const bornAt = Date.UTC(2019, 3, 25)

/** All public parameters of a region, by name, in the order of their names. */
export function publicParameters(
  places: Places | undefined,
  region: string,
): ReadonlyMap<string, PublicParameter> {
  if (!places) return new Map()
  let found = known.get(region)
  if (!found) {
    const all = [...imageParameters(places, region), ...infrastructure(places)]
    found = new Map(
      all.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((one) => [one.name, one]),
    )
    known.set(region, found)
  }
  return found
}

function imageParameters(places: Places, region: string): PublicParameter[] {
  const images = places.publicImages(region)
  const lines = JSON.parse(readFixture('ssm/public-parameters.json')) as ImageLine[]
  return lines.flatMap(({ names, image, archs = ['x86_64'], form }) =>
    archs.flatMap((arch) => {
      const fill = (text: string) =>
        text
          .replaceAll('{arch}', arch)
          .replaceAll('{debianArch}', arch === 'x86_64' ? 'amd64' : 'arm64')
      const [start = '', end = ''] = fill(image).split('*')
      const newest = images
        .filter(({ name }) => name.startsWith(start) && name.endsWith(end))
        .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]
      if (!newest) return []
      const modifiedAt = Date.parse(newest.createdAt)
      const parameter = (name: string, value: string) => ({ name: fill(name), value, modifiedAt })
      if (form !== 'ecs') return names.map((name) => parameter(name, newest.id))
      const facts = ecsFacts(newest)
      return names.flatMap((name) => [
        parameter(name, JSON.stringify(facts)),
        parameter(`${name}/image_id`, facts.image_id),
        parameter(`${name}/image_name`, facts.image_name),
        parameter(`${name}/ecs_agent_version`, facts.ecs_agent_version),
        parameter(`${name}/ecs_runtime_version`, facts.ecs_runtime_version),
      ])
    }),
  )
}

const ecsFacts = ({ id, name }: { id: string; name: string }) => ({
  ecs_agent_version: '1.94.0',
  ecs_runtime_version: 'Docker version 25.0.8',
  image_id: id,
  image_name: name,
  image_version: /\.(\d{8})/.exec(name)?.[1] ?? '',
  os: name.startsWith('al2023') ? 'Amazon Linux 2023' : 'Amazon Linux 2',
  schema_version: 1,
  source_image_name: name.replace(/-ecs(-gpu)?/, ''),
})

const root = '/aws/service/global-infrastructure'

function infrastructure(places: Places): PublicParameter[] {
  const parameter = (name: string, value: string) => ({
    name: `${root}/${name}`,
    value,
    modifiedAt: bornAt,
  })
  const services = Object.entries(
    JSON.parse(readFixture('iam/service-names.json')) as Record<string, string>,
  )
  return [
    ...places
      .regions()
      .flatMap(({ name, longName, zones }) => [
        parameter(`regions/${name}`, name),
        parameter(`regions/${name}/longName`, longName),
        parameter(`regions/${name}/partition`, partitionOf(name)),
        parameter(`regions/${name}/domain`, domainOf(name)),
        parameter(`regions/${name}/geolocationCountry`, countryOf(name)),
        parameter(`regions/${name}/geolocationRegion`, `${countryOf(name)}-${name}`),
        ...zones.flatMap((zone) => [
          parameter(`availability-zones/${zone.id}`, zone.id),
          parameter(`availability-zones/${zone.id}/parentRegion`, name),
          parameter(`regions/${name}/availability-zones/${zone.id}`, zone.id),
        ]),
      ]),
    ...services.flatMap(([code, longName]) => [
      parameter(`services/${code}`, code),
      parameter(`services/${code}/longName`, longName),
    ]),
  ]
}

const partitionOf = (region: string) =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

const domainOf = (region: string) =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'

const countries: Readonly<Record<string, string>> = {
  'af-south-1': 'ZA',
  'ap-east-1': 'HK',
  'ap-northeast-1': 'JP',
  'ap-northeast-2': 'KR',
  'ap-northeast-3': 'JP',
  'ap-south-1': 'IN',
  'ap-south-2': 'IN',
  'ap-southeast-1': 'SG',
  'ap-southeast-2': 'AU',
  'ap-southeast-3': 'ID',
  'ap-southeast-4': 'AU',
  'ap-southeast-5': 'MY',
  'ap-southeast-7': 'TH',
  'ca-central-1': 'CA',
  'ca-west-1': 'CA',
  'eu-central-1': 'DE',
  'eu-central-2': 'CH',
  'eu-north-1': 'SE',
  'eu-south-1': 'IT',
  'eu-south-2': 'ES',
  'eu-west-1': 'IE',
  'eu-west-2': 'GB',
  'eu-west-3': 'FR',
  'il-central-1': 'IL',
  'me-central-1': 'AE',
  'me-south-1': 'BH',
  'mx-central-1': 'MX',
  'sa-east-1': 'BR',
}

const countryOf = (region: string) => countries[region] ?? 'US'
