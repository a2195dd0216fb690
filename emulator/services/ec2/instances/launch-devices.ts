import type {
  BlockDeviceMapping,
  Image,
  RunInstancesRequest,
  VolumeType,
} from '@aws-sdk/client-ec2'
import {
  invalidBlockDeviceMapping,
  invalidValue,
  missingParameter,
  volumeSmallerThanSnapshot,
} from '../errors.ts'

/** A volume that a launch makes for each instance. */
export interface PlannedDevice {
  readonly device: string
  /** GiB. */
  readonly size: number
  readonly type: VolumeType
  readonly iops: number | null
  readonly throughput: number | null
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
  readonly snapshotId: string
  readonly deleteOnTermination: boolean
}

/**
 * The image's devices, as the request changes them, and those that it adds.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html
 */
export function planDevices(
  image: Image,
  requested: RunInstancesRequest['BlockDeviceMappings'] = [],
): PlannedDevice[] {
  const mappings = new Map<string, BlockDeviceMapping>()
  for (const mapping of image.BlockDeviceMappings ?? []) mappings.set(mapping.DeviceName!, mapping)
  for (const mapping of requested) {
    if (!mapping.DeviceName) throw missingParameter('BlockDeviceMapping.DeviceName')
    if (mapping.NoDevice !== undefined) {
      mappings.delete(mapping.DeviceName)
      continue
    }
    const old = mappings.get(mapping.DeviceName)
    // An ephemeral disk is the machine's own, not a volume.
    if (mapping.VirtualName !== undefined && !mapping.Ebs) continue
    mappings.set(mapping.DeviceName, {
      ...mapping,
      Ebs: { ...inherited(old), ...defined(mapping.Ebs) },
    })
  }
  if (!mappings.has(image.RootDeviceName!)) {
    throw invalidBlockDeviceMapping(`The root device is not specified: ${image.RootDeviceName}`)
  }
  return [...mappings.values()].map((mapping) => planned(mapping, image))
}

/** What an override keeps of the image's device: all but the numbers that go with another type. */
function inherited(mapping: BlockDeviceMapping | undefined): BlockDeviceMapping['Ebs'] {
  const { Iops: _, Throughput: __, ...kept } = mapping?.Ebs ?? {}
  return kept
}

const defined = (ebs: BlockDeviceMapping['Ebs']): BlockDeviceMapping['Ebs'] =>
  Object.fromEntries(Object.entries(ebs ?? {}).filter(([, value]) => value !== undefined))

const volumeTypes: ReadonlySet<string> = new Set([
  'gp2',
  'gp3',
  'io1',
  'io2',
  'st1',
  'sc1',
  'standard',
])

function planned({ DeviceName, Ebs = {} }: BlockDeviceMapping, image: Image): PlannedDevice {
  const type = Ebs.VolumeType ?? 'gp2'
  if (!volumeTypes.has(type)) throw invalidValue(type, 'volumeType')
  const size = Ebs.VolumeSize
  if (size === undefined) {
    throw invalidBlockDeviceMapping(`Device ${DeviceName} needs a volume size or a snapshot.`)
  }
  if (size < 1) throw invalidValue(size, 'volumeSize')
  const snapshot = image.BlockDeviceMappings?.find((one) => one.Ebs?.SnapshotId === Ebs.SnapshotId)
  if (Ebs.SnapshotId && snapshot && size < snapshot.Ebs!.VolumeSize!) {
    throw volumeSmallerThanSnapshot(size, Ebs.SnapshotId, snapshot.Ebs!.VolumeSize!)
  }
  return {
    device: DeviceName!,
    size,
    type,
    iops: Ebs.Iops ?? usualIops(type, size),
    throughput: type === 'gp3' ? (Ebs.Throughput ?? 125) : null,
    encrypted: Ebs.Encrypted === true,
    kmsKeyId: Ebs.KmsKeyId ?? null,
    snapshotId: Ebs.SnapshotId ?? '',
    deleteOnTermination: Ebs.DeleteOnTermination ?? true,
  }
}

/** gp2 gives 3 IOPS for each GiB, at least 100 and at most 16,000; gp3 starts at 3,000. */
function usualIops(type: string, size: number): number | null {
  if (type === 'gp2') return Math.min(16_000, Math.max(100, 3 * size))
  if (type === 'gp3') return 3000
  if (type === 'io1' || type === 'io2') throw missingParameter('iops')
  return null
}
