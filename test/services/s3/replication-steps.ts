import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import type { S3Test } from './support.ts'

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  })

/** What a replication role is usually given. */
export const everything = [
  's3:GetObjectVersionForReplication',
  's3:GetObjectVersionAcl',
  's3:GetObjectVersionTagging',
  's3:ReplicateObject',
  's3:ReplicateDelete',
  's3:ReplicateTags',
  's3:ObjectOwnerOverrideToBucketOwner',
]

let roles = 0

/** A role with these permissions on all buckets. @returns its ARN */
export async function makeRole(
  t: S3Test,
  actions: readonly string[] = everything,
  service = 's3.amazonaws.com',
): Promise<string> {
  const iam = t.emulator.client(IAMClient)
  const RoleName = `replication-${++roles}`
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(service) }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'replicate',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
      }),
    }),
  )
  return Role!.Arn!
}

export async function versionedBucket(t: S3Test, client = t.s3, region?: string): Promise<string> {
  const Bucket = t.bucketName()
  await client.send(
    new CreateBucketCommand({
      Bucket,
      ...(region && { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } }),
    }),
  )
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  return Bucket
}

export const arnOf = (bucket: string) => `arn:aws:s3:::${bucket}`

/** A rule of the new form. */
export const ruleTo = (bucket: string, more: Partial<ReplicationRule> = {}): ReplicationRule => ({
  Status: 'Enabled',
  Priority: 1,
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Disabled' },
  ...more,
  Destination: { ...more.Destination, Bucket: arnOf(bucket) },
})

/** What tests do with a bucket that is replicated. */
export function source(t: S3Test, Bucket: string, Role: string) {
  const head = (bucket: string, Key: string, VersionId?: string, client = t.s3) =>
    client.send(new HeadObjectCommand({ Bucket: bucket, Key, VersionId }))
  return {
    head,
    setRules: (...Rules: ReplicationRule[]) =>
      t.s3.send(
        new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role, Rules } }),
      ),
    put: async (Key: string, more: object = {}) =>
      (await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: `text of ${Key}`, ...more })))
        .VersionId!,
    status: async (Key: string) => (await head(Bucket, Key)).ReplicationStatus,
    /** Long enough for everything under way. */
    wait: () => t.emulator.advance(60_000),
    exists: (bucket: string, Key: string, client = t.s3) =>
      head(bucket, Key, undefined, client).then(
        () => true,
        () => false,
      ),
  }
}
