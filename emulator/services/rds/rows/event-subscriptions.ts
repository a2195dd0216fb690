import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

export interface Subscription extends Place {
  /** As it was written: subscriptions keep the case of their names. */
  readonly name: string
  readonly topicArn: string
  readonly enabled: boolean
  /** Null for events of all kinds. */
  readonly sourceType: string | null
  /** Empty for all sources. */
  readonly sourceIds: readonly string[]
  /** Empty for all categories. */
  readonly categories: readonly string[]
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
}

interface SubscriptionRow extends Place {
  name: string
  topic_arn: string
  enabled: number
  source_type: string | null
  source_ids: string
  categories: string
  created_at: number
}

const toSubscription = (row: SubscriptionRow): Subscription => ({
  account: row.account,
  region: row.region,
  name: row.name,
  topicArn: row.topic_arn,
  enabled: row.enabled === 1,
  sourceType: row.source_type,
  sourceIds: JSON.parse(row.source_ids) as string[],
  categories: JSON.parse(row.categories) as string[],
  createdAt: row.created_at,
})

export function findSubscription(
  db: Database,
  { account, region }: Place,
  name: string,
): Subscription | undefined {
  const row = db.get<SubscriptionRow>(
    'select * from rds_event_subscriptions where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
  return row && toSubscription(row)
}

/** By name; an account's quota is 20. */
export const listSubscriptions = (db: Database, { account, region }: Place): Subscription[] =>
  db
    .all<SubscriptionRow>(
      'select * from rds_event_subscriptions where account = ? and region = ? order by name',
      account,
      region,
    )
    .map(toSubscription)

/** Makes a subscription, or writes what of it has changed. */
export function putSubscription(db: Database, subscription: Subscription): void {
  db.run(
    `insert into rds_event_subscriptions
       (account, region, name, topic_arn, enabled, source_type, source_ids, categories, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do update set topic_arn = excluded.topic_arn, enabled = excluded.enabled,
       source_type = excluded.source_type, source_ids = excluded.source_ids, categories = excluded.categories`,
    subscription.account,
    subscription.region,
    subscription.name,
    subscription.topicArn,
    subscription.enabled ? 1 : 0,
    subscription.sourceType,
    JSON.stringify(subscription.sourceIds),
    JSON.stringify(subscription.categories),
    subscription.createdAt,
  )
}

export function deleteSubscription(db: Database, { account, region, name }: Subscription): void {
  db.run(
    'delete from rds_event_subscriptions where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}
