import { CreateBucketCommand, GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import {
  ListTagsForResourceCommand,
  S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startS3Test, virtualHostStyle, type S3Test } from './support.ts'

let t: S3Test
beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())

test('the tags of a bucket are listed, added and taken away one by one', async () => {
  const control = t.emulator.client(S3ControlClient, virtualHostStyle(t.emulator))
  const Bucket = t.bucketName()
  await t.s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { Tags: [{ Key: 'team', Value: 'ml' }] },
    }),
  )
  const resource = { AccountId: '123456789012', ResourceArn: `arn:aws:s3:::${Bucket}` }
  const list = async () => (await control.send(new ListTagsForResourceCommand(resource))).Tags
  expect(await list()).toEqual([{ Key: 'team', Value: 'ml' }])

  const Tags = [
    { Key: 'stage', Value: 'test' },
    { Key: 'team', Value: 'web' },
  ]
  const { $metadata } = await control.send(new TagResourceCommand({ ...resource, Tags }))
  expect($metadata.httpStatusCode).toBe(204)
  expect(await list()).toEqual([
    { Key: 'team', Value: 'web' },
    { Key: 'stage', Value: 'test' },
  ])
  await control.send(new UntagResourceCommand({ ...resource, TagKeys: ['team'] }))
  const { TagSet } = await t.s3.send(new GetBucketTaggingCommand({ Bucket }))
  expect(TagSet).toEqual([{ Key: 'stage', Value: 'test' }])

  const others = { ...resource, ResourceArn: 'arn:aws:s3:::no-such-bucket-here' }
  await expect(control.send(new ListTagsForResourceCommand(others))).rejects.toMatchObject({
    name: 'NoSuchResource',
  })
  const system = new TagResourceCommand({ ...resource, Tags: [{ Key: 'aws:x', Value: 'y' }] })
  await expect(control.send(system)).rejects.toMatchObject({ name: 'InvalidTag' })
})
