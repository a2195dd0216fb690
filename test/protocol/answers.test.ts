import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WireRequest } from '../../emulator/protocol/codec.ts'
import { chooseProtocol, protocols } from '../../emulator/protocol/index.ts'
import { startRig, type PackageName, type Rig } from './support/clients.ts'

const rigs = {} as Record<PackageName, Rig>
beforeAll(async () => {
  const names: PackageName[] = ['ec2', 'iam', 's3', 'ssm', 'lambda', 'cloudwatch']
  for (const name of names) rigs[name] = await startRig(name)
})
afterAll(() => Promise.all(Object.values(rigs).map((rig) => rig.close())))

const encode = (service: PackageName, operation: string, output: unknown) => {
  const { model } = rigs[service]
  return protocols[model.protocol]
    .compile(model, operation)
    .encodeOutput(output, { requestId: 'R1' })
}
const at = new Date('2024-03-01T12:00:00Z')

describe('answers have AWS’s own form', () => {
  test('EC2: declaration, namespace, request id first, lists of items, empty lists, milliseconds', () => {
    const output = {
      Volumes: [
        {
          VolumeId: 'vol-1',
          Attachments: [],
          CreateTime: at,
          Encrypted: false,
          Tags: [{ Key: 'a&b', Value: '<é>' }],
        },
      ],
      NextToken: undefined,
    }
    expect(encode('ec2', 'DescribeVolumes', output)).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-RequestId': 'R1' },
      body: expect.stringMatching(
        /^<\?xml version="1.0" encoding="UTF-8"\?>\n<DescribeVolumesResponse xmlns="http:\/\/ec2.amazonaws.com\/doc\/2016-11-15\/"><requestId>R1<\/requestId><volumeSet><item>.*<\/item><\/volumeSet><\/DescribeVolumesResponse>$/,
      ) as string,
    })
    const { body } = encode('ec2', 'DescribeVolumes', output)
    expect(body).toContain('<attachmentSet/>')
    expect(body).toContain('<createTime>2024-03-01T12:00:00.000Z</createTime>')
    expect(body).toContain(
      '<tagSet><item><key>a&amp;b</key><value>&lt;é&gt;</value></item></tagSet>',
    )
    expect(body).not.toContain('nextToken')
  })

  test('EC2: an operation that returns nothing says true', () => {
    expect(encode('ec2', 'DeleteVpc', {}).body).toContain(
      '<requestId>R1</requestId><return>true</return>',
    )
  })

  test('query: result, metadata, times without milliseconds where there are none', () => {
    const User = { UserName: 'u', UserId: 'AIDA', Arn: 'arn', Path: '/', CreateDate: at }
    expect(encode('iam', 'GetUser', { User })).toMatchObject({
      headers: { 'content-type': 'text/xml', 'x-amzn-RequestId': 'R1' },
      body: expect.stringMatching(
        /^<GetUserResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><GetUserResult><User>.*<CreateDate>2024-03-01T12:00:00Z<\/CreateDate>.*<\/User><\/GetUserResult><ResponseMetadata><RequestId>R1<\/RequestId><\/ResponseMetadata><\/GetUserResponse>$/,
      ) as string,
    })
    expect(encode('iam', 'DeleteUser', {}).body).not.toContain('Result>')
  })

  test('S3: declaration, namespace, both request ids', () => {
    const { headers, body } = encode('s3', 'ListObjectsV2', {
      Name: 'b',
      Contents: [{ Key: 'k', ETag: '"e"', LastModified: at }],
    })
    expect(headers).toMatchObject({ 'Content-Type': 'application/xml', 'x-amz-request-id': 'R1' })
    expect(headers['x-amz-id-2']).toMatch(/^[A-Za-z0-9+/]{40,}={0,2}$/)
    expect(body).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<ListBucketResult xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/">/,
    )
    expect(body).toContain('<ETag>&quot;e&quot;</ETag>')
    expect(body).toContain('<LastModified>2024-03-01T12:00:00.000Z</LastModified>')
  })

  test.each([
    [
      'ec2',
      'DescribeVolumes',
      { Volumes: [{ Size: 9223372036854775807n }] },
      '<size>9223372036854775807</size>',
    ],
    [
      'ssm',
      'GetParameter',
      { Parameter: { Version: 9223372036854775807n, LastModifiedDate: new Date(1500) } },
      '{"Parameter":{"Version":9223372036854775807,"LastModifiedDate":1.5}}',
    ],
    ['ssm', 'GetParameter', { Parameter: { Version: NaN } }, '{"Parameter":{"Version":"NaN"}}'],
  ] as const)('%s %s writes numbers without loss', (service, operation, output, text) => {
    expect(encode(service, operation, output).body).toContain(text)
  })

  test('a value that can stand in no header goes by RFC 2047', () => {
    const { headers } = encode('s3', 'HeadObject', { Metadata: { a: 'é', b: '雪\r\nx-evil: 1' } })
    expect(headers['x-amz-meta-a']).toBe('é')
    expect(headers['x-amz-meta-b']).toBe(
      `=?UTF-8?B?${Buffer.from('雪\r\nx-evil: 1').toString('base64')}?=`,
    )
  })
})

describe('S3 through the SDK', () => {
  test.each([['eu-west-1'], [undefined]])(
    'GetBucketLocation of %s is bare text',
    async (region) => {
      rigs.s3.echo.answer = { LocationConstraint: region }
      const got = await rigs.s3.send('GetBucketLocation', { Bucket: 'b' })
      expect(got['LocationConstraint']).toBe(region)
    },
  )

  test('GetObject passes its payload through untouched, with its headers', async () => {
    const Body = Buffer.from([0, 255, 1, 254])
    rigs.s3.echo.answer = {
      Body,
      ETag: '"e"',
      ContentLength: 4,
      LastModified: at,
      ContentType: 'image/x',
      Metadata: { k: 'v, "w"' },
      ContentRange: 'bytes 0-3/9',
    }
    const got = await rigs.s3.send('GetObject', { Bucket: 'b', Key: 'a//b/../c?%' })
    expect(rigs.s3.echo.received?.input).toMatchObject({ Bucket: 'b', Key: 'a//b/../c?%' })
    expect(got).toMatchObject({
      ETag: '"e"',
      ContentLength: 4,
      LastModified: at,
      ContentType: 'image/x',
      Metadata: { k: 'v, "w"' },
    })
    const bytes = await (
      got['Body'] as { transformToByteArray(): Promise<Uint8Array> }
    ).transformToByteArray()
    expect(Buffer.from(bytes)).toEqual(Body)
  })

  test('a stream as payload is the body itself', () => {
    const Body = Readable.from(['x'])
    expect(encode('s3', 'GetObject', { Body, ContentLength: 1 }).body).toBe(Body)
  })

  test('PutObject ignores its payload and reads its headers', async () => {
    rigs.s3.echo.answer = { ETag: '"e"' }
    await rigs.s3.send('PutObject', {
      Bucket: 'b',
      Key: 'k',
      Body: 'hello',
      Metadata: { One: '1' },
      Tagging: 'a=b',
      ObjectLockRetainUntilDate: at,
    })
    expect(rigs.s3.echo.received).toMatchObject({
      operation: 'PutObject',
      input: {
        Bucket: 'b',
        Key: 'k',
        Metadata: { one: '1' },
        Tagging: 'a=b',
        ObjectLockRetainUntilDate: at,
      },
    })
    expect(rigs.s3.echo.received?.input).not.toHaveProperty('Body')
  })
})

describe('Lambda through the SDK', () => {
  test('Invoke carries raw payloads both ways, and the status of the answer', async () => {
    rigs.lambda.echo.answer = {
      StatusCode: 202,
      Payload: Buffer.from('{"a":1}'),
      FunctionError: 'Unhandled',
    }
    const got = await rigs.lambda.send('Invoke', {
      FunctionName: 'f',
      Payload: Buffer.from('[1,2]'),
      InvocationType: 'Event',
    })
    const { Payload: sent, ...input } = rigs.lambda.echo.received!.input as { Payload: Buffer }
    expect(input).toEqual({ FunctionName: 'f', InvocationType: 'Event' })
    expect(sent.toString()).toBe('[1,2]')
    expect(got).toMatchObject({
      StatusCode: 202,
      FunctionError: 'Unhandled',
      $metadata: { httpStatusCode: 202 },
    })
    expect(Buffer.from(got['Payload'] as Uint8Array).toString()).toBe('{"a":1}')
  })
})

describe('the protocol is the one that the request speaks', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const target = { 'x-amz-target': 'X.Y' }
  test.each<[PackageName, WireRequest['headers'], string]>([
    ['ec2', form, 'ec2Query'],
    ['ec2', {}, 'ec2Query'],
    ['iam', form, 'query'],
    ['iam', {}, 'query'],
    ['ssm', { 'content-type': 'application/x-amz-json-1.1', ...target }, 'awsJson1_1'],
    ['ssm', { 'content-type': 'application/x-amz-json-1.0', ...target }, 'awsJson1_0'],
    ['cloudwatch', { 'content-type': 'application/x-amz-json-1.0', ...target }, 'awsJson1_0'],
    [
      'cloudwatch',
      { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
      'rpcv2Cbor',
    ],
    ['cloudwatch', form, 'query'],
    ['cloudwatch', {}, 'query'],
    ['s3', form, 'restXml'],
    ['lambda', { 'content-type': 'application/json' }, 'restJson1'],
  ])('%s with %j speaks %s', (service, headers, protocol) => {
    expect(chooseProtocol(headers, rigs[service].model)).toBe(protocol)
  })
})
