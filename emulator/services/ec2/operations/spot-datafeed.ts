import type {
  CreateSpotDatafeedSubscriptionRequest,
  CreateSpotDatafeedSubscriptionResult,
  DeleteSpotDatafeedSubscriptionRequest,
  DescribeSpotDatafeedSubscriptionRequest,
  DescribeSpotDatafeedSubscriptionResult,
  SpotDatafeedSubscription,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { deleteDatafeed, findDatafeed, putDatafeed } from '../rows/spot-datafeeds.ts'
import { datafeedNotFound } from '../spot/errors.ts'

/** An account has one; nothing is written to the bucket here. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSpotDatafeedSubscription.html */
export const CreateSpotDatafeedSubscription = operation<
  CreateSpotDatafeedSubscriptionRequest,
  CreateSpotDatafeedSubscriptionResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run({ Bucket, Prefix }, call) {
    if (!Bucket) throw missingParameter('Bucket')
    putDatafeed(call, { bucket: Bucket, prefix: Prefix ?? null })
    return { SpotDatafeedSubscription: shown(call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotDatafeedSubscription.html */
export const DescribeSpotDatafeedSubscription = operation<
  DescribeSpotDatafeedSubscriptionRequest,
  DescribeSpotDatafeedSubscriptionResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run: (_input, call) => ({ SpotDatafeedSubscription: shown(call) }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSpotDatafeedSubscription.html */
export const DeleteSpotDatafeedSubscription = operation<DeleteSpotDatafeedSubscriptionRequest, {}>({
  coverage: 'recorded',
  authorize: anyResource,
  run(_input, call) {
    deleteDatafeed(call)
    return {}
  },
})

function shown(call: Call): SpotDatafeedSubscription {
  const row = findDatafeed(call)
  if (!row) throw datafeedNotFound()
  return {
    OwnerId: call.account,
    Bucket: row.bucket,
    ...(row.prefix === null ? {} : { Prefix: row.prefix }),
    State: 'Active',
  }
}
