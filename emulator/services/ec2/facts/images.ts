import { createHash } from 'node:crypto'
import type { Image } from '@aws-sdk/client-ec2'
import { readFixture } from '../../../fixtures.ts'

// The public images. Names follow their owners' own patterns; an id is made from the region and the name, so that it
// is the same for everybody and for ever, and another in every region, as on AWS.

/** One line of images in `fixtures/ec2/images.json`: every release for every architecture. */
interface ImageLine {
  readonly owner: string
  readonly alias?: string
  readonly name: string
  readonly description: string
  readonly archs: readonly ('x86_64' | 'arm64')[]
  readonly releases: readonly (readonly [release: string, date: string])[]
  readonly root: string
  /** GiB. */
  readonly size: number
  readonly volumeType: 'gp2' | 'gp3'
  readonly bootMode?: 'legacy-bios' | 'uefi' | 'uefi-preferred'
  readonly imds?: 'v2.0'
  readonly tpm?: 'v2.0'
  readonly platform?: 'windows'
  readonly virtualization?: 'paravirtual'
  readonly freeTier?: boolean
  /** Where it is not in every region. */
  readonly regions?: readonly string[]
  /** Ids that the world knows, by release. */
  readonly ids?: Readonly<Record<string, string>>
}

const byRegion = new Map<string, ReadonlyMap<string, Image>>()

/** The public images of a region, by id. */
export function publicImages(region: string): ReadonlyMap<string, Image> {
  let images = byRegion.get(region)
  if (!images) {
    const lines = JSON.parse(readFixture('ec2/images.json')) as ImageLine[]
    images = new Map(
      lines
        .filter(({ regions }) => !regions || regions.includes(region))
        .flatMap((line) => imagesOf(line, region))
        .map((image) => [image.ImageId!, image]),
    )
    byRegion.set(region, images)
  }
  return images
}

function imagesOf(line: ImageLine, region: string): Image[] {
  return line.releases.flatMap(([release, date]) =>
    line.archs.map((arch) => imageOf(line, release, date, arch, region)),
  )
}

function imageOf(
  line: ImageLine,
  release: string,
  date: string,
  arch: 'x86_64' | 'arm64',
  region: string,
): Image {
  const fill = (pattern: string) =>
    pattern
      .replaceAll('{release}', release)
      .replaceAll('{date}', date)
      .replaceAll('{arch}', arch)
      .replaceAll('{debianArch}', arch === 'x86_64' ? 'amd64' : 'arm64')
  const name = fill(line.name)
  const digest = (what: string) =>
    createHash('sha256').update(`${what}/${region}/${line.owner}/${name}`).digest()
  const windows = line.platform === 'windows'
  const seconds = digest('time').readUInt16BE(0)
  const clock = new Date(Date.parse(`${date}T00:00:00Z`) + seconds * 1000).toISOString()
  return {
    ImageId: line.ids?.[release] ?? `ami-0${digest('id').toString('hex', 0, 8)}`,
    ImageLocation: `${line.alias ?? line.owner}/${name}`,
    ...(line.alias ? { ImageOwnerAlias: line.alias } : {}),
    OwnerId: line.owner,
    Name: name,
    Description: fill(line.description),
    CreationDate: `${clock.slice(0, 19)}.000Z`,
    Public: true,
    State: 'available',
    ImageType: 'machine',
    Architecture: arch,
    // EC2 writes it in lower case, unlike the enumeration.
    ...(windows ? { Platform: 'windows' as 'Windows' } : {}),
    PlatformDetails: windows ? 'Windows' : 'Linux/UNIX',
    UsageOperation: windows ? 'RunInstances:0002' : 'RunInstances',
    Hypervisor: 'xen',
    VirtualizationType: line.virtualization ?? 'hvm',
    RootDeviceType: 'ebs',
    RootDeviceName: line.root,
    ...(line.virtualization ? {} : { EnaSupport: true, SriovNetSupport: 'simple' }),
    // Images for arm64 start by UEFI only.
    ...(arch === 'arm64'
      ? { BootMode: 'uefi' as const }
      : line.bootMode
        ? { BootMode: line.bootMode }
        : {}),
    ...(line.imds ? { ImdsSupport: line.imds } : {}),
    ...(line.tpm ? { TpmSupport: line.tpm } : {}),
    DeregistrationProtection: 'disabled',
    ImageAllowed: true,
    FreeTierEligible: line.freeTier === true,
    BlockDeviceMappings: [
      {
        DeviceName: line.root,
        Ebs: {
          DeleteOnTermination: true,
          SnapshotId: `snap-0${digest('snapshot').toString('hex', 0, 8)}`,
          VolumeSize: line.size,
          VolumeType: line.volumeType,
          ...(line.volumeType === 'gp3' ? { Iops: 3000, Throughput: 125 } : {}),
          Encrypted: false,
        },
      },
    ],
    Tags: [],
  }
}
