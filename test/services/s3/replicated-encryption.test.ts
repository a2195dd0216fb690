import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everything, makeRole, ruleTo, source, versionedBucket } from './replication-steps.ts'
import { startS3Test, type S3Test } from './support.ts'

let t: S3Test
beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())

test("a replica of what KMS encrypts is encrypted by the rule's key, in its own region", async () => {
  const region = 'eu-west-1'
  const there = t.client({ region })
  const kms = t.emulator.client(KMSClient, { region })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata!.Arn!
  const [from, to] = [await versionedBucket(t), await versionedBucket(t, there, region)]
  const role = await makeRole(t, [...everything, 'kms:Decrypt', 'kms:Encrypt'])
  const { setRules, put, wait, status } = source(t, from, role)
  await setRules(
    ruleTo(to, {
      SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
      Destination: {
        Bucket: `arn:aws:s3:::${to}`,
        EncryptionConfiguration: { ReplicaKmsKeyID: KeyId },
      },
    }),
  )
  const byKms = { ServerSideEncryption: 'aws:kms' }
  await put('k', byKms)
  await wait()
  const replica = await there.send(new GetObjectCommand({ Bucket: to, Key: 'k' }))
  expect(await replica.Body!.transformToString()).toBe('text of k')
  expect(replica).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId })
  const origin = await t.s3.send(new HeadObjectCommand({ Bucket: from, Key: 'k' }))
  expect(origin.SSEKMSKeyId).toContain(':us-east-1:')
  await kms.send(new DisableKeyCommand({ KeyId }))
  await put('late', byKms)
  await wait()
  expect(await status('late')).toBe('FAILED')
})

test.each(['kms:Decrypt', 'kms:Encrypt'])(
  'a role that may not %s replicates nothing that KMS encrypts, and those who asked are told',
  async (missing) => {
    const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
    const keys = ['kms:Decrypt', 'kms:Encrypt'].filter((action) => action !== missing)
    const { setRules, put, wait, status } = source(
      t,
      from,
      await makeRole(t, [...everything, ...keys]),
    )
    const { KeyMetadata } = await t.emulator.client(KMSClient).send(new CreateKeyCommand({}))
    await setRules(
      ruleTo(to, {
        SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
        Destination: {
          Bucket: `arn:aws:s3:::${to}`,
          EncryptionConfiguration: { ReplicaKmsKeyID: KeyMetadata!.Arn! },
          Metrics: { Status: 'Enabled' },
        },
      }),
    )
    const queue = `arn:aws:sqs:us-east-1:123456789012:${from}`
    await t.s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: from,
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: queue, Events: ['s3:Replication:*'] }],
        },
      }),
    )
    await put('k', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyMetadata!.Arn! })
    await put('plain')
    await wait()
    expect(await status('k')).toBe('FAILED')
    expect(await status('plain')).toBe('COMPLETED')
    const bus = await fetch(`${t.emulator.url}/_pocketcloud/bus?destination=${queue}`)
    const { events } = (await bus.json()) as { events: { body: { Records?: object[] } }[] }
    const told = events.flatMap(({ body }) => body.Records ?? [])
    expect(told).toMatchObject([
      {
        eventVersion: '2.2',
        eventName: 'Replication:OperationFailedReplication',
        s3: { object: { key: 'k' } },
        replicationEventData: {
          destinationBucket: `arn:aws:s3:::${to}`,
          s3Operation: 'OBJECT_PUT',
          failureReason: 'DstKmsKeyNotFound',
        },
      },
    ])
  },
)
