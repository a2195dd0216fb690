import type { Call } from '../../../operation.ts'
import { hostId } from '../../../protocol/rest-xml.ts'
import type { Bucket } from '../rows/buckets.ts'
import { covers, notificationsOf, type Destination } from './configuration.ts'
import { eventBridgeEvent, isoTime, record } from './messages.ts'

/** What happened to which object. */
export interface ObjectEvent {
  /** As configurations name it, without `s3:`: `ObjectCreated:Put`. */
  readonly event: string
  readonly key: string
  /** As answers show it. */
  readonly versionId?: string | undefined
  readonly size?: number | undefined
  readonly etag?: string | undefined
  /** Of a restore. */
  readonly restore?: {
    readonly storageClass: string
    /** Virtual time in ms since the epoch; absent while the restore goes on. */
    readonly expiresAt?: number | undefined
  }
  /** What a lifecycle rule made of the storage class. */
  readonly storageClass?: string
  /** Of a replication that failed. */
  readonly replication?: {
    readonly rule: string
    readonly destination: string
    readonly deletion: boolean
    readonly reason: string
    /** When it was asked for: virtual time in ms since the epoch. */
    readonly requestedAt: number
  }
}

export type EventCall = Pick<Call, 'db' | 'ports' | 'now' | 'ids'> &
  Partial<Pick<Call, 'caller' | 'http' | 'requestId' | 'operation'>>

/** Of a delete marker, which has no bytes. */
export const markerETag = 'd41d8cd98f00b204e9800998ecf8427e'

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
    Time: isoTime(call.now),
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
