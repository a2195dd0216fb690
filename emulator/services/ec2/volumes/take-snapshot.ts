import type { Tag } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { insertSnapshot } from '../rows/snapshots.ts'
import type { VolumeRow } from '../rows/volumes.ts'
import { tagResource } from '../tagging.ts'
import { durations } from './lifecycle.ts'

export interface WantedSnapshot {
  readonly volumeId: string
  /** GiB. */
  readonly size: number
  readonly encrypted: boolean
  readonly kmsKeyId: string | null
  readonly description: string
  readonly tags: readonly Tag[]
}

/** Begins a snapshot, which completes in time. @returns its id */
export function beginSnapshot(wanted: WantedSnapshot, call: Call): string {
  const { tags, ...snapshot } = wanted
  const id = call.ids.ec2('snap')
  const completesAt = call.now + durations.snapshot
  insertSnapshot(call, { id, ...snapshot, startedAt: call.now, completesAt })
  tagResource(call, id, 'snapshot', tags)
  call.timers.schedule(completesAt, 'snapshot-completed', { snapshotId: id })
  return id
}

/** A snapshot of a volume is encrypted as the volume is. */
export const beginSnapshotOf = (
  volume: VolumeRow,
  { description, tags }: Pick<WantedSnapshot, 'description' | 'tags'>,
  call: Call,
): string =>
  beginSnapshot(
    {
      volumeId: volume.volume_id,
      size: volume.size,
      encrypted: volume.encrypted === 1,
      kmsKeyId: volume.kms_key_id,
      description,
      tags,
    },
    call,
  )

/** What copies say they are of. */
export const copiesVolume = 'vol-ffffffff'
