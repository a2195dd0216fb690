import type { Call } from '../../../operation.ts'
import { isArchived } from '../object-settings.ts'
import type { Bucket } from '../rows/buckets.ts'
import { findLatest, type ObjectVersion } from '../rows/object-versions.ts'
import { destinationsOf, findReplication, setReplicationStatus } from '../rows/replications.ts'
import { rulesFor } from './rules.ts'

/** The kind of the timers. */
export const replicationTimer = 'replicate'

/** A version's number may be another's once it is gone, its id never is. */
export interface ReplicationPayload {
  readonly bucket: string
  readonly key: string
  readonly versionId: string
}

/** How long a new version waits for its copies, in ms: AWS needs seconds to minutes. */
const delay = 1000

/**
 * Has a key's newest version replicated, if the bucket's rules say so. To be called where a request has written one: what S3
 * writes by itself, replicas among it, is not replicated.
 */
export function replicateNewest(
  call: Pick<Call, 'db' | 'timers' | 'now'>,
  bucket: Bucket,
  key: string,
): void {
  if (bucket.versioning !== 'Enabled') return
  const configuration = findReplication(call.db, bucket.id)
  const version = configuration && findLatest(call.db, bucket.id, key)
  if (!version || isArchived(version.storageClass)) return
  const destinations = [...rulesFor(configuration, version).keys()]
  if (destinations.length > 0) begin(call, bucket, version, destinations)
}

/** Has a version's new tags replicated to where the version is. */
export function replicateTags(
  call: Pick<Call, 'db' | 'timers' | 'now'>,
  bucket: Bucket,
  version: ObjectVersion,
): void {
  const destinations = destinationsOf(call.db, version.id)
  if (destinations.length > 0) begin(call, bucket, version, destinations)
}

function begin(
  { db, timers, now }: Pick<Call, 'db' | 'timers' | 'now'>,
  bucket: Bucket,
  { id, key, versionId }: ObjectVersion,
  destinations: readonly string[],
): void {
  for (const destination of destinations) setReplicationStatus(db, id, destination, 'PENDING')
  const payload: ReplicationPayload = { bucket: bucket.name, key, versionId }
  timers.schedule(now + delay, replicationTimer, payload)
}
