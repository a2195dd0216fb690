import type { ServerSideEncryptionRule } from '@aws-sdk/client-s3'
import type { Database } from '../../../store/database.ts'
import { findConfiguration } from '../rows/bucket-configurations.ts'
import type { Bucket } from '../rows/buckets.ts'

/** How a bucket encrypts what says nothing of it: with SSE-S3, unless something else was put. */
export const bucketDefault = (db: Database, bucket: Bucket): ServerSideEncryptionRule =>
  findConfiguration<ServerSideEncryptionRule>(db, bucket, 'encryption') ?? {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BucketKeyEnabled: false,
  }
