import { hostId } from '../../../protocol/rest-xml.ts'
import { bucketArn } from '../arns.ts'
import type { Bucket } from '../rows/buckets.ts'
import { nextId } from '../rows/object-versions.ts'
import type { Destination } from './configuration.ts'
import type { EventCall, ObjectEvent } from './notify.ts'

export const isoTime = (time: number) => new Date(time).toISOString()
const isoSeconds = (time: number) => `${isoTime(time).slice(0, 19)}Z`

const service = 's3.amazonaws.com'

/** Newer kinds of events have newer versions: what was added with them. */
const eventVersion = (event: string): string =>
  event.startsWith('Replication:')
    ? '2.2'
    : /^(?:Lifecycle|IntelligentTiering|ObjectAcl:|ObjectTagging:|ObjectRestore:Delete)/.test(event)
      ? '2.3'
      : '2.1'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function record(
  call: EventCall,
  bucket: Bucket,
  { id }: Destination,
  what: ObjectEvent,
): object {
  const { event, key, versionId, size, etag } = what
  const { caller, http, requestId = call.ids.uuid() } = call
  // Tags and lists change no bytes: their order does not matter.
  const isOrdered = /^(?:ObjectCreated|ObjectRemoved|ObjectRestore|LifecycleExpiration):/.test(
    event,
  )
  const object = {
    // As in a form.
    key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
    ...(size !== undefined && { size }),
    ...(etag !== undefined && { eTag: etag }),
    ...(versionId !== undefined && { versionId }),
    ...(isOrdered && { sequencer: sequencer(call) }),
  }
  const own = event.startsWith('ObjectRestore:') ? `AmazonCustomer:${bucket.account}` : service
  const entry = {
    eventVersion: eventVersion(event),
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: isoTime(call.now),
    eventName: event,
    userIdentity: { principalId: caller ? `AWS:${caller.userId}` : own },
    requestParameters: { sourceIPAddress: http?.sourceIp ?? service },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.account },
        arn: bucketArn(bucket.name),
      },
      object,
    },
    ...particulars(what),
  }
  return { Records: [entry] }
}

/** What only some kinds of events have. */
function particulars({ event, restore, storageClass, replication }: ObjectEvent): object {
  if (restore?.expiresAt !== undefined && event === 'ObjectRestore:Completed') {
    return {
      glacierEventData: {
        restoreEventData: {
          lifecycleRestorationExpiryTime: isoTime(restore.expiresAt),
          lifecycleRestoreStorageClass: restore.storageClass,
        },
      },
    }
  }
  if (storageClass !== undefined) {
    return {
      lifecycleEventData: { transitionEventData: { destinationStorageClass: storageClass } },
    }
  }
  return (
    (replication && {
      replicationEventData: {
        replicationRuleId: replication.rule,
        destinationBucket: bucketArn(replication.destination),
        s3Operation: replication.deletion ? 'OBJECT_DELETE' : 'OBJECT_PUT',
        requestTime: isoSeconds(replication.requestedAt),
        failureReason: replication.reason,
      },
    }) ??
    {}
  )
}

/** Greater for what happened later to a key. */
const sequencer = ({ db, now }: EventCall) =>
  (now.toString(16).padStart(12, '0') + nextId(db).toString(16).padStart(6, '0')).toUpperCase()

/** What EventBridge calls it. It is told of everything but what only notifications have. */
const detailTypes: readonly (readonly [RegExp, string])[] = [
  [/^ObjectCreated:/, 'Object Created'],
  [/^(?:ObjectRemoved|LifecycleExpiration):/, 'Object Deleted'],
  [/^ObjectRestore:Post$/, 'Object Restore Initiated'],
  [/^ObjectRestore:Completed$/, 'Object Restore Completed'],
  [/^ObjectRestore:Delete$/, 'Object Restore Expired'],
  [/^ObjectTagging:Put$/, 'Object Tags Added'],
  [/^ObjectTagging:Delete$/, 'Object Tags Deleted'],
  [/^ObjectAcl:Put$/, 'Object ACL Updated'],
  [/^LifecycleTransition$/, 'Object Storage Class Changed'],
]

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function eventBridgeEvent(
  call: EventCall,
  { name, region, account }: Bucket,
  what: ObjectEvent,
): object | undefined {
  const { event, key, versionId, size, etag } = what
  const detailType = detailTypes.find(([pattern]) => pattern.test(event))?.[1]
  if (detailType === undefined) return undefined
  const { caller, http, requestId = call.ids.uuid() } = call
  const isOrdered = detailType === 'Object Created' || detailType === 'Object Deleted'
  const detail = {
    version: '0',
    bucket: { name },
    object: {
      key,
      ...(size !== undefined && { size }),
      ...(etag !== undefined && { etag }),
      ...(versionId !== undefined && { 'version-id': versionId }),
      ...(isOrdered && { sequencer: sequencer(call) }),
    },
    'request-id': requestId,
    requester: caller ? caller.accountId : service,
    ...(http && { 'source-ip-address': http.sourceIp }),
    ...bridgedParticulars(call, what, detailType),
  }
  return {
    version: '0',
    id: call.ids.uuid(),
    'detail-type': detailType,
    source: 'aws.s3',
    account,
    time: isoSeconds(call.now),
    region,
    resources: [bucketArn(name)],
    detail,
  }
}

function bridgedParticulars(
  { operation = '' }: EventCall,
  { event, restore, storageClass }: ObjectEvent,
  detailType: string,
): object {
  if (detailType === 'Object Created') {
    return { reason: operation === 'PostObject' ? 'POST Object' : operation }
  }
  if (detailType === 'Object Deleted') {
    const isMarker = event.endsWith('DeleteMarkerCreated')
    return {
      reason: event.startsWith('Lifecycle') ? 'Lifecycle Expiration' : 'DeleteObject',
      'deletion-type': isMarker ? 'Delete Marker Created' : 'Permanently Deleted',
    }
  }
  return {
    ...(restore?.expiresAt !== undefined && {
      'restore-expiry-time': isoSeconds(restore.expiresAt),
    }),
    ...(restore && { 'source-storage-class': restore.storageClass }),
    ...(storageClass !== undefined && { 'destination-storage-class': storageClass }),
  }
}
