import type {
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration,
  PutBucketNotificationConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import {
  notificationsOf,
  readNotifications,
  shownNotifications,
} from '../notifications/configuration.ts'
import { sendTestEvent } from '../notifications/notify.ts'
import { deleteConfiguration, putConfiguration } from '../rows/bucket-configurations.ts'

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 *
 * The configuration replaces the one before; an empty one ends all notifications.
 */
export const PutBucketNotificationConfiguration = operation<
  PutBucketNotificationConfigurationRequest,
  {}
>({
  authorize: (input, call) => [onBucket('s3:PutBucketNotification', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const wanted = readNotifications(input.NotificationConfiguration ?? {}, bucket, call)
    const before = new Set(notificationsOf(call.db, bucket)?.destinations.map(({ arn }) => arn))
    if (wanted.destinations.length === 0 && !wanted.eventBridge) {
      deleteConfiguration(call.db, bucket, 'notifications')
      return {}
    }
    putConfiguration(call.db, bucket, 'notifications', wanted)
    for (const destination of wanted.destinations) {
      if (!before.has(destination.arn)) sendTestEvent(call, bucket, destination)
    }
    return {}
  },
})

export const GetBucketNotificationConfiguration = operation<
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration
>({
  authorize: (input, call) => [onBucket('s3:GetBucketNotification', input, call)],
  run(input, call) {
    const found = notificationsOf(call.db, requireBucket(input, call))
    return found ? shownNotifications(found) : {}
  },
})
