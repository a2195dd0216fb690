import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

// Answers of AWS that its documentation leaves open, as they were recorded of AWS by other people's suites.

let t: S3Test
const Bucket = 'recorded-answers'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const put = (Key: string, more: object = {}) =>
  t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body', ...more }))

describe('conditional writes', () => {
  test('take If-None-Match of anything alone, and If-Match of an ETag alone', async () => {
    await put('conditions')
    const cases: [object, string, string][] = [
      [{ IfNoneMatch: '"etag"' }, 'If-None-Match', "We don't accept the provided value"],
      [{ IfMatch: '*' }, 'If-Match', "We don't accept the provided value"],
      [{ IfMatch: '"etag"', IfNoneMatch: '*' }, 'If-Match,If-None-Match', 'Multiple conditional'],
    ]
    for (const [conditions, Header, why] of cases) {
      const { code, status, error } = await refusal(put('conditions', conditions))
      expect([code, status, error['Header']]).toEqual(['NotImplemented', 501, Header])
      expect(error['additionalMessage']).toContain(why)
    }
  })

  test('by an upload conflict with what happened to the key since it began', async () => {
    const upload = async (Key: string) => {
      const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
      const { ETag } = await t.s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'part' }),
      )
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
      return (conditions: object) =>
        t.s3.send(
          new CompleteMultipartUploadCommand({
            Bucket,
            Key,
            UploadId,
            MultipartUpload,
            ...conditions,
          }),
        )
    }
    const { ETag: before } = await put('raced')
    const complete = await upload('raced')
    const { ETag: during } = await put('raced', { Body: 'meanwhile' })
    expect((await refusal(complete({ IfMatch: before }))).code).toBe('PreconditionFailed')
    expect(await refusal(complete({ IfMatch: during }))).toMatchObject({
      code: 'ConditionalRequestConflict',
      status: 409,
      error: { Condition: 'If-Match', Key: 'raced' },
    })
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'raced' }))
    expect((await refusal(complete({ IfMatch: during }))).code).toBe('NoSuchKey')
    expect((await refusal(complete({ IfNoneMatch: '*' }))).code).toBe('ConditionalRequestConflict')
    expect((await (await upload('raced'))({ IfNoneMatch: '*' })).ETag).toMatch(/-1"$/)
  })
})

describe('deletions', () => {
  test('with conditions of directory buckets are not implemented, and no part of a list', async () => {
    await put('kept')
    const remove = (more: object) =>
      refusal(t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'kept', ...more })))
    expect(await remove({ IfMatchSize: 4 })).toMatchObject({
      code: 'NotImplemented',
      error: { Header: 'x-amz-if-match-size' },
    })
    expect(await remove({ IfMatchSize: 4, IfMatchLastModifiedTime: new Date(0) })).toMatchObject({
      error: { Header: 'x-amz-if-match-last-modified-time' },
    })
    const Delete = { Objects: [{ Key: 'kept', Size: 4 }] }
    expect(await refusal(t.s3.send(new DeleteObjectsCommand({ Bucket, Delete })))).toMatchObject({
      code: 'MalformedXML',
    })
  })

  test('bypass no governance where there is no object lock', async () => {
    for (const BypassGovernanceRetention of [true, false]) {
      const call = new DeleteObjectCommand({ Bucket, Key: 'kept', BypassGovernanceRetention })
      expect(await refusal(t.s3.send(call))).toMatchObject({
        code: 'InvalidArgument',
        message:
          'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
      })
    }
  })

  test('of a version that never was are refused one by one, and listed among the errors of many', async () => {
    const VersionId = 'HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD'
    const one = new DeleteObjectCommand({ Bucket, Key: 'kept', VersionId })
    expect((await refusal(t.s3.send(one))).message).toBe('Invalid version id specified')
    const Delete = { Objects: [{ Key: 'kept', VersionId }] }
    const { Errors } = await t.s3.send(new DeleteObjectsCommand({ Bucket, Delete }))
    expect(Errors).toEqual([
      {
        Key: 'kept',
        VersionId,
        Code: 'NoSuchVersion',
        Message: 'The specified version does not exist.',
      },
    ])
  })
})

describe('tags', () => {
  test('of a header may be empty here and there, but not have two equals signs', async () => {
    await put('tagged', { Tagging: 'one&&&two=2' })
    const { TagSet } = await t.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'tagged' }))
    expect(TagSet).toEqual([
      { Key: 'one', Value: '' },
      { Key: 'two', Value: '2' },
    ])
    expect((await refusal(put('tagged', { Tagging: 'a=b=c' }))).code).toBe('InvalidArgument')
  })

  test('of a reserved name are refused in words of their own', async () => {
    const TagSet = [{ Key: 'aws:x', Value: 'y' }]
    const object = new PutObjectTaggingCommand({ Bucket, Key: 'tagged', Tagging: { TagSet } })
    expect((await refusal(t.s3.send(object))).message).toBe(
      'Your TagKey cannot be prefixed with aws:',
    )
    const bucket = new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })
    expect((await refusal(t.s3.send(bucket))).message).toBe(
      'System tags cannot be added/updated by requester',
    )
    const made = new CreateBucketCommand({
      Bucket: 'tagged-bucket',
      CreateBucketConfiguration: { Tags: TagSet },
    })
    expect((await refusal(t.s3.send(made))).message).toContain('can\'t start with "aws:"')
  })

  test('and lists of a key whose newest version is a delete marker are not there to be changed', async () => {
    const versioned = t.bucketName()
    await t.s3.send(new CreateBucketCommand({ Bucket: versioned, ObjectOwnership: 'ObjectWriter' }))
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await t.s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }))
    const where = { Bucket: versioned, Key: 'gone' }
    await t.s3.send(new DeleteObjectCommand(where))
    const refused = [
      () => t.s3.send(new GetObjectTaggingCommand(where)),
      () => t.s3.send(new PutObjectTaggingCommand({ ...where, Tagging: { TagSet: [] } })),
      () => t.s3.send(new PutObjectAclCommand({ ...where, ACL: 'private' })),
    ]
    for (const call of refused) {
      expect(await refusal(call())).toMatchObject({
        code: 'MethodNotAllowed',
        error: { ResourceType: 'DeleteMarker' },
      })
    }
  })
})

test('an upload that names no checksum gets CRC64NVME, whatever its parts came with', async () => {
  const where = { Bucket, Key: 'mixed' }
  const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand(where))
  const part = new UploadPartCommand({
    ...where,
    UploadId,
    PartNumber: 1,
    Body: 'test',
    ChecksumAlgorithm: 'SHA256',
  })
  const { ETag, ChecksumSHA256 } = await t.s3.send(part)
  expect(ChecksumSHA256).toBeDefined()
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const complete = new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload })
  const wanted = { ChecksumCRC64NVME: '+bu+zv66sUM=', ChecksumType: 'FULL_OBJECT' }
  expect(await t.s3.send(complete)).toMatchObject(wanted)
  expect(
    await t.s3.send(new HeadObjectCommand({ ...where, ChecksumMode: 'ENABLED' })),
  ).toMatchObject(wanted)
})

test('parts of a composite checksum are read with their own, and listed where the object has it', async () => {
  const where = { Bucket, Key: 'composite' }
  const ChecksumAlgorithm = 'SHA256' as const
  const { UploadId } = await t.s3.send(
    new CreateMultipartUploadCommand({ ...where, ChecksumAlgorithm }),
  )
  const Parts = []
  for (const [PartNumber, Body] of [
    [1, Buffer.alloc(5 * 1024 ** 2, 'a')],
    [2, 'end'],
  ] as const) {
    const part = { ...where, UploadId, PartNumber, Body, ChecksumAlgorithm }
    const { ETag, ChecksumSHA256 } = await t.s3.send(new UploadPartCommand(part))
    Parts.push({ PartNumber, ETag, ChecksumSHA256 })
  }
  const MultipartUpload = { Parts }
  await t.s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload }))
  const read = new GetObjectCommand({ ...where, PartNumber: 2, ChecksumMode: 'ENABLED' })
  const { Body, ...second } = await t.s3.send(read)
  expect(await Body!.transformToString()).toBe('end')
  expect(second).toMatchObject({
    ChecksumSHA256: Parts[1]!.ChecksumSHA256,
    ChecksumType: 'COMPOSITE',
  })
  const ObjectAttributes = ['Checksum', 'ObjectParts'] as const
  const { Checksum, ObjectParts } = await t.s3.send(
    new GetObjectAttributesCommand({ ...where, ObjectAttributes: [...ObjectAttributes] }),
  )
  expect(Checksum?.ChecksumSHA256).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  expect(ObjectParts).toMatchObject({ TotalPartsCount: 2, MaxParts: 1000, IsTruncated: false })
  expect(ObjectParts!.Parts).toHaveLength(2)
})

test('a range that is the whole object comes with its checksum', async () => {
  await put('ranged')
  const read = (Range: string) =>
    t.s3.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range, ChecksumMode: 'ENABLED' }))
  expect((await read('bytes=0-100')).ChecksumCRC32).toBeDefined()
  expect((await read('bytes=1-2')).ChecksumCRC32).toBeUndefined()
})

test('copies disregard dates to come, and name the null version that they write', async () => {
  const suspended = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: suspended }))
  for (const Status of ['Enabled', 'Suspended'] as const) {
    const VersioningConfiguration = { Status }
    await t.s3.send(new PutBucketVersioningCommand({ Bucket: suspended, VersioningConfiguration }))
  }
  const source = { Bucket: suspended, Key: 'source', Body: 'x' }
  expect((await t.s3.send(new PutObjectCommand(source))).VersionId).toBeUndefined()
  const copy = new CopyObjectCommand({
    Bucket: suspended,
    Key: 'copy',
    CopySource: `${suspended}/source`,
    CopySourceIfModifiedSince: new Date(t.emulator.now() + 86_400_000),
  })
  expect((await t.s3.send(copy)).VersionId).toBe('null')
})

test('a part is copied without a checksum where the upload names none, and not from beyond the end', async () => {
  await put('short')
  const where = { Bucket, Key: 'copied', PartNumber: 1, CopySource: `${Bucket}/short` }
  const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'copied' }))
  const { CopyPartResult } = await t.s3.send(new UploadPartCopyCommand({ ...where, UploadId }))
  expect(Object.keys(CopyPartResult!).toSorted()).toEqual(['ETag', 'LastModified'])
  const beyond = { ...where, UploadId, CopySourceRange: 'bytes=100-200' }
  expect(await refusal(t.s3.send(new UploadPartCopyCommand(beyond)))).toMatchObject({
    code: 'InvalidRequest',
    message: 'The specified copy range is invalid for the source object size',
  })
  // The last upload is named, although nothing comes after it.
  expect(
    await t.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'copied' })),
  ).toMatchObject({ NextKeyMarker: 'copied', NextUploadIdMarker: UploadId, IsTruncated: false })
})

describe('an upload in parts', () => {
  const begin = async (Key: string, more: object = {}) => {
    const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'abc' }
    const sent = await t.s3.send(new UploadPartCommand({ ...part, ChecksumAlgorithm: 'CRC32C' }))
    const complete = (partSays: object, more: object = {}) =>
      t.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: sent.ETag, ...partSays }] },
          ...more,
        }),
      )
    return { ChecksumCRC32C: sent.ChecksumCRC32C, complete }
  }

  test('that named no algorithm knows no checksums of parts and no type, and ignores its own', async () => {
    const { ChecksumCRC32C, complete } = await begin('nameless')
    expect((await refusal(complete({ ChecksumCRC32C }))).code).toBe('InvalidPart')
    expect(await refusal(complete({}, { ChecksumType: 'FULL_OBJECT' }))).toMatchObject({
      code: 'InvalidRequest',
      message:
        'The upload was created using the null checksum mode. The complete request must use the same checksum mode.',
    })
    const done = await complete({}, { ChecksumCRC32C: 'AAAAAA==-2' })
    expect(done.ChecksumType).toBe('FULL_OBJECT')
  })

  test('with a full object checksum is completed with it under its type only', async () => {
    const { ChecksumCRC32C, complete } = await begin('typed', {
      ChecksumAlgorithm: 'CRC32C',
      ChecksumType: 'FULL_OBJECT',
    })
    const ChecksumType = 'FULL_OBJECT'
    for (const more of [{ ChecksumCRC32C }, { ChecksumCRC32: 'NSRBwg==', ChecksumType }]) {
      expect(await refusal(complete({}, more))).toMatchObject({
        code: 'BadDigest',
        message: 'The crc32c you specified did not match the calculated checksum.',
      })
    }
    const done = await complete({ ChecksumCRC32C }, { ChecksumCRC32C, ChecksumType })
    expect(done).toMatchObject({ ChecksumCRC32C, ChecksumType })
  })

  test('says one checksum of a part and one of the whole, each of its form', async () => {
    const { ChecksumCRC32C, complete } = await begin('one-each', { ChecksumAlgorithm: 'CRC32C' })
    for (const [said, ArgumentValue] of [
      [{ ChecksumCRC32C: 'wrong' }, 'wrong'],
      [{ ChecksumCRC32C, ChecksumMD5: 'x' }, `CRC32C:${ChecksumCRC32C};MD5:x;`],
    ] as const) {
      expect(await refusal(complete(said))).toMatchObject({
        code: 'InvalidArgument',
        message: 'Invalid Base64 or multiple checksums present in request',
        error: { ArgumentName: 'Checksum', ArgumentValue },
      })
    }
    expect((await refusal(complete({ ChecksumCRC32C }, { ChecksumCRC32C: 'no' }))).message).toBe(
      'Value for x-amz-checksum-crc32c header is invalid.',
    )
    await complete({ ChecksumCRC32C })
  })

  test('under a KMS key does not tell the checksum that AWS computed, which reads have', async () => {
    const { complete } = await begin('sealed', { ServerSideEncryption: 'aws:kms' })
    expect((await complete({})).ChecksumCRC64NVME).toBeUndefined()
    const head = new HeadObjectCommand({ Bucket, Key: 'sealed', ChecksumMode: 'ENABLED' })
    expect((await t.s3.send(head)).ChecksumCRC64NVME).toBeDefined()
  })
})

test('a header of any Latin letters is answered as it was posted', async () => {
  const form = new FormData()
  form.set('key', 'disposed')
  form.set('Content-Disposition', 'filename="é—"')
  form.set('file', 'x')
  const open = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: open }))
  await t.s3.send(new DeletePublicAccessBlockCommand({ Bucket: open }))
  const Statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:PutObject', 's3:GetObject'],
    Resource: `arn:aws:s3:::${open}/*`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await t.s3.send(new PutBucketPolicyCommand({ Bucket: open, Policy }))
  const posted = await fetch(`${t.emulator.url}/${open}`, { method: 'POST', body: form })
  expect(posted.status).toBe(204)
  const head = await fetch(`${t.emulator.url}/${open}/disposed`, { method: 'HEAD' })
  expect(head.headers.get('content-disposition')).toBe('filename="é "')
})

test('what cannot be is refused by name: sources of copies, tags, headers of CORS, pages of errors, parts', async () => {
  const copy = (CopySource: string) =>
    t.s3.send(new CopyObjectCommand({ Bucket, Key: 'copied-oddly', CopySource }))
  const cases: [Promise<unknown>, string, string][] = [
    [copy('192.168.1.1/key'), 'InvalidArgument', 'Invalid copy source bucket name'],
    [put('tagged', { Tagging: '=' }), 'InvalidArgument', "The header 'x-amz-tagging' shall be"],
    [
      put('held', { ObjectLockLegalHoldStatus: 'ON' }),
      'InvalidRequest',
      'Bucket is missing ObjectLockConfiguration',
    ],
    [
      t.s3.send(
        new PutBucketCorsCommand({
          Bucket,
          CORSConfiguration: {
            CORSRules: [
              { AllowedMethods: ['GET'], AllowedOrigins: ['*'], AllowedHeaders: ['in val'] },
            ],
          },
        }),
      ),
      'InvalidRequest',
      'AllowedHeader "in val" contains invalid character.',
    ],
    [
      t.s3.send(
        new PutBucketWebsiteCommand({
          Bucket,
          WebsiteConfiguration: { IndexDocument: { Suffix: 'i' }, ErrorDocument: { Key: '' } },
        }),
      ),
      'InvalidArgument',
      'The ErrorDocument Key is not well formed',
    ],
    [
      t.s3.send(
        new PutBucketTaggingCommand({
          Bucket,
          Tagging: {
            TagSet: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' })),
          },
        }),
      ),
      'BadRequest',
      'Bucket tag count cannot be greater than 50',
    ],
  ]
  for (const [call, code, sentence] of cases) {
    expect(await refusal(call)).toMatchObject({ code, message: expect.stringContaining(sentence) })
  }
  const authorized = (Authorization: string) =>
    fetch(`${t.emulator.url}/${Bucket}`, { headers: { Authorization } }).then((one) => one.text())
  expect(await authorized('invalid_header')).toContain("one and only one ' ' (space) required")
  expect(await authorized('AWS4-HMAC-SHA256 Credential=a/b/c/s3/d,Signature=5f')).toContain(
    'requires three components',
  )
})
