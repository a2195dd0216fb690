import type { Call } from '../../operation.ts'
import type { PublicAccessBlock } from '../../ports.ts'
import type { Bucket } from './rows/buckets.ts'

/** What the API calls them. */
export const publicAccessSettings = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

/**
 * The settings that hold for a bucket: the most restrictive combination of its own, its account's and its access point's,
 * where the request comes through one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function publicAccessBlockOf({ db, ports }: Pick<Call, 'db' | 'ports'>, bucket: Bucket) {
  const own = bucket.publicAccessBlock
  const account = ports.accountPublicAccess?.find(db, bucket.account)
  const point = bucket.accessPoint?.publicAccessBlock
  return Object.fromEntries(
    publicAccessSettings.map((setting) => [
      setting,
      own?.[setting] || account?.[setting] || point?.[setting] || false,
    ]),
  ) as unknown as PublicAccessBlock
}
