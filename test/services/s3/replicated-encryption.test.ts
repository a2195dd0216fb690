import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeRole, ruleTo, source, versionedBucket } from './replication-steps.ts'
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
  const { setRules, put, wait, status } = source(t, from, await makeRole(t))
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
