import type {
  AddSourceIdentifierToSubscriptionMessage,
  AddSourceIdentifierToSubscriptionResult,
  CreateEventSubscriptionMessage,
  CreateEventSubscriptionResult,
  DeleteEventSubscriptionMessage,
  DeleteEventSubscriptionResult,
  DescribeEventSubscriptionsMessage,
  EventSubscriptionsMessage,
  ModifyEventSubscriptionMessage,
  ModifyEventSubscriptionResult,
  RemoveSourceIdentifierFromSubscriptionMessage,
  RemoveSourceIdentifierFromSubscriptionResult,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { subscriptionExists, subscriptionQuotaExceeded, sourceNotFound } from '../events/errors.ts'
import type { SourceType } from '../events/catalogue.ts'
import {
  checkCategories,
  checkSources,
  checkSourceType,
  checkTopic,
  describeSubscription,
  requireSubscription,
  subscriptionName,
} from '../events/subscriptions.ts'
import { filtered } from '../filters.ts'
import { required } from '../groups/names.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  deleteSubscription,
  findSubscription,
  listSubscriptions,
  putSubscription,
} from '../rows/event-subscriptions.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

const mostSubscriptions = 20

export const CreateEventSubscription = operation<
  CreateEventSubscriptionMessage,
  CreateEventSubscriptionResult
>({
  authorize: ({ SubscriptionName, Tags }, call) => [
    on(call, 'es', SubscriptionName!, { tags: Tags }),
  ],
  run(input, call) {
    const name = required('SubscriptionName', input.SubscriptionName)
    const topicArn = checkTopic(required('SnsTopicArn', input.SnsTopicArn))
    if (findSubscription(call.db, call, name)) throw subscriptionExists(name)
    if (listSubscriptions(call.db, call).length >= mostSubscriptions) {
      throw subscriptionQuotaExceeded()
    }
    const sourceType = checkSourceType(input.SourceType)
    checkTags(input.Tags)
    const subscription = {
      account: call.account,
      region: call.region,
      name,
      topicArn,
      enabled: input.Enabled ?? true,
      sourceType: sourceType ?? null,
      sourceIds: checkSources(call, input.SourceIds, sourceType),
      categories: checkCategories(input.EventCategories, sourceType),
      createdAt: call.now,
    }
    putSubscription(call.db, subscription)
    putTags(call, arnOf('es', call, name), input.Tags)
    return { EventSubscription: { ...describeSubscription(subscription), Status: 'creating' } }
  },
})

export const ModifyEventSubscription = operation<
  ModifyEventSubscriptionMessage,
  ModifyEventSubscriptionResult
>({
  authorize: ({ SubscriptionName }, call) => [on(call, 'es', subscriptionName(SubscriptionName!))],
  run(input, call) {
    const before = requireSubscription(call, input.SubscriptionName!)
    const sourceType =
      input.SourceType === undefined ? before.sourceType : checkSourceType(input.SourceType)
    const categories =
      input.EventCategories === undefined
        ? before.categories
        : checkCategories(
            input.EventCategories,
            (sourceType ?? undefined) as SourceType | undefined,
          )
    const changed = {
      ...before,
      topicArn: input.SnsTopicArn === undefined ? before.topicArn : checkTopic(input.SnsTopicArn),
      enabled: input.Enabled ?? before.enabled,
      sourceType: sourceType ?? null,
      categories,
      // The sources of another type are no sources any more.
      sourceIds: (sourceType ?? null) === before.sourceType ? before.sourceIds : [],
    }
    putSubscription(call.db, changed)
    return { EventSubscription: { ...describeSubscription(changed), Status: 'modifying' } }
  },
})

export const DeleteEventSubscription = operation<
  DeleteEventSubscriptionMessage,
  DeleteEventSubscriptionResult
>({
  authorize: ({ SubscriptionName }, call) => [on(call, 'es', subscriptionName(SubscriptionName!))],
  run({ SubscriptionName }, call) {
    const subscription = requireSubscription(call, SubscriptionName!)
    deleteSubscription(call.db, subscription)
    deleteTags(call, arnOf('es', call, subscription.name))
    return { EventSubscription: { ...describeSubscription(subscription), Status: 'deleting' } }
  },
})

export const DescribeEventSubscriptions = operation<
  DescribeEventSubscriptionsMessage,
  EventSubscriptionsMessage
>({
  authorize: ({ SubscriptionName }, call) => [
    on(call, 'es', SubscriptionName ? subscriptionName(SubscriptionName) : '*'),
  ],
  run({ SubscriptionName, Filters, ...request }, call) {
    const all = SubscriptionName
      ? [requireSubscription(call, SubscriptionName)]
      : listSubscriptions(call.db, call)
    const { records, Marker } = page(request, filtered(all, Filters, {}), ({ name }) => name)
    return {
      EventSubscriptionsList: records.map(describeSubscription),
      ...(Marker && { Marker }),
    }
  },
})

export const AddSourceIdentifierToSubscription = operation<
  AddSourceIdentifierToSubscriptionMessage,
  AddSourceIdentifierToSubscriptionResult
>({
  authorize: ({ SubscriptionName }, call) => [on(call, 'es', subscriptionName(SubscriptionName!))],
  run({ SubscriptionName, SourceIdentifier }, call) {
    const before = requireSubscription(call, SubscriptionName!)
    const [source] = checkSources(
      call,
      [SourceIdentifier!],
      (before.sourceType ?? undefined) as SourceType | undefined,
    )
    const changed = { ...before, sourceIds: [...new Set([...before.sourceIds, source!])] }
    putSubscription(call.db, changed)
    return { EventSubscription: { ...describeSubscription(changed), Status: 'modifying' } }
  },
})

export const RemoveSourceIdentifierFromSubscription = operation<
  RemoveSourceIdentifierFromSubscriptionMessage,
  RemoveSourceIdentifierFromSubscriptionResult
>({
  authorize: ({ SubscriptionName }, call) => [on(call, 'es', subscriptionName(SubscriptionName!))],
  run({ SubscriptionName, SourceIdentifier }, call) {
    const before = requireSubscription(call, SubscriptionName!)
    const source = SourceIdentifier!.toLowerCase()
    if (!before.sourceIds.includes(source)) throw sourceNotFound(SourceIdentifier!)
    const changed = { ...before, sourceIds: before.sourceIds.filter((id) => id !== source) }
    putSubscription(call.db, changed)
    return { EventSubscription: { ...describeSubscription(changed), Status: 'modifying' } }
  },
})
