import type {
  BlockDeviceMapping,
  Image,
  RunInstancesRequest,
  VolumeType,
} from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import {
  invalidBlockDeviceMapping,
  invalidValue,
  missingParameter,
  volumeSmallerThanSnapshot,
} from '../errors.ts'
import { chooseEncryption } from '../volumes/encryption.ts'
import { performanceOf } from '../volumes/performance.ts'
import { requireUsableSnapshot } from '../volumes/usable-snapshots.ts'

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
  image: Pick<Image, 'RootDeviceName' | 'BlockDeviceMappings'>,
  requested: RunInstancesRequest['BlockDeviceMappings'] = [],
  call: TimerCall,
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
      Ebs: { ...inherited(old, mapping), ...defined(mapping.Ebs) },
    })
  }
  if (!mappings.has(image.RootDeviceName!)) {
    throw invalidBlockDeviceMapping(`The root device is not specified: ${image.RootDeviceName}`)
  }
  return [...mappings.values()].map((mapping) => planned(mapping, call))
}

/** What an override keeps of the image's device: not the numbers that go with another type. */
function inherited(
  old: BlockDeviceMapping | undefined,
  { Ebs }: BlockDeviceMapping,
): BlockDeviceMapping['Ebs'] {
  const { Iops, Throughput, ...kept } = old?.Ebs ?? {}
  const sameType = !Ebs?.VolumeType || Ebs.VolumeType === kept.VolumeType
  return sameType ? defined({ ...kept, Iops, Throughput }) : kept
}

const defined = (ebs: BlockDeviceMapping['Ebs']): BlockDeviceMapping['Ebs'] =>
  Object.fromEntries(Object.entries(ebs ?? {}).filter(([, value]) => value !== undefined))

function planned({ DeviceName, Ebs = {} }: BlockDeviceMapping, call: TimerCall): PlannedDevice {
  const snapshot = Ebs.SnapshotId ? requireUsableSnapshot(Ebs.SnapshotId, call) : undefined
  const size = Ebs.VolumeSize ?? snapshot?.size
  if (size === undefined) {
    throw invalidBlockDeviceMapping(`Device ${DeviceName} needs a volume size or a snapshot.`)
  }
  const performance = performanceOf({
    type: Ebs.VolumeType ?? 'gp2',
    size,
    iops: Ebs.Iops,
    throughput: Ebs.Throughput,
  })
  if (snapshot && size < snapshot.size) {
    throw volumeSmallerThanSnapshot(size, snapshot.id, snapshot.size)
  }
  const { failed, ...encryption } = chooseEncryption(
    { encrypted: Ebs.Encrypted, kmsKeyId: Ebs.KmsKeyId, source: snapshot },
    call,
  )
  if (failed) throw invalidValue(encryption.kmsKeyId ?? '', 'KmsKeyId', 'The key cannot be used.')
  return {
    device: DeviceName!,
    ...performance,
    ...encryption,
    snapshotId: snapshot?.id ?? '',
    deleteOnTermination: Ebs.DeleteOnTermination ?? true,
  }
}
