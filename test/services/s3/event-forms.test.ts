import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startS3Test, type S3Test } from './support.ts'

interface Told {
  readonly body: {
    readonly 'detail-type'?: string
    readonly detail?: { readonly object: { readonly key: string } }
    readonly Records?: readonly {
      readonly eventName: string
      readonly s3: { readonly object: { readonly key: string } }
    }[]
  }
}

const Bucket = 'events'
const queue = 'arn:aws:sqs:us-east-1:123456789012:all'
const emptyETag = 'd41d8cd98f00b204e9800998ecf8427e'

let t: S3Test
let told: readonly Told[]
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    }),
  )
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await t.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  await t.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        EventBridgeConfiguration: {},
        QueueConfigurations: [
          {
            QueueArn: queue,
            Events: [
              's3:ObjectCreated:*',
              's3:ObjectRemoved:*',
              's3:ObjectRestore:*',
              's3:ObjectTagging:*',
              's3:ObjectAcl:Put',
              's3:LifecycleTransition',
              's3:LifecycleExpiration:*',
            ],
          },
        ],
      },
    }),
  )
  const rule = { Status: 'Enabled' as const }
  await t.s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      // Small objects go to the archives, too.
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
      LifecycleConfiguration: {
        Rules: [
          {
            ...rule,
            ID: 'move',
            Filter: { Prefix: 'moved' },
            Transitions: [{ Days: 0, StorageClass: 'GLACIER' }],
          },
          { ...rule, ID: 'end', Filter: { Prefix: 'ended' }, Expiration: { Days: 1 } },
        ],
      },
    }),
  )
  const put = (Key: string, more: object = {}) =>
    t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'bytes', ...more }))
  const Key = 'changed'
  await put(Key)
  const TagSet = [{ Key: 'a', Value: 'b' }]
  await t.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }))
  await t.s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }))
  await t.s3
    .send(new PutObjectAclCommand({ Bucket, Key, ACL: 'authenticated-read' }))
    .catch(() => {})
  await t.s3.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'bucket-owner-read' }))
  const { VersionId } = await t.s3.send(new DeleteObjectCommand({ Bucket, Key }))
  const Objects = [{ Key, VersionId }]
  await t.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  await put('moved')
  await put('ended')
  await put('frozen', { StorageClass: 'GLACIER' })
  const RestoreRequest = { Days: 1 }
  await t.s3.send(new RestoreObjectCommand({ Bucket, Key: 'frozen', RestoreRequest }))
  await t.emulator.advance(4 * 86_400_000)
  const bus = await fetch(`${t.emulator.url}/_pocketcloud/bus?source=aws.s3`)
  told = ((await bus.json()) as { events: Told[] }).events
})
afterAll(() => t.emulator.close())

const record = (name: string, key: string) =>
  told
    .flatMap(({ body }) => body.Records ?? [])
    .find(({ eventName, s3 }) => eventName === name && s3.object.key === key)
const bridged = (type: string, key: string) =>
  told.find(({ body }) => body['detail-type'] === type && body.detail!.object.key === key)?.body
    .detail

test.each([
  ['ObjectCreated:Put', 'changed', '2.1', { size: 5, sequencer: expect.any(String) }],
  ['ObjectTagging:Put', 'changed', '2.3', { sequencer: undefined }],
  ['ObjectTagging:Delete', 'changed', '2.3', { sequencer: undefined }],
  ['ObjectAcl:Put', 'changed', '2.3', { sequencer: undefined }],
  ['ObjectRemoved:DeleteMarkerCreated', 'changed', '2.1', { eTag: emptyETag }],
  ['ObjectRemoved:Delete', 'changed', '2.1', { sequencer: expect.any(String) }],
  ['LifecycleTransition', 'moved', '2.3', { size: 5 }],
  ['LifecycleExpiration:DeleteMarkerCreated', 'ended', '2.3', { eTag: emptyETag }],
  ['ObjectRestore:Post', 'frozen', '2.1', { size: 5, sequencer: expect.any(String) }],
  ['ObjectRestore:Completed', 'frozen', '2.1', { size: 5 }],
  ['ObjectRestore:Delete', 'frozen', '2.3', { size: 5 }],
])('%s of %s has its version and fields', (name, key, eventVersion, object) => {
  const found = record(name, key)
  expect(found).toMatchObject({
    eventVersion,
    eventSource: 'aws:s3',
    responseElements: { 'x-amz-request-id': expect.any(String) },
  })
  expect(found!.s3.object).toEqual(expect.objectContaining({ key, versionId: expect.any(String) }))
  for (const [member, value] of Object.entries(object)) {
    expect(found!.s3.object[member as 'key']).toEqual(value)
  }
})

test('what only some kinds have comes with them', () => {
  expect(record('LifecycleTransition', 'moved')).toMatchObject({
    lifecycleEventData: { transitionEventData: { destinationStorageClass: 'GLACIER' } },
  })
  expect(record('ObjectRestore:Completed', 'frozen')).toMatchObject({
    userIdentity: { principalId: expect.stringMatching(/^AmazonCustomer:/) },
    glacierEventData: {
      restoreEventData: {
        lifecycleRestorationExpiryTime: expect.stringMatching(/T00:00:00.000Z$/),
        lifecycleRestoreStorageClass: 'GLACIER',
      },
    },
  })
})

test.each([
  ['Object Created', 'changed', { reason: 'PutObject' }],
  ['Object Tags Added', 'changed', {}],
  ['Object Tags Deleted', 'changed', {}],
  ['Object ACL Updated', 'changed', {}],
  [
    'Object Deleted',
    'changed',
    { reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
  ],
  [
    'Object Deleted',
    'ended',
    {
      reason: 'Lifecycle Expiration',
      requester: 's3.amazonaws.com',
      'deletion-type': 'Delete Marker Created',
    },
  ],
  ['Object Storage Class Changed', 'moved', { 'destination-storage-class': 'GLACIER' }],
  ['Object Restore Initiated', 'frozen', { 'source-storage-class': 'GLACIER' }],
  [
    'Object Restore Completed',
    'frozen',
    {
      'source-storage-class': 'GLACIER',
      'restore-expiry-time': expect.stringMatching(/T00:00:00Z$/),
    },
  ],
  ['Object Restore Expired', 'frozen', {}],
])('EventBridge hears of %s of %s', (type, key, detail) => {
  expect(bridged(type, key)).toMatchObject({
    version: '0',
    bucket: { name: Bucket },
    object: { key, 'version-id': expect.any(String) },
    'request-id': expect.any(String),
    ...detail,
  })
})
