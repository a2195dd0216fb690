import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())

const inRegion = (region: string) => ({
  CreateBucketConfiguration: { LocationConstraint: region as never },
})
/** A key that is 12 digits is the root of that account. */
const other = { credentials: { accessKeyId: '999988887777', secretAccessKey: 'x' } }

test('CreateBucket in us-east-1 answers the bucket as a path, and again when it exists', async () => {
  const Bucket = t.bucketName()
  const first = await t.s3.send(new CreateBucketCommand({ Bucket }))
  expect(first).toMatchObject({ Location: `/${Bucket}`, BucketArn: `arn:aws:s3:::${Bucket}` })
  expect(await t.s3.send(new CreateBucketCommand({ Bucket }))).toMatchObject({
    Location: `/${Bucket}`,
  })
})

test('CreateBucket in another region needs its location constraint, and refuses to repeat itself', async () => {
  const Bucket = t.bucketName()
  const s3 = t.client({ region: 'eu-west-1' })
  expect(
    await refusal(s3.send(new CreateBucketCommand({ Bucket, ...inRegion('us-west-2') }))),
  ).toMatchObject({
    code: 'IllegalLocationConstraintException',
    message:
      'The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.',
  })
  expect(
    await s3.send(new CreateBucketCommand({ Bucket, ...inRegion('eu-west-1') })),
  ).toMatchObject({
    Location: `http://${Bucket}.s3.amazonaws.com/`,
  })
  expect(
    await refusal(s3.send(new CreateBucketCommand({ Bucket, ...inRegion('eu-west-1') }))),
  ).toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
    status: 409,
    error: { BucketName: Bucket },
  })
})

test('us-east-1 makes buckets in other regions, but takes no constraint for itself', async () => {
  const Bucket = t.bucketName()
  expect(
    await refusal(t.s3.send(new CreateBucketCommand({ Bucket, ...inRegion('us-east-1') }))),
  ).toMatchObject({
    code: 'InvalidLocationConstraint',
    error: { LocationConstraint: 'us-east-1' },
  })
  expect(
    await refusal(t.s3.send(new CreateBucketCommand({ Bucket, ...inRegion('mars-1') }))),
  ).toMatchObject({
    code: 'InvalidLocationConstraint',
    message: 'The specified location-constraint is not valid',
  })
  await t.s3.send(new CreateBucketCommand({ Bucket, ...inRegion('EU') }))
  // The old name of Europe is what the bucket says, and eu-west-1 where it is.
  expect(await t.s3.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({
    LocationConstraint: 'EU',
  })
  const inEurope = t.client({ region: 'eu-west-1' })
  expect(await inEurope.send(new HeadBucketCommand({ Bucket }))).toMatchObject({
    BucketRegion: 'eu-west-1',
  })
})

test('GetBucketLocation answers nothing for us-east-1', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  const location = await t.s3.send(new GetBucketLocationCommand({ Bucket }))
  expect(location.LocationConstraint).toBeFalsy()
})

test('a bucket name of another account is taken', async () => {
  const Bucket = t.bucketName()
  await t.client(other).send(new CreateBucketCommand({ Bucket }))
  expect(await refusal(t.s3.send(new CreateBucketCommand({ Bucket })))).toMatchObject({
    code: 'BucketAlreadyExists',
    status: 409,
    message: expect.stringContaining('Please select a different name and try again.'),
  })
})

test.each([
  'ab',
  'Upper',
  'under_score',
  'two..dots',
  '-dash',
  'dash-',
  '10.0.0.1',
  'a'.repeat(64),
  'xn--a',
  'x-s3alias',
])('CreateBucket refuses the name %s', async (Bucket) => {
  expect(await refusal(t.s3.send(new CreateBucketCommand({ Bucket })))).toMatchObject({
    code: 'InvalidBucketName',
    status: 400,
    message: 'The specified bucket is not valid.',
    error: { BucketName: Bucket },
  })
})

test('a bucket of another region is answered with a redirect to it', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket, ...inRegion('eu-central-1') }))
  const refused = await refusal(t.s3.send(new ListObjectsV2Command({ Bucket })))
  expect(refused).toMatchObject({ code: 'PermanentRedirect', status: 301, error: { Bucket } })
  const head = await refusal(t.s3.send(new HeadBucketCommand({ Bucket })))
  expect(head.status).toBe(301)
  expect(head.error.$response?.headers['x-amz-bucket-region']).toBe('eu-central-1')
  const following = t.client({ followRegionRedirects: true })
  expect(await following.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({ KeyCount: 0 })
})

test('HeadBucket names the region, and a bucket that is not there is a 404 without a body', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  expect(await t.s3.send(new HeadBucketCommand({ Bucket }))).toMatchObject({
    BucketRegion: 'us-east-1',
    AccessPointAlias: false,
  })
  expect(await refusal(t.s3.send(new HeadBucketCommand({ Bucket: t.bucketName() })))).toMatchObject(
    {
      code: 'NotFound',
      status: 404,
    },
  )
})

test('operations on a bucket that does not exist say so', async () => {
  expect(
    await refusal(t.s3.send(new ListObjectsV2Command({ Bucket: 'no-such-bucket-here' }))),
  ).toMatchObject({
    code: 'NoSuchBucket',
    status: 404,
    message: 'The specified bucket does not exist',
    error: { BucketName: 'no-such-bucket-here' },
  })
})

test('DeleteBucket refuses a bucket that still has objects', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k' }))
  expect(await refusal(t.s3.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
    code: 'BucketNotEmpty',
    status: 409,
    message: 'The bucket you tried to delete is not empty',
    error: { BucketName: Bucket },
  })
})

test('DeleteBucket frees the name', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new DeleteBucketCommand({ Bucket }))
  expect(await refusal(t.s3.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchBucket',
  })
  await t.client(other).send(new CreateBucketCommand({ Bucket }))
})

test('ListBuckets pages by name, and filters by prefix and region', async () => {
  const credentials = { accessKeyId: '111122223333', secretAccessKey: 'x' }
  const s3 = t.client({ credentials })
  for (const name of ['list-b', 'list-a', 'other-c'])
    await s3.send(new CreateBucketCommand({ Bucket: name }))
  await s3.send(new CreateBucketCommand({ Bucket: 'list-eu', ...inRegion('eu-west-1') }))
  const names = async (input: object) =>
    (await s3.send(new ListBucketsCommand(input))).Buckets?.map(({ Name }) => Name)
  expect(await names({})).toEqual(['list-a', 'list-b', 'list-eu', 'other-c'])
  expect(await names({ Prefix: 'list-' })).toEqual(['list-a', 'list-b', 'list-eu'])
  const inEurope = t.client({ credentials, region: 'eu-west-1' })
  const european = new ListBucketsCommand({ BucketRegion: 'eu-west-1' })
  expect((await inEurope.send(european)).Buckets).toMatchObject([{ Name: 'list-eu' }])
  // Which buckets a region has, only its own endpoint says.
  expect(await refusal(s3.send(european))).toMatchObject({
    code: 'InvalidArgument',
    message:
      'Requests with bucket-region specified must be made to the corresponding regional endpoint',
    error: { ArgumentName: 'bucket-region' },
  })
  const page = await s3.send(new ListBucketsCommand({ MaxBuckets: 3 }))
  expect(page.Buckets).toHaveLength(3)
  expect(page.Buckets?.[0]).toMatchObject({
    BucketRegion: 'us-east-1',
    CreationDate: expect.any(Date),
  })
  expect(page.Owner?.ID).toMatch(/^[0-9a-f]{64}$/)
  expect(await names({ MaxBuckets: 3, ContinuationToken: page.ContinuationToken })).toEqual([
    'other-c',
  ])
  expect(await refusal(s3.send(new ListBucketsCommand({ MaxBuckets: 10_001 })))).toMatchObject({
    code: 'InvalidArgument',
  })
})

test('ExpectedBucketOwner keeps a request from the wrong account', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: '123456789012' }))
  expect(
    await refusal(
      t.s3.send(new ListObjectsV2Command({ Bucket, ExpectedBucketOwner: '999988887777' })),
    ),
  ).toMatchObject({ code: 'AccessDenied', status: 403 })
})

test('CreateBucket refuses an ACL while ACLs are disabled, and a public one in any case', async () => {
  const create = (input: object) =>
    refusal(t.s3.send(new CreateBucketCommand({ Bucket: t.bucketName(), ...input })))
  expect(await create({ ACL: 'public-read' })).toMatchObject({
    code: 'InvalidBucketAclWithObjectOwnership',
    status: 400,
  })
  expect(await create({ ACL: 'public-read', ObjectOwnership: 'ObjectWriter' })).toMatchObject({
    code: 'InvalidBucketAclWithBlockPublicAccessError',
  })
  await t.s3.send(new CreateBucketCommand({ Bucket: t.bucketName(), ACL: 'private' }))
})
