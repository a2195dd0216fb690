import type { BucketTags } from '../../ports.ts'
import { findBucket, setBucketTags } from './rows/buckets.ts'
import { checkedTags } from './tags.ts'

/** A bucket has at most this many. */
const most = 50

/** The tags of buckets, for S3's other API. */
export const bucketTags: BucketTags = {
  find(db, name) {
    const bucket = findBucket(db, name)
    if (!bucket) return undefined
    const { account, region, tags, publicAccessBlock } = bucket
    return { account, region, tags, publicAccessBlock }
  },
  set(db, name, tags) {
    const bucket = findBucket(db, name)
    if (!bucket) return
    const pairs = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    setBucketTags(db, bucket, checkedTags(pairs, most))
  },
}
