import type {
  Event,
  EventBridgeConfiguration,
  NotificationConfiguration,
  NotificationConfigurationFilter,
} from '@aws-sdk/client-s3'
import type { Call } from '../../../operation.ts'
import type { Database } from '../../../store/database.ts'
import { invalidArgument, malformedXml } from '../errors.ts'
import { findConfiguration } from '../rows/bucket-configurations.ts'
import type { Bucket } from '../rows/buckets.ts'

/** One destination with what it is told of. */
export interface Destination {
  readonly id: string
  readonly kind: 'sns' | 'sqs' | 'lambda'
  readonly arn: string
  readonly events: readonly string[]
  readonly prefix?: string
  readonly suffix?: string
}

/** What a bucket tells whom of. */
export interface Notifications {
  readonly destinations: readonly Destination[]
  readonly eventBridge: boolean
}

export const notificationsOf = (db: Database, bucket: Bucket): Notifications | undefined =>
  findConfiguration(db, bucket, 'notifications')

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const eventTypes = new Set([
  's3:ReducedRedundancyLostObject',
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:ObjectRestore:*',
  's3:ObjectRestore:Post',
  's3:ObjectRestore:Completed',
  's3:ObjectRestore:Delete',
  's3:Replication:*',
  's3:Replication:OperationFailedReplication',
  's3:Replication:OperationNotTracked',
  's3:Replication:OperationMissedThreshold',
  's3:Replication:OperationReplicatedAfterThreshold',
  's3:LifecycleTransition',
  's3:IntelligentTiering',
  's3:ObjectAcl:Put',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
  's3:ObjectTagging:*',
  's3:ObjectTagging:Put',
  's3:ObjectTagging:Delete',
])

/**
 * What a request configures, checked. Topics, queues and functions are taken at their word: there are none here to ask.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export function readNotifications(
  given: NotificationConfiguration,
  bucket: Bucket,
  { ids }: Pick<Call, 'ids'>,
): Notifications {
  const read = (
    kind: Destination['kind'],
    arn: string | undefined,
    one: {
      Id?: string | undefined
      Events?: readonly string[] | undefined
      Filter?: NotificationConfigurationFilter | undefined
    },
  ): Destination => ({
    id: one.Id ?? ids.uuid(),
    kind,
    arn: checkedArn(kind, arn, bucket),
    events: checkedEvents(one.Events),
    ...readFilter(one.Filter),
  })
  const destinations = [
    ...(given.TopicConfigurations ?? []).map((one) => read('sns', one.TopicArn, one)),
    ...(given.QueueConfigurations ?? []).map((one) => read('sqs', one.QueueArn, one)),
    ...(given.LambdaFunctionConfigurations ?? []).map((one) =>
      read('lambda', one.LambdaFunctionArn, one),
    ),
  ]
  refuseOverlaps(destinations)
  return { destinations, eventBridge: given.EventBridgeConfiguration !== undefined }
}

const arnForms: Record<Destination['kind'], RegExp> = {
  sns: /^arn:aws:sns:([a-z0-9-]+):\d{12}:[\w-]+(?:\.fifo)?$/,
  sqs: /^arn:aws:sqs:([a-z0-9-]+):\d{12}:[\w-]+(?:\.fifo)?$/,
  lambda: /^arn:aws:lambda:([a-z0-9-]+):\d{12}:function:[\w-]+(?::[\w$-]+)?$/,
}

const arnMembers: Record<Destination['kind'], string> = {
  sns: 'Topic',
  sqs: 'Queue',
  lambda: 'CloudFunction',
}

function checkedArn(kind: Destination['kind'], arn = '', bucket: Bucket): string {
  const match = arnForms[kind].exec(arn)
  if (!match) throw invalidArgument('The ARN could not be parsed', arnMembers[kind], arn)
  if (match[1] !== bucket.region) {
    throw invalidArgument(
      'The notification destination service region is not valid for the bucket location constraint',
      arnMembers[kind],
      arn,
    )
  }
  if (kind !== 'lambda' && arn.endsWith('.fifo')) {
    throw invalidArgument(
      'Unable to validate the following destination configurations',
      arn,
      'FIFO destinations are not supported',
    )
  }
  return arn
}

function checkedEvents(events: readonly string[] = []): readonly string[] {
  if (events.length === 0) throw malformedXml()
  const unknown = events.find((event) => !eventTypes.has(event))
  if (unknown !== undefined) {
    throw invalidArgument('A specified event is not supported for notifications.', 'Event', unknown)
  }
  return events
}

function readFilter(filter: NotificationConfigurationFilter | undefined) {
  const read: { prefix?: string; suffix?: string } = {}
  for (const { Name, Value = '' } of filter?.Key?.FilterRules ?? []) {
    const name = Name?.toLowerCase()
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument(
        'filter rule name must be either prefix or suffix',
        'FilterRule.Name',
        Name,
      )
    }
    if (read[name] !== undefined) {
      throw invalidArgument(
        `Cannot specify more than one ${name} rule in a filter.`,
        'FilterRule.Name',
        Name,
      )
    }
    if (Buffer.byteLength(Value) > 1024) {
      throw invalidArgument('Size of filter rule value cannot exceed 1024 bytes', name, Value)
    }
    read[name] = Value
  }
  return read
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
function refuseOverlaps(destinations: readonly Destination[]): void {
  for (const [index, one] of destinations.entries()) {
    for (const other of destinations.slice(index + 1)) {
      if (one.id === other.id) {
        throw invalidArgument(
          'Same ID used for multiple configurations. IDs must be unique',
          'Id',
          one.id,
        )
      }
      if (overlap(one, other)) {
        throw invalidArgument(
          'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are ' +
            'overlapping for the same event type.',
          'Event',
          one.events[0],
        )
      }
    }
  }
}

function overlap(one: Destination, other: Destination): boolean {
  const { prefix: p1 = '', suffix: s1 = '' } = one
  const { prefix: p2 = '', suffix: s2 = '' } = other
  return (
    (p1.startsWith(p2) || p2.startsWith(p1)) &&
    (s1.endsWith(s2) || s2.endsWith(s1)) &&
    one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a)))
  )
}

/** Whether a configured type is this event's. */
export const covers = (type: string, event: string): boolean =>
  type === event || (type.endsWith(':*') && event.startsWith(type.slice(0, -1)))

/** In the shape of the API. */
export function shownNotifications({
  destinations,
  eventBridge,
}: Notifications): NotificationConfiguration & {
  EventBridgeConfiguration?: EventBridgeConfiguration
} {
  const of = (kind: Destination['kind']) => destinations.filter((one) => one.kind === kind)
  const common = ({ id, events, prefix, suffix }: Destination) => {
    const rules = [
      ...(prefix === undefined ? [] : [{ Name: 'Prefix' as 'prefix', Value: prefix }]),
      ...(suffix === undefined ? [] : [{ Name: 'Suffix' as 'suffix', Value: suffix }]),
    ]
    return {
      Id: id,
      Events: events as Event[],
      ...(rules.length > 0 && { Filter: { Key: { FilterRules: rules } } }),
    }
  }
  return {
    TopicConfigurations: of('sns').map((one) => ({ ...common(one), TopicArn: one.arn })),
    QueueConfigurations: of('sqs').map((one) => ({ ...common(one), QueueArn: one.arn })),
    LambdaFunctionConfigurations: of('lambda').map((one) => ({
      ...common(one),
      LambdaFunctionArn: one.arn,
    })),
    ...(eventBridge && { EventBridgeConfiguration: {} }),
  }
}
