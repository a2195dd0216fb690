import type { Call } from '../../../operation.ts'
import { hostId } from '../../../protocol/rest-xml.ts'
import { bucketArn } from '../arns.ts'
import type { Bucket } from '../rows/buckets.ts'
import { nextId } from '../rows/object-versions.ts'
import { covers, notificationsOf, type Destination } from './configuration.ts'

/** What happened to which object. */
export interface ObjectEvent {
  /** As configurations name it, without `s3:`: `ObjectCreated:Put`. */
  readonly event: string
  readonly key: string
  /** As answers show it. */
  readonly versionId?: string | undefined
  readonly size?: number | undefined
  readonly etag?: string | undefined
}

type EventCall = Pick<Call, 'db' | 'ports' | 'now' | 'ids'> &
  Partial<Pick<Call, 'caller' | 'http' | 'requestId' | 'operation'>>

/**
 * Tells of what happened to an object those whom the bucket's configuration names, over the event bus.
 *
 * @param call the request's; or a timer's, of which S3 itself is the one who did it
 */
export function notify(call: EventCall, bucket: Bucket, what: ObjectEvent): void {
  const configuration = notificationsOf(call.db, bucket)
  if (!configuration) return
  const { key, event } = what
  for (const destination of configuration.destinations) {
    const { prefix = '', suffix = '' } = destination
    const isMeant =
      key.startsWith(prefix) &&
      key.endsWith(suffix) &&
      destination.events.some((type) => covers(type, `s3:${event}`))
    if (isMeant) send(call, bucket, destination.arn, record(call, bucket, destination, what))
  }
  const bridged = configuration.eventBridge ? eventBridgeEvent(call, bucket, what) : undefined
  if (bridged) send(call, bucket, defaultBusArn(bucket), bridged)
}

/** A destination that is named anew gets a test event. */
export function sendTestEvent(call: Call, bucket: Bucket, destination: Destination): void {
  send(call, bucket, destination.arn, {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: iso(call.now),
    Bucket: bucket.name,
    RequestId: call.requestId,
    HostId: hostId(call.requestId),
  })
}

function send(
  { db, ports, now }: Pick<Call, 'db' | 'ports' | 'now'>,
  { account, region }: Bucket,
  destination: string,
  body: object,
): void {
  ports.bus?.publish(db, { account, region, time: now, source: 'aws.s3', destination, body })
}

const defaultBusArn = ({ region, account }: Bucket) =>
  `arn:aws:events:${region}:${account}:event-bus/default`

const iso = (time: number) => new Date(time).toISOString()

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function record(
  call: EventCall,
  bucket: Bucket,
  { id }: Destination,
  { event, key, versionId, size, etag }: ObjectEvent,
): object {
  const { caller, http, requestId } = call
  const object = {
    // As in a form.
    key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
    ...(size !== undefined && { size }),
    ...(etag !== undefined && { eTag: etag }),
    ...(versionId !== undefined && { versionId }),
    sequencer: sequencer(call),
  }
  const entry = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: iso(call.now),
    eventName: event,
    userIdentity: { principalId: caller ? `AWS:${caller.userId}` : 's3.amazonaws.com' },
    requestParameters: { sourceIPAddress: http?.sourceIp ?? 's3.amazonaws.com' },
    ...(requestId !== undefined && {
      responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) },
    }),
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
  }
  return { Records: [entry] }
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
function eventBridgeEvent(
  call: EventCall,
  { name, region, account }: Bucket,
  { event, key, versionId, size, etag }: ObjectEvent,
): object | undefined {
  const detailType = detailTypes.find(([pattern]) => pattern.test(event))?.[1]
  if (detailType === undefined) return undefined
  const { caller, http, requestId, operation } = call
  const isDeletion = detailType === 'Object Deleted'
  const detail = {
    version: '0',
    bucket: { name },
    object: {
      key,
      ...(size !== undefined && { size }),
      ...(etag !== undefined && { etag }),
      ...(versionId !== undefined && { 'version-id': versionId }),
      sequencer: sequencer(call),
    },
    ...(requestId !== undefined && { 'request-id': requestId }),
    requester: caller ? caller.accountId : 's3.amazonaws.com',
    ...(http && { 'source-ip-address': http.sourceIp }),
    ...(isDeletion && { reason: operation ?? 'Lifecycle Expiration' }),
    ...(detailType === 'Object Created' && { reason: operation ?? '' }),
    ...(isDeletion && {
      'deletion-type': event.endsWith('DeleteMarkerCreated')
        ? 'Delete Marker Created'
        : 'Permanently Deleted',
    }),
  }
  return {
    version: '0',
    id: call.ids.uuid(),
    'detail-type': detailType,
    source: 'aws.s3',
    account,
    time: `${iso(call.now).slice(0, 19)}Z`,
    region,
    resources: [bucketArn(name)],
    detail,
  }
}
