import {
  CreateBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'tagged-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const TagSet = [
  { Key: 'team', Value: 'blue + white' },
  { Key: 'empty', Value: '' },
]

test('an object keeps the tags it was written with until they are replaced or removed', async () => {
  const Key = 'k'
  await t.s3.send(new PutObjectCommand({ Bucket, Key, Tagging: 'a=1&b=two%20words' }))
  const tags = async () => (await t.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet
  expect(await tags()).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: 'two words' },
  ])
  await t.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }))
  expect(await tags()).toEqual(TagSet)
  expect(await t.s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ TagCount: 2 })
  await t.s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }))
  expect(await tags()).toEqual([])
})

test('tags of an object that is not there are not there', async () => {
  expect(
    await refusal(t.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'none' }))),
  ).toMatchObject({ code: 'NoSuchKey' })
})

test('a bucket without tags says so', async () => {
  expect(await refusal(t.s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchTagSet',
    status: 404,
    message: 'The TagSet does not exist',
  })
  await t.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
  expect((await t.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet)
  await t.s3.send(new DeleteBucketTaggingCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetBucketTaggingCommand({ Bucket })))).toMatchObject({
    status: 404,
  })
})

test.each([
  [[{ Key: 'aws:x', Value: '1' }], 'InvalidTag'],
  [
    [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ],
    'InvalidTag',
  ],
  [[{ Key: 'a', Value: 'x'.repeat(257) }], 'InvalidTag'],
  [[{ Key: 'semi;colon', Value: '' }], 'InvalidTag'],
])('tags %j are refused', async (TagSet, code) => {
  expect(
    await refusal(t.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))),
  ).toMatchObject({ code, status: 400 })
})
