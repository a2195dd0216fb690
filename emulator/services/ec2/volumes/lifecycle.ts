import type { TimerCall } from '../../../clock/timers.ts'
import { deleteTags } from '../rows/tags.ts'
import {
  attachmentsOfVolume,
  moveAttachment,
  setPerformance,
  setVolumeState,
} from '../rows/volume-changes.ts'
import {
  deleteVolumeModification,
  setModificationState,
  volumeModifications,
} from '../rows/volume-modifications.ts'
import { updateSnapshot } from '../rows/snapshots.ts'
import { deleteVolume, detachVolume, volumes } from '../rows/volumes.ts'
import type { Performance } from './performance.ts'

/**
 * How long things take, in virtual ms. None: a volume is `creating` in the answer and `available` at the next
 * call. Only the optimizing of a modified volume takes its time, because the next modification waits for it.
 */
export const durations = {
  creating: 0,
  attaching: 0,
  detaching: 0,
  modifying: 0,
  optimizing: 10 * 60 * 1000,
  snapshot: 0,
} as const

interface OneVolume {
  readonly volumeId: string
}

interface OneAttachment extends OneVolume {
  readonly instanceId: string
}

/** What EC2 does by itself with volumes and snapshots. */
export const volumeTimers = {
  'volume-created'({ volumeId, failed }: OneVolume & { failed: boolean }, call: TimerCall): void {
    if (volumes.find(volumeId, call)?.state !== 'creating') return
    if (!failed) return setVolumeState(call, volumeId, 'available')
    forgetVolume(volumeId, call)
  },
  'volume-attached'(attachment: OneAttachment, call: TimerCall): void {
    moveAttachment(call, attachment, 'attaching', 'attached')
  },
  'volume-detached'({ volumeId, instanceId }: OneAttachment, call: TimerCall): void {
    const detaching = attachmentsOfVolume(call, volumeId).some(
      (one) => one.instance_id === instanceId && one.state === 'detaching',
    )
    if (detaching) detachVolume(call, volumeId, instanceId)
  },
  'volume-modified'({ volumeId }: OneVolume, call: TimerCall): void {
    const row = volumeModifications.find(volumeId, call)
    if (row?.state !== 'modifying') return
    const target: Performance = {
      type: row.target_type as Performance['type'],
      size: row.target_size,
      iops: row.target_iops,
      throughput: row.target_throughput,
    }
    setPerformance(call, volumeId, target, row.target_multi_attach === 1)
    setModificationState(call, volumeId, 'optimizing')
    call.timers.schedule(row.completes_at, 'volume-optimized', { volumeId })
  },
  'volume-optimized'({ volumeId }: OneVolume, call: TimerCall): void {
    const row = volumeModifications.find(volumeId, call)
    if (row?.state === 'optimizing' && row.completes_at <= call.now) {
      setModificationState(call, volumeId, 'completed')
    }
  },
  'snapshot-completed'({ snapshotId }: { snapshotId: string }, call: TimerCall): void {
    updateSnapshot(call, snapshotId, { state: 'completed' })
  },
}

/** Deletes a volume with all that was known about it. */
export function forgetVolume(
  volumeId: string,
  call: Pick<TimerCall, 'db' | 'account' | 'region'>,
): void {
  deleteVolume(call, volumeId)
  deleteVolumeModification(call, volumeId)
  deleteTags(call, volumeId)
}
