import type {
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult,
  ModifyVolumeRequest,
  ModifyVolumeResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import {
  insertVolumeModification,
  toVolumeModification,
  volumeModifications,
} from '../rows/volume-modifications.ts'
import { volumes } from '../rows/volumes.ts'
import type { VolumeRow } from '../rows/volumes.ts'
import {
  cannotShrink,
  modificationUnderWay,
  modifiedTooOften,
  volumeInState,
} from '../volumes/errors.ts'
import { durations } from '../volumes/lifecycle.ts'
import { hasProvisionedIops, performanceOf } from '../volumes/performance.ts'
import type { Performance } from '../volumes/performance.ts'
import { onVolume } from '../volumes/permissions.ts'

/** Virtual ms from the start of one modification to the start of the next. */
const cooldown = 6 * 60 * 60 * 1000

/**
 * Only grows; the new numbers hold once the modification is `optimizing`.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
 */
export const ModifyVolume = operation<ModifyVolumeRequest, ModifyVolumeResult>({
  authorize: ({ VolumeId }, call) => [onVolume(call, VolumeId)],
  run(input, call) {
    if (!input.VolumeId) throw missingParameter('VolumeId')
    const volume = volumes.require(input.VolumeId, call)
    if (!asksForChange(input)) throw missingParameter('size')
    if (volume.state !== 'available' && volume.state !== 'in-use') {
      throw volumeInState(volume.volume_id, volume.state)
    }
    const last = volumeModifications.find(volume.volume_id, call)
    if (last && last.state !== 'completed') {
      throw modificationUnderWay(volume.volume_id, last.state)
    }
    if (last && call.now < last.started_at + cooldown) throw modifiedTooOften()
    if (input.Size !== undefined && input.Size < volume.size) throw cannotShrink()
    const multiAttach = input.MultiAttachEnabled ?? volume.multi_attach_enabled === 1
    const target = { ...targetOf(input, volume, multiAttach), multiAttach }
    const optimizing = call.now + durations.modifying
    insertVolumeModification(call, volume, target, {
      startedAt: call.now,
      completesAt: optimizing + durations.optimizing,
    })
    call.timers.schedule(optimizing, 'volume-modified', { volumeId: volume.volume_id })
    const row = volumeModifications.require(volume.volume_id, call)
    return { VolumeModification: toVolumeModification(row, call.now) }
  },
})

const asksForChange = (input: ModifyVolumeRequest): boolean =>
  [input.Size, input.VolumeType, input.Iops, input.Throughput, input.MultiAttachEnabled].some(
    (value) => value !== undefined,
  )

/** What is not named stays as it is; a volume that becomes of another type starts with that type's 3,000 IOPS. */
function targetOf(
  input: ModifyVolumeRequest,
  volume: VolumeRow,
  multiAttach: boolean,
): Performance {
  const type = input.VolumeType ?? volume.volume_type
  const sameType = type === volume.volume_type
  const keptIops = sameType ? (volume.iops ?? undefined) : 3000
  return performanceOf({
    type,
    size: input.Size ?? volume.size,
    iops: input.Iops ?? (hasProvisionedIops(type) ? keptIops : undefined),
    throughput: input.Throughput ?? (sameType ? (volume.throughput ?? undefined) : undefined),
    multiAttach,
  })
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html */
export const DescribeVolumesModifications = operation<
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = volumeModifications.page(input, input.VolumeIds, call)
    return {
      VolumesModifications: rows.map((row) => toVolumeModification(row, call.now)),
      NextToken: nextToken,
    }
  },
})
