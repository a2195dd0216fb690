import type {
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Volume,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterCombination, missingParameter } from '../errors.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { attachmentsOfVolume } from '../rows/volume-changes.ts'
import { insertVolume, toVolumes, volumes } from '../rows/volumes.ts'
import { specifiedTags, tagResource } from '../tagging.ts'
import { chooseEncryption } from '../volumes/encryption.ts'
import { smallerThanSnapshot, volumeInUse, zoneNotFound } from '../volumes/errors.ts'
import { durations, forgetVolume } from '../volumes/lifecycle.ts'
import { performanceOf } from '../volumes/performance.ts'
import { onSnapshot, onVolume, volumeContext } from '../volumes/permissions.ts'
import { requireUsableSnapshot } from '../volumes/usable-snapshots.ts'
import { keepInBin } from '../volumes/recycle-bin.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html */
export const CreateVolume = operation<CreateVolumeRequest, Volume>({
  authorize: (input, call) => [
    ...onNewResource(
      call,
      'volume',
      input.TagSpecifications,
      volumeContext(call, {
        zone: input.AvailabilityZone,
        type: input.VolumeType ?? 'gp2',
        size: input.Size,
        iops: input.Iops,
        throughput: input.Throughput,
        encrypted: input.Encrypted === true,
        snapshotId: input.SnapshotId,
      }),
    ),
    ...(input.SnapshotId ? [onSnapshot(call, input.SnapshotId)] : []),
  ],
  run(input, call) {
    const before = findByToken<string>(input.ClientToken, input, call)
    const id = before ?? create(input, call)
    if (!before) keepToken(input.ClientToken, input, id, call)
    return toVolumes([volumes.require(id, call)], call)[0]!
  },
})

function create(input: CreateVolumeRequest, call: Call): string {
  const zone = requireZone(input, call)
  const { volume: tags } = specifiedTags(input.TagSpecifications, 'volume')
  const snapshot = input.SnapshotId ? requireUsableSnapshot(input.SnapshotId, call) : undefined
  const size = input.Size ?? snapshot?.size
  if (size === undefined) throw missingParameter('size/snapshot')
  const performance = performanceOf({
    type: input.VolumeType ?? 'gp2',
    size,
    iops: input.Iops,
    throughput: input.Throughput,
    multiAttach: input.MultiAttachEnabled === true,
  })
  if (snapshot && size < snapshot.size) throw smallerThanSnapshot(size, snapshot.id, snapshot.size)
  const { failed, ...encryption } = chooseEncryption(
    { encrypted: input.Encrypted, kmsKeyId: input.KmsKeyId, source: snapshot },
    call,
  )
  const id = call.ids.ec2('vol')
  insertVolume(call, {
    id,
    zone,
    ...performance,
    ...encryption,
    state: 'creating',
    snapshotId: snapshot?.id ?? '',
    multiAttachEnabled: input.MultiAttachEnabled === true,
    createdAt: call.now,
  })
  tagResource(call, id, 'volume', tags)
  call.timers.schedule(call.now + durations.creating, 'volume-created', { volumeId: id, failed })
  return id
}

function requireZone(
  { AvailabilityZone: name, AvailabilityZoneId: id }: CreateVolumeRequest,
  call: Call,
): { name: string; id: string } {
  if (name && id) {
    throw invalidParameterCombination(
      'The parameters AvailabilityZone and AvailabilityZoneId cannot be used together.',
    )
  }
  const wanted = name ?? id
  if (!wanted) throw missingParameter('AvailabilityZone')
  const zone = zonesOf(call.region).find((one) => (name ? one.name === name : one.id === id))
  if (!zone) throw zoneNotFound(wanted)
  return { name: zone.name, id: zone.id }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
export const DeleteVolume = operation<DeleteVolumeRequest, {}>({
  authorize: ({ VolumeId }, call) => [onVolume(call, VolumeId)],
  run({ VolumeId }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    volumes.require(VolumeId, call)
    const [attachment] = attachmentsOfVolume(call, VolumeId)
    if (attachment) throw volumeInUse(VolumeId, attachment.instance_id)
    keepInBin('vol', VolumeId, call)
    forgetVolume(VolumeId, call)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export const DescribeVolumes = operation<DescribeVolumesRequest, DescribeVolumesResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = volumes.page(input, input.VolumeIds, call)
    return { Volumes: toVolumes(rows, call), NextToken: nextToken }
  },
})
