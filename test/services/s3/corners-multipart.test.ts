import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send } from './signed-requests.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'corner-uploads'
const five = Buffer.alloc(5 * 1024 ** 2, 'p')
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

async function upload(Key: string, bodies: Record<number, Buffer | string>) {
  const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const etags: Record<number, string> = {}
  for (const [number, Body] of Object.entries(bodies)) {
    const part = { Bucket, Key, UploadId, PartNumber: Number(number), Body }
    etags[Number(number)] = (await t.s3.send(new UploadPartCommand(part))).ETag!
  }
  const complete = (parts: readonly (readonly [number, string])[], more: object = {}) =>
    t.s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: parts.map(([PartNumber, ETag]) => ({ PartNumber, ETag })) },
        ...more,
      }),
    )
  return { UploadId: UploadId!, etags, complete }
}

describe('CompleteMultipartUpload', () => {
  test('refuses parts that are too small, unknown, of another ETag or out of order, and can be tried again', async () => {
    const { etags, complete } = await upload('parts', { 1: 'small', 2: five, 3: 'end' })
    const [one, two, three] = [etags[1]!, etags[2]!, etags[3]!]
    expect(
      (
        await refusal(
          complete([
            [1, one],
            [2, two],
          ]),
        )
      ).code,
    ).toBe('EntityTooSmall')
    expect(
      (
        await refusal(
          complete([
            [3, three],
            [2, two],
          ]),
        )
      ).code,
    ).toBe('InvalidPartOrder')
    expect(
      (
        await refusal(
          complete([
            [2, two],
            [2, two],
          ]),
        )
      ).code,
    ).toBe('InvalidPartOrder')
    expect((await refusal(complete([[2, one]]))).code).toBe('InvalidPart')
    expect((await refusal(complete([[4, two]]))).code).toBe('InvalidPart')
    expect((await refusal(complete([]))).code).toBe('MalformedXML')
    // An ETag's quotes are optional, and parts may be left out.
    await complete([
      [2, two.replaceAll('"', '')],
      [3, three],
    ])
    const { ContentLength, ETag } = await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'parts' }))
    expect(ContentLength).toBe(five.length + 3)
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/)
  })

  test('of what was completed has the same answer, until the key has something newer', async () => {
    const { etags, complete } = await upload('twice', { 1: 'only' })
    const { $metadata: _first, ...first } = await complete([[1, etags[1]!]])
    const { $metadata: _second, ...second } = await complete([[1, etags[1]!]])
    expect(second).toEqual(first)
    expect((await refusal(complete([[2, etags[1]!]]))).code).toBe('NoSuchUpload')
    const { ContentLength } = await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'twice' }))
    expect(ContentLength).toBe(4)
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'twice', Body: 'newer' }))
    expect((await refusal(complete([[1, etags[1]!]]))).code).toBe('NoSuchUpload')
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'twice' }))
    expect((await refusal(complete([[1, etags[1]!]]))).code).toBe('NoSuchUpload')
  })

  test('writes only on its conditions', async () => {
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }))
    const { etags, complete } = await upload('there', { 1: 'only' })
    const parts = [[1, etags[1]!]] as const
    expect(await refusal(complete(parts, { IfNoneMatch: '*' }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    })
    expect(await refusal(complete(parts, { IfMatch: '"other"' }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    })
    const { ETag } = await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'there' }))
    expect((await complete(parts, { IfMatch: ETag })).ETag).toMatch(/-1"$/)
  })

  test('of what was aborted is not there', async () => {
    const { UploadId, etags, complete } = await upload('aborted', { 1: 'only' })
    await t.s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'aborted', UploadId }))
    expect((await refusal(complete([[1, etags[1]!]]))).code).toBe('NoSuchUpload')
  })

  test.each([
    ['', 'InvalidRequest'],
    ['nonsense', 'MalformedXML'],
    ['<CompleteMultipartUpload/>', 'MalformedXML'],
    [
      '<CompleteMultipartUpload><Part><ETag>x</ETag></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    [
      '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
      'MalformedXML',
    ],
    ['<Delete><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></Delete>', 'MalformedXML'],
  ])('answers %j with %s', async (body, code) => {
    const { UploadId } = await upload('malformed', {})
    const answer = await send(t.emulator, 'POST', `/${Bucket}/malformed`, {
      query: { uploadId: UploadId },
      body,
    })
    expect([answer.status, answer.code]).toEqual([400, code])
  })
})

describe('at the same time', () => {
  test('one of many writes to a key is the last, and whole', async () => {
    const bodies = Array.from({ length: 20 }, (_, n) =>
      Buffer.alloc(100_000 + n, String.fromCharCode(65 + n)),
    )
    const md5s = new Set(bodies.map((body) => createHash('md5').update(body).digest('hex')))
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'raced', Body: bodies[0]! }))
    const read = async () => {
      const { Body, ETag } = await t.s3.send(new GetObjectCommand({ Bucket, Key: 'raced' }))
      const hash = createHash('md5')
        .update(await Body!.transformToByteArray())
        .digest('hex')
      expect(ETag).toBe(`"${hash}"`)
      expect(md5s).toContain(hash)
    }
    await Promise.all(
      bodies.flatMap((Body) => [
        t.s3.send(new PutObjectCommand({ Bucket, Key: 'raced', Body })),
        read(),
      ]),
    )
    await read()
  })

  test('of many writers that want to be first, one is', async () => {
    const writes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) =>
        t.s3.send(new PutObjectCommand({ Bucket, Key: 'first', Body: `${n}`, IfNoneMatch: '*' })),
      ),
    )
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const write of writes) {
      if (write.status === 'rejected') expect(write.reason.name).toBe('PreconditionFailed')
    }
  })

  test('a listing while objects are deleted shows each remaining one, once', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        t.s3.send(
          new PutObjectCommand({ Bucket, Key: `gone/${String(n).padStart(2, '0')}`, Body: '' }),
        ),
      ),
    )
    const seen: string[] = []
    const pages = paginateListObjectsV2({ client: t.s3, pageSize: 7 }, { Bucket, Prefix: 'gone/' })
    for await (const page of pages) {
      const keys = page.Contents!.map(({ Key }) => Key!)
      seen.push(...keys)
      await t.s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
      )
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => `gone/${String(n).padStart(2, '0')}`))
    expect((await t.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'gone/' }))).KeyCount).toBe(
      0,
    )
  })

  test('an object that is deleted while it is read is read to its end', async () => {
    const body = Buffer.alloc(20 * 1024 ** 2, 'r')
    await t.s3.send(new PutObjectCommand({ Bucket, Key: 'read', Body: body }))
    const { Body } = await t.s3.send(new GetObjectCommand({ Bucket, Key: 'read' }))
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'read' }))
    expect((await Body!.transformToByteArray()).length).toBe(body.length)
  })
})

/** What comes back for bytes as they are. */
const socket = (text: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(t.emulator.url)
    const connection = connect(Number(port), hostname, () => connection.write(text))
    let said = ''
    connection.on('data', (chunk) => {
      said += chunk.toString()
      if (said.includes('\r\n\r\n')) connection.destroy()
    })
    connection.on('close', () => resolve(said))
    connection.on('error', reject)
  })

test('a body of which less comes than was said is never an object', async () => {
  const url = new URL(t.emulator.url)
  await new Promise<void>((resolve, reject) => {
    const connection = connect(Number(url.port), url.hostname, () => {
      connection.write(
        `PUT /${Bucket}/torn HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 100\r\n\r\nshort`,
      )
      setTimeout(() => connection.destroy(), 50)
    })
    connection.on('close', () => resolve())
    connection.on('error', reject)
  })
  expect((await send(t.emulator, 'HEAD', `/${Bucket}/torn`)).status).toBe(404)
})

test('a length that is none is a bad request', async () => {
  const said = await socket(
    `PUT /${Bucket}/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n`,
  )
  expect(said).toMatch(/^HTTP\/1\.1 400 /)
})
