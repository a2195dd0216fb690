import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import type { S3Test } from './support.ts'

export const day = 24 * 3600 * 1000

/** The midnight at which a rule's days are over, counted from a moment. */
export const midnightAfter = (time: number, days: number) => Math.ceil(time / day + days) * day

/** Large enough for rules to move it. */
export const large = Buffer.alloc(128 * 1024, 'x')

/** A bucket with rules, and what tests do with it. */
export async function bucketWithRules(
  t: S3Test,
  Rules: LifecycleRule[],
  versioning?: 'Enabled' | 'Suspended',
) {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  if (versioning) {
    const VersioningConfiguration = { Status: versioning }
    await t.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  }
  const setRules = (Rules: LifecycleRule[], more: object = {}) =>
    t.s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules },
        ...more,
      }),
    )
  await setRules(Rules)
  return {
    Bucket,
    setRules,
    put: (Key: string, Body: string | Buffer = large, more: object = {}) =>
      t.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    head: (Key: string, VersionId?: string) =>
      t.s3.send(new HeadObjectCommand({ Bucket, Key, VersionId })),
    storageClass: async (Key: string, VersionId?: string) =>
      (await t.s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }))).StorageClass ??
      'STANDARD',
    /** All versions and markers, as `key class` or `key marker`, the newest of a key first. */
    versions: async () => {
      const { Versions = [], DeleteMarkers = [] } = await t.s3.send(
        new ListObjectVersionsCommand({ Bucket }),
      )
      return [
        ...Versions.map(({ Key, StorageClass }) => `${Key} ${StorageClass}`),
        ...DeleteMarkers.map(({ Key }) => `${Key} marker`),
      ]
    },
  }
}
