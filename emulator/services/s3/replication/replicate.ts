import type { ReplicationRule } from '@aws-sdk/client-s3'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { kmsScope, newObjectKey } from '../encryption/object-keys.ts'
import { resealed } from '../encryption/resealing.ts'
import { objectArn } from '../arns.ts'
import { notify } from '../notifications/notify.ts'
import { lockConfigurationOf, lockOfNew } from '../object-lock/locks.ts'
import { findBucket, type Bucket } from '../rows/buckets.ts'
import { insertParts, listParts, type ObjectPart } from '../rows/object-parts.ts'
import {
  findLatest,
  findVersion,
  insertLatest,
  nextId,
  setLatest,
  setVersionTags,
  type ObjectVersion,
} from '../rows/object-versions.ts'
import { destinationsOf, findReplication, setReplicationStatus } from '../rows/replications.ts'
import { sessionOf, trustsS3, type RoleSession } from './role.ts'
import { rulesFor } from './rules.ts'
import type { ReplicationPayload } from './schedule.ts'

/** Copies a version to where it is to be: a timer's handler. */
export function replicateVersion(payload: ReplicationPayload, call: TimerCall): void {
  const source = findBucket(call.db, payload.bucket)
  const version = source && findVersion(call.db, source.id, payload.key, payload.versionId)
  if (!version) return
  const configuration = findReplication(call.db, source.id)
  const rules = configuration && rulesFor(configuration, version)
  const role = configuration && call.ports.roles.find(call.db, configuration.Role ?? '')
  const session = role && trustsS3(role) ? sessionOf(call, role) : undefined
  for (const name of destinationsOf(call.db, version.id)) {
    const destination = findBucket(call.db, name)
    const rule = rules?.get(name)
    const failure = !destination
      ? 'DstBucketNotFound'
      : destination.versioning !== 'Enabled'
        ? 'DstBucketUnversioned'
        : session
          ? copyTo(destination, rule, source, version, session, call)
          : 'AssumeRoleNotPermitted'
    setReplicationStatus(call.db, version.id, name, failure === undefined ? 'COMPLETED' : 'FAILED')
    if (failure !== undefined) tellOfFailure(source, version, name, rule, failure, call)
  }
}

/**
 * Failures are told of where a rule has metrics.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 */
function tellOfFailure(
  source: Bucket,
  { key, size, etag, versionId, deleteMarker, lastModified }: ObjectVersion,
  destination: string,
  rule: ReplicationRule | undefined,
  reason: string,
  call: TimerCall,
): void {
  if (rule?.Destination?.Metrics?.Status !== 'Enabled') return
  notify(call, source, {
    event: 'Replication:OperationFailedReplication',
    key,
    size,
    etag,
    versionId,
    replication: {
      rule: rule.ID ?? '',
      destination,
      deletion: deleteMarker,
      reason,
      requestedAt: lastModified,
    },
  })
}

/**
 * @param rule the rule that the version is replicated by; none when its tags changed and it is no rule's any more
 * @returns why it fails, as AWS calls it; undefined when it is done
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
 */
function copyTo(
  destination: Bucket,
  rule: ReplicationRule | undefined,
  source: Bucket,
  version: ObjectVersion,
  session: RoleSession,
  call: TimerCall,
): string | undefined {
  const { key } = version
  const { may } = session
  if (version.deleteMarker) {
    if (!may('s3:ReplicateDelete', destination, key)) return 'DstDelObjNotPermitted'
  } else {
    const mayRead =
      may('s3:GetObjectVersionForReplication', source, key) ||
      may('s3:GetObjectVersion', source, key)
    if (!mayRead) return 'SrcGetObjectNotPermitted'
    if (!may('s3:GetObjectVersionAcl', source, key)) return 'SrcGetAclNotPermitted'
    if (!may('s3:ReplicateObject', destination, key)) return 'DstPutObjectNotPermitted'
  }
  // Without these permissions the object is replicated, and its tags are not:
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
  const withTags =
    may('s3:GetObjectVersionTagging', source, key) && may('s3:ReplicateTags', destination, key)
  const tags = withTags ? version.tags : {}
  const replica = findVersion(call.db, destination.id, key, version.versionId)
  if (replica) {
    if (withTags) setVersionTags(call.db, replica.id, tags)
    return undefined
  }
  if (!rule) return 'SrcObjectNotEligible'
  // What is locked is not copied to where it could be deleted.
  const canLock = lockConfigurationOf(call.db, destination) !== undefined
  if (version.lock && !canLock) return 'DstBucketObjectLockConfigMissing'
  if (version.lock && !mayReadLock(may, source, key)) return 'SrcGetObjectNotPermitted'
  const changesOwner = rule.Destination?.AccessControlTranslation?.Owner === 'Destination'
  if (changesOwner) {
    const isTheirs = rule.Destination?.Account === destination.account
    if (!isTheirs || !may('s3:ObjectOwnerOverrideToBucketOwner', destination, key)) {
      return 'DstPutObjectNotPermitted'
    }
  }
  const parts = version.partCount === null ? [] : listParts(call.db, version.id)
  const keys = replicaKeys(call, destination, rule, version, parts, session)
  if (!keys) return 'DstKmsKeyNotFound'
  const isBucketOwners = changesOwner || destination.objectOwnership === 'BucketOwnerEnforced'
  const { parts: sealedParts, ...encrypted } = keys
  writeReplica(call, destination, version, sealedParts, {
    tags,
    ...encrypted,
    lock: canLock ? lockOfNew(version.lock, destination, call) : null,
    storageClass: rule.Destination?.StorageClass ?? version.storageClass,
    ...(isBucketOwners && { owner: destination.account, acl: null }),
  })
  return undefined
}

const mayReadLock = (may: RoleSession['may'], source: Bucket, key: string) =>
  may('s3:GetObjectRetention', source, key) && may('s3:GetObjectLegalHold', source, key)

/**
 * What KMS encrypts is encrypted by a key of the destination's region; all else stays as it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 *
 * @returns undefined where KMS refuses, or the role may not use the keys
 */
function replicaKeys(
  call: TimerCall,
  destination: Bucket,
  rule: ReplicationRule,
  version: ObjectVersion,
  parts: readonly ObjectPart[],
  session: RoleSession,
):
  | (Pick<ObjectVersion, 'encryption' | 'cipher'> & { readonly parts: readonly ObjectPart[] })
  | undefined {
  const { encryption, cipher, key } = version
  const { ServerSideEncryption: algorithm } = encryption
  if (!algorithm?.startsWith('aws:kms')) return { encryption, cipher, parts }
  try {
    const SSEKMSKeyId = rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID
    if (!mayUseKeys(call, destination, SSEKMSKeyId, version, session)) return undefined
    const wanted = { Key: key, ServerSideEncryption: algorithm, SSEKMSKeyId }
    return resealed(call, version, parts, newObjectKey(wanted, destination, call))
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

/** The role has to be allowed to decrypt with the source's key and to encrypt with the replica's. */
function mayUseKeys(
  call: TimerCall,
  destination: Bucket,
  keyId: string | undefined,
  { key, encryption, cipher }: ObjectVersion,
  { caller, allows }: RoleSession,
): boolean {
  const { dataKey, context = {} } = cipher ?? {}
  if (dataKey === undefined) return true
  const asker = (account: string, region: string) => ({
    ...kmsScope({ ...call, account }, region),
    caller,
    operation: 'ReplicateObject',
  })
  const sourceRegion = encryption.SSEKMSKeyId!.split(':')[3]!
  const wrapped = Buffer.from(dataKey, 'base64')
  const { kms } = call.ports
  const needed = [
    ...kms.permissions(asker(caller.accountId, sourceRegion), {
      service: 's3',
      wrapped,
      operations: ['Decrypt'],
      context,
    }),
    ...kms.permissions(asker(destination.account, destination.region), {
      service: 's3',
      keyId,
      operations: ['Encrypt'],
      context: { 'aws:s3:arn': objectArn(destination.name, key) },
    }),
  ]
  return needed.every(allows)
}

/** A replica has its source's version id and time of creation. */
function writeReplica(
  { db, objects }: TimerCall,
  destination: Bucket,
  version: ObjectVersion,
  parts: readonly ObjectPart[],
  changes: Partial<ObjectVersion>,
): void {
  const latest = findLatest(db, destination.id, version.key)
  if (latest) setLatest(db, latest.id, false)
  const id = nextId(db)
  const file = version.file === null ? null : objects.link(version.file)
  insertLatest(db, { ...version, ...changes, id, bucket: destination.id, file })
  insertParts(
    db,
    id,
    parts.map((part) => ({ ...part, file: objects.link(part.file) })),
  )
  setReplicationStatus(db, id, '', 'REPLICA')
}
