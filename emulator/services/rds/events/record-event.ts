import type { Call } from '../../../operation.ts'
import { arnOf, type ResourceType } from '../arns.ts'
import { insertEvent, type RecordedEvent } from '../rows/events.ts'
import { listSubscriptions, type Subscription } from '../rows/event-subscriptions.ts'
import { events, type EventId, type SourceType } from './catalogue.ts'

/** What recording an event needs of a call, or of a timer's. */
export type EventScope = Pick<Call, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>

export interface NewEvent {
  readonly sourceType: SourceType
  /** The identifier of what it happened to. */
  readonly source: string
  readonly id: EventId
  /** What fills the braces of the event's message. */
  readonly fill?: Readonly<Record<string, string | number>>
}

const arnTypes: Readonly<Record<SourceType, ResourceType>> = {
  'db-instance': 'db',
  'db-parameter-group': 'pg',
  'db-security-group': 'secgrp',
  'db-snapshot': 'snapshot',
  'db-cluster': 'cluster',
  'db-cluster-snapshot': 'cluster-snapshot',
  'db-proxy': 'db-proxy',
  'blue-green-deployment': 'deployment',
  'custom-engine-version': 'cev',
}

/** What EventBridge calls them: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.sample.html */
const busNames: Readonly<Record<SourceType, readonly [detail: string, sourceType: string]>> = {
  'db-instance': ['DB Instance', 'DB_INSTANCE'],
  'db-parameter-group': ['DB Parameter Group', 'DB_PARAM'],
  'db-security-group': ['DB Security Group', 'SECURITY_GROUP'],
  'db-snapshot': ['DB Snapshot', 'SNAPSHOT'],
  'db-cluster': ['DB Cluster', 'CLUSTER'],
  'db-cluster-snapshot': ['DB Cluster Snapshot', 'CLUSTER_SNAPSHOT'],
  'db-proxy': ['DB Proxy', 'DB_PROXY'],
  'blue-green-deployment': ['Blue Green Deployment', 'BLUE_GREEN_DEPLOYMENT'],
  'custom-engine-version': ['DB Custom Engine Version', 'CUSTOM_ENGINE_VERSION'],
}

/**
 * Records one of RDS's events in the running transaction: DescribeEvents shows it for 14 days, and the event bus and
 * the topics of the subscriptions that it fits are told.
 *
 * `recordEvent(call, { sourceType: 'db-instance', source: 'mlflow', id: 'RDS-EVENT-0005' })`
 */
export function recordEvent(scope: EventScope, { sourceType, source, id, fill = {} }: NewEvent) {
  const { db, account, region, now } = scope
  const [category, template] = events[id]
  const event: RecordedEvent = {
    account,
    region,
    sourceType,
    sourceId: source,
    sourceArn: arnOf(arnTypes[sourceType], scope, source),
    eventId: id,
    message: template.replaceAll(/\{(\w+)\}/g, (braces, name: string) =>
      String(fill[name] ?? braces),
    ),
    categories: [category],
    date: now,
  }
  insertEvent(db, event)
  publish(scope, event, `arn:aws:events:${region}:${account}:event-bus/default`, {
    version: '0',
    id: scope.ids.uuid(),
    ...busEvent(event, sourceType),
  })
  for (const subscription of listSubscriptions(db, scope)) {
    if (fits(subscription, event)) {
      publish(scope, event, subscription.topicArn, notification(event))
    }
  }
}

function publish(
  { db, account, region, ports }: EventScope,
  { date }: RecordedEvent,
  destination: string,
  body: object,
): void {
  ports.bus?.publish(db, { account, region, time: date, source: 'aws.rds', destination, body })
}

/** What is not named in a subscription is not asked for. */
const fits = (subscription: Subscription, event: RecordedEvent): boolean =>
  subscription.enabled &&
  (subscription.sourceType ?? event.sourceType) === event.sourceType &&
  (subscription.sourceIds.length === 0 || subscription.sourceIds.includes(event.sourceId)) &&
  (subscription.categories.length === 0 ||
    event.categories.some((category) => subscription.categories.includes(category)))

function busEvent(event: RecordedEvent, type: SourceType) {
  const [detail, sourceType] = busNames[type]
  const time = new Date(event.date).toISOString()
  return {
    'detail-type': `RDS ${detail} Event`,
    source: 'aws.rds',
    account: event.account,
    time: time.replace(/\.\d+Z$/, 'Z'),
    region: event.region,
    resources: [event.sourceArn],
    detail: {
      EventCategories: event.categories,
      SourceType: sourceType,
      SourceArn: event.sourceArn,
      Date: time,
      Message: event.message,
      SourceIdentifier: event.sourceId,
      EventID: event.eventId,
    },
  }
}

/** The text of a message to a topic. */
const notification = (event: RecordedEvent) => ({
  'Event Source': event.sourceType,
  'Event Time': new Date(event.date).toISOString().replace('T', ' ').replace('Z', ''),
  'Identifier Link': `https://console.aws.amazon.com/rds/home?region=${event.region}#${event.sourceType}:id=${event.sourceId}`,
  'Source ID': event.sourceId,
  'Source ARN': event.sourceArn,
  'Event ID': `http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html#${event.eventId}`,
  'Event Message': event.message,
})
