import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  type LifecycleRule,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

interface Sent {
  readonly sequence: number
  readonly time: string
  readonly destination: string
  readonly body: {
    readonly Event?: string
    readonly Bucket?: string
    readonly 'detail-type'?: string
    readonly detail?: Record<string, unknown>
    readonly Records?: readonly {
      readonly eventName: string
      readonly s3: { readonly object: Record<string, unknown>; readonly configurationId: string }
    }[]
  }
}

let t: S3Test
let Bucket: string
const queue = 'arn:aws:sqs:us-east-1:123456789012:uploads'
const topic = 'arn:aws:sns:us-east-1:123456789012:removals'

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})

const configure = (NotificationConfiguration: NotificationConfiguration) =>
  t.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }))
const put = (Key: string) => t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }))
const toQueue = (more: object = {}): NotificationConfiguration => ({
  QueueConfigurations: [
    { Id: 'uploads', QueueArn: queue, Events: ['s3:ObjectCreated:*'], ...more },
  ],
})

/** What the bus has of this test's bucket, without test events. */
async function sent(): Promise<Sent[]> {
  const response = await fetch(`${t.emulator.url}/_pocketcloud/bus?source=aws.s3`)
  const { events } = (await response.json()) as { events: Sent[] }
  return events.filter(({ body }) => JSON.stringify(body).includes(`"${Bucket}"`))
}
const records = async () =>
  (await sent())
    .flatMap(({ body }) => body.Records ?? [])
    .map(({ eventName, s3 }) => ({
      eventName,
      ...s3.object,
    }))

test('a new destination gets a test event, and one that was there does not get another', async () => {
  await configure(toQueue())
  await configure(toQueue({ Events: ['s3:ObjectCreated:Put'] }))
  expect((await sent()).map(({ destination, body }) => [destination, body.Event])).toEqual([
    [queue, 's3:TestEvent'],
  ])
})

test('writes are told of in the form of AWS, keys encoded as in a form', async () => {
  await configure(toQueue())
  const { ETag } = await put('a b/ü.txt')
  const [, event] = await sent()
  expect(event).toMatchObject({
    destination: queue,
    body: {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventName: 'ObjectCreated:Put',
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'uploads',
            bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
            object: { key: 'a+b/%C3%BC.txt', size: 5, eTag: ETag!.replaceAll('"', '') },
          },
        },
      ],
    },
  })
})

test('each destination hears of its events and keys, in order', async () => {
  await t.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  )
  const FilterRules = [
    { Name: 'prefix' as const, Value: 'in/' },
    { Name: 'suffix' as const, Value: '.jpg' },
  ]
  await configure({
    ...toQueue({ Filter: { Key: { FilterRules } } }),
    TopicConfigurations: [
      { TopicArn: topic, Events: ['s3:ObjectRemoved:*', 's3:ObjectTagging:Put'] },
    ],
  })
  await put('in/a.png')
  const { VersionId } = await put('in/a.jpg')
  await t.s3.send(
    new CopyObjectCommand({ Bucket, Key: 'in/b.jpg', CopySource: `${Bucket}/in/a.jpg` }),
  )
  const Key = 'in/a.jpg'
  await t.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }))
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key }))
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
  const told = await records()
  expect(
    told.map(({ eventName, ...object }) => [eventName, (object as { key?: string }).key]),
  ).toEqual([
    ['ObjectCreated:Put', 'in/a.jpg'],
    ['ObjectCreated:Copy', 'in/b.jpg'],
    ['ObjectTagging:Put', 'in/a.jpg'],
    ['ObjectRemoved:DeleteMarkerCreated', 'in/a.jpg'],
    ['ObjectRemoved:Delete', 'in/a.jpg'],
  ])
  expect(told.at(-1)).toMatchObject({ versionId: VersionId })
})

test('EventBridge hears of everything', async () => {
  await configure({ EventBridgeConfiguration: {} })
  await put('k')
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  const events = await sent()
  expect(events.map(({ body }) => body['detail-type'])).toEqual([
    'Object Created',
    'Object Deleted',
  ])
  expect(events[1]).toMatchObject({
    destination: 'arn:aws:events:us-east-1:123456789012:event-bus/default',
    body: {
      source: 'aws.s3',
      detail: { bucket: { name: Bucket }, 'deletion-type': 'Permanently Deleted' },
    },
  })
})

test('what S3 does by itself is told of, too', async () => {
  const Status = 'Enabled' as const
  const Rules: LifecycleRule[] = [
    { ID: 'x', Status, Filter: { Prefix: 'short' }, Expiration: { Days: 1 } },
  ]
  await t.s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
  )
  await configure(toQueue({ Events: ['s3:LifecycleExpiration:*', 's3:ObjectRestore:*'] }))
  await put('short')
  const Key = 'frozen'
  await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', StorageClass: 'GLACIER' }))
  await t.s3.send(new RestoreObjectCommand({ Bucket, Key, RestoreRequest: { Days: 1 } }))
  await t.emulator.advance(4 * 86_400_000)
  const told = (await records()).map(({ eventName, ...object }) => [eventName, object])
  expect(told).toEqual([
    ['ObjectRestore:Post', expect.objectContaining({ key: Key })],
    ['ObjectRestore:Completed', expect.objectContaining({ key: Key })],
    expect.anything(),
    expect.anything(),
  ])
  // Both are due at a midnight, maybe the same.
  expect(new Set(told.slice(2).map(([name]) => name))).toEqual(
    new Set(['LifecycleExpiration:Delete', 'ObjectRestore:Delete']),
  )
})

test('a write that is refused is not told of', async () => {
  await configure(toQueue())
  await put('once')
  const again = new PutObjectCommand({ Bucket, Key: 'once', Body: 'x', IfNoneMatch: '*' })
  await refusal(t.s3.send(again))
  expect(await records()).toHaveLength(1)
})

test('the configuration is answered as it was put, and an empty one ends it', async () => {
  const FilterRules = [{ Name: 'prefix' as const, Value: 'in/' }]
  await configure(toQueue({ Filter: { Key: { FilterRules } } }))
  const get = () => t.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  expect((await get()).QueueConfigurations).toEqual([
    {
      Id: 'uploads',
      QueueArn: queue,
      Events: ['s3:ObjectCreated:*'],
      Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'in/' }] } },
    },
  ])
  await configure({})
  expect((await get()).QueueConfigurations).toBeUndefined()
  await put('silent')
  expect(await records()).toEqual([])
})

test('what cannot be delivered or is ambiguous is refused', async () => {
  const two = (first: object, second: object): NotificationConfiguration => ({
    QueueConfigurations: [
      { Id: '1', QueueArn: queue, Events: ['s3:ObjectCreated:*'], ...first },
      { Id: '2', QueueArn: queue, Events: ['s3:ObjectCreated:Put'], ...second },
    ],
  })
  const key = (...FilterRules: object[]) => ({ Filter: { Key: { FilterRules } } })
  const cases: [NotificationConfiguration, string][] = [
    [toQueue({ QueueArn: 'uploads' }), 'ARN'],
    [toQueue({ QueueArn: queue.replace('us-east-1', 'eu-west-1') }), 'region'],
    [toQueue({ Events: ['s3:ObjectDreamt:*'] }), 'event'],
    [toQueue(key({ Name: 'middle', Value: 'x' })), 'prefix or suffix'],
    [toQueue(key({ Name: 'prefix', Value: 'x' }, { Name: 'prefix', Value: 'y' })), 'more than one'],
    [two({}, {}), 'ambiguously'],
    [two(key({ Name: 'prefix', Value: 'a' }), key({ Name: 'prefix', Value: 'ab' })), 'ambiguously'],
    [two({}, { Id: '1', Events: ['s3:ObjectRemoved:*'] }), 'unique'],
  ]
  for (const [configuration, words] of cases) {
    const refused = await refusal(configure(configuration))
    expect(refused).toMatchObject({ code: 'InvalidArgument', status: 400 })
    expect(refused.message).toContain(words)
  }
  await configure(two(key({ Name: 'prefix', Value: 'a' }), key({ Name: 'prefix', Value: 'b' })))
})
