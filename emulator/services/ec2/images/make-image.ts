import type { BlockDeviceMapping, Tag } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Call } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { findImageByName, insertImage, setImageAvailable } from '../rows/images.ts'
import type { ImageDocument } from '../rows/images.ts'
import { tagResource } from '../tagging.ts'
import { imageNameDuplicate, imageNameMalformed } from './errors.ts'

/** How long an image is `pending`, in virtual ms. */
const pendingFor = 0

export const imageTimers = {
  'image-available'({ imageId }: { imageId: string }, call: TimerCall): void {
    setImageAvailable(call, imageId)
  },
}

/** @throws MissingParameter, InvalidAMIName.Malformed or InvalidAMIName.Duplicate */
export function checkedImageName(name: string | undefined, call: Call): string {
  if (!name) throw missingParameter('name')
  if (!/^[a-zA-Z0-9()[\] ./\-'@_]{3,128}$/.test(name)) throw imageNameMalformed()
  const taken = findImageByName(call, name)
  if (taken) throw imageNameDuplicate(name, taken.image_id)
  return name
}

/** What every image of today has in common. */
export const usualDocument = {
  ImageType: 'machine',
  Hypervisor: 'xen',
  RootDeviceType: 'ebs',
  DeregistrationProtection: 'disabled',
  ImageAllowed: true,
} as const satisfies ImageDocument

/** Keeps a new image, which becomes available in time. */
export function beginImage(
  image: { id: string; name: string; document: ImageDocument; tags: readonly Tag[] },
  call: Call,
): void {
  insertImage(call, { ...image, createdAt: call.now })
  tagResource(call, image.id, 'image', image.tags)
  call.timers.schedule(call.now + pendingFor, 'image-available', { imageId: image.id })
}

/** The mapping of a device that a snapshot was made for. */
export function mappingOf(
  DeviceName: string,
  disk: {
    snapshotId: string
    size: number
    type: string
    iops?: number | null | undefined
    throughput?: number | null | undefined
    encrypted: boolean
    deleteOnTermination: boolean
  },
): BlockDeviceMapping {
  return {
    DeviceName,
    Ebs: {
      SnapshotId: disk.snapshotId,
      VolumeSize: disk.size,
      VolumeType: disk.type as 'gp3',
      // The IOPS of gp2 follow from its size.
      ...(disk.iops && disk.type !== 'gp2' ? { Iops: disk.iops } : {}),
      ...(disk.throughput ? { Throughput: disk.throughput } : {}),
      Encrypted: disk.encrypted,
      DeleteOnTermination: disk.deleteOnTermination,
    },
  }
}
