import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { findImage } from '../images/visible-images.ts'
import { volumeContext } from '../volumes/permissions.ts'
import { planDevices } from './launch-devices.ts'

/**
 * The condition keys of each volume that a launch makes. What cannot be made is refused later, for what is wrong
 * with it: who may launch at all is asked first, of what the request says.
 */
export function launchVolumes(input: RunInstancesRequest, call: Call): Record<string, string>[] {
  const image = input.ImageId ? findImage(input.ImageId, call) : undefined
  try {
    if (image) {
      return planDevices(image, input.BlockDeviceMappings, call).map((device) =>
        volumeContext(call, device),
      )
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
  }
  return (input.BlockDeviceMappings ?? [{}]).map(({ Ebs = {} }) =>
    volumeContext(call, {
      type: Ebs.VolumeType ?? 'gp2',
      size: Ebs.VolumeSize,
      iops: Ebs.Iops,
      throughput: Ebs.Throughput,
      encrypted: Ebs.Encrypted === true,
      snapshotId: Ebs.SnapshotId,
    }),
  )
}
