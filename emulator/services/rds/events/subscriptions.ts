import type { EventSubscription } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { findSubscription, type Subscription } from '../rows/event-subscriptions.ts'
import { hasSource } from '../resources.ts'
import { categoriesOf, type SourceType } from './catalogue.ts'
import {
  invalidTopic,
  sourceNotFound,
  sourceWithoutType,
  subscriptionNotFound,
  unknownCategory,
  unknownSourceType,
} from './errors.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** @param nameOrArn in its own case @throws SubscriptionNotFound */
export function requireSubscription(scope: Scope, nameOrArn: string): Subscription {
  const name = subscriptionName(nameOrArn)
  const subscription = findSubscription(scope.db, scope, name)
  if (!subscription) throw subscriptionNotFound(name)
  return subscription
}

/** Subscriptions keep the case of their names. */
export const subscriptionName = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') && nameIn('es', nameOrArn) !== nameOrArn.toLowerCase()
    ? nameOrArn.split(':').slice(6).join(':')
    : nameOrArn

const sourceTypes = Object.keys(categoriesOf) as SourceType[]

/** @throws InvalidParameterValue */
export function checkSourceType(type: string | undefined): SourceType | undefined {
  if (type === undefined || type === '') return undefined
  if (!sourceTypes.includes(type as SourceType)) throw unknownSourceType(type, sourceTypes)
  return type as SourceType
}

/** @returns the categories as RDS writes them @throws SubscriptionCategoryNotFound */
export function checkCategories(
  categories: readonly string[] = [],
  sourceType: SourceType | undefined,
): string[] {
  const known = sourceType ? categoriesOf[sourceType] : Object.values(categoriesOf).flat()
  return categories.map((category) => {
    const found = known.find((one) => one === category.toLowerCase())
    if (!found) throw unknownCategory(category, sourceType ?? 'all')
    return found
  })
}

/** @throws InvalidParameterCombination, SourceNotFound */
export function checkSources(
  scope: Scope,
  ids: readonly string[] = [],
  sourceType: SourceType | undefined,
): string[] {
  if (ids.length === 0) return []
  if (!sourceType) throw sourceWithoutType()
  return ids.map((id) => {
    const source = id.toLowerCase()
    if (!hasSource(scope, sourceType, source)) throw sourceNotFound(id)
    return source
  })
}

/** @throws SNSInvalidTopic */
export function checkTopic(arn: string): string {
  if (!/^arn:aws[\w-]*:sns:[\w-]*:\d+:[\w.-]+$/.test(arn)) throw invalidTopic(arn)
  return arn
}

export const describeSubscription = (subscription: Subscription): EventSubscription => ({
  CustomerAwsId: subscription.account,
  CustSubscriptionId: subscription.name,
  SnsTopicArn: subscription.topicArn,
  Status: 'active',
  SubscriptionCreationTime: new Date(subscription.createdAt)
    .toISOString()
    .replace('T', ' ')
    .replace('Z', ''),
  ...(subscription.sourceType !== null && { SourceType: subscription.sourceType }),
  SourceIdsList: [...subscription.sourceIds],
  EventCategoriesList: [...subscription.categories],
  Enabled: subscription.enabled,
  EventSubscriptionArn: arnOf('es', subscription, subscription.name),
})
