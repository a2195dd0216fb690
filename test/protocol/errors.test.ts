import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../../emulator/errors.ts'
import type { ProtocolName } from '../../emulator/protocol/codec.ts'
import { protocols } from '../../emulator/protocol/index.ts'
import { startRig, type PackageName, type Rig } from './support/clients.ts'
import { requestId } from './support/echo-server.ts'

interface Case {
  readonly service: PackageName
  readonly protocol: ProtocolName
  readonly operation: string
  readonly input: object
  readonly config?: () => Promise<object>
  /** What the service throws. */
  readonly thrown: AwsError
  /** The SDK's class, and what else the exception has. */
  readonly className: string
  readonly expected: object
}

const message = 'Nothing <like> "that" & nobody é there'
const cbor = async () => ({
  protocol: (await import('@aws-sdk/core/protocols')).AwsSmithyRpcV2CborProtocol,
})

const cases: readonly Case[] = [
  {
    service: 'iam',
    protocol: 'query',
    operation: 'GetUser',
    input: {},
    thrown: new AwsError('NoSuchEntity', message),
    className: 'NoSuchEntityException',
    expected: {
      name: 'NoSuchEntityException',
      $metadata: { httpStatusCode: 404 },
      Error: { Type: 'Sender', Code: 'NoSuchEntity' },
    },
  },
  {
    service: 'iam',
    protocol: 'query',
    operation: 'GetUser',
    input: {},
    thrown: new AwsError('InternalFailure', message, { status: 500 }),
    className: 'IAMServiceException',
    expected: {
      name: 'InternalFailure',
      $fault: 'server',
      $metadata: { httpStatusCode: 500 },
      Error: { Type: 'Receiver', Code: 'InternalFailure' },
    },
  },
  {
    service: 'sts',
    protocol: 'query',
    operation: 'AssumeRole',
    input: { RoleArn: 'r', RoleSessionName: 's' },
    thrown: new AwsError('ExpiredTokenException', message),
    className: 'ExpiredTokenException',
    expected: { name: 'ExpiredTokenException', $metadata: { httpStatusCode: 400 } },
  },
  {
    service: 'rds',
    protocol: 'query',
    operation: 'DescribeDBInstances',
    input: {},
    thrown: new AwsError('DBInstanceNotFoundFault', message),
    className: 'DBInstanceNotFoundFault',
    expected: {
      name: 'DBInstanceNotFoundFault',
      $metadata: { httpStatusCode: 404 },
      Error: { Code: 'DBInstanceNotFound' },
    },
  },
  {
    service: 'ec2',
    protocol: 'ec2Query',
    operation: 'DescribeVpcs',
    input: {},
    thrown: new AwsError('InvalidVpcID.NotFound', message),
    className: 'EC2ServiceException',
    expected: {
      name: 'InvalidVpcID.NotFound',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    },
  },
  {
    service: 's3',
    protocol: 'restXml',
    operation: 'ListObjectsV2',
    input: { Bucket: 'b' },
    thrown: new AwsError('NoSuchBucket', message, { status: 404, fields: { BucketName: 'b<&' } }),
    className: 'NoSuchBucket',
    expected: { name: 'NoSuchBucket', BucketName: 'b<&', $metadata: { httpStatusCode: 404 } },
  },
  {
    service: 's3',
    protocol: 'restXml',
    operation: 'RestoreObject',
    input: { Bucket: 'b', Key: 'k' },
    thrown: new AwsError('InvalidObjectState', message, {
      fields: { StorageClass: 'GLACIER', AccessTier: 'ARCHIVE_ACCESS', Key: 'k' },
    }),
    className: 'InvalidObjectState',
    expected: {
      name: 'InvalidObjectState',
      StorageClass: 'GLACIER',
      AccessTier: 'ARCHIVE_ACCESS',
      Key: 'k',
      $metadata: { httpStatusCode: 403 },
    },
  },
  {
    service: 's3',
    protocol: 'restXml',
    operation: 'PutObjectTagging',
    input: { Bucket: 'b', Key: 'k', Tagging: { TagSet: [] } },
    thrown: new AwsError('InvalidTag', message, { fields: { TagKey: 't' } }),
    className: 'S3ServiceException',
    expected: { name: 'InvalidTag', TagKey: 't', $metadata: { httpStatusCode: 400 } },
  },
  {
    service: 'ssm',
    protocol: 'awsJson1_1',
    operation: 'GetParameter',
    input: { Name: 'n' },
    // 404 is its status in the query protocol only.
    thrown: new AwsError('ParameterNotFound', message),
    className: 'ParameterNotFound',
    expected: { name: 'ParameterNotFound', $metadata: { httpStatusCode: 400 } },
  },
  {
    service: 'dynamodb',
    protocol: 'awsJson1_0',
    operation: 'PutItem',
    input: { TableName: 't', Item: {} },
    thrown: new AwsError('ConditionalCheckFailedException', message, {
      fields: { Item: { id: { N: '1' }, list: { L: [{ S: 'x' }] } } },
    }),
    className: 'ConditionalCheckFailedException',
    expected: {
      name: 'ConditionalCheckFailedException',
      Item: { id: { N: '1' }, list: { L: [{ S: 'x' }] } },
      $metadata: { httpStatusCode: 400 },
    },
  },
  {
    service: 'lambda',
    protocol: 'restJson1',
    operation: 'GetFunction',
    input: { FunctionName: 'f' },
    thrown: new AwsError('ResourceNotFoundException', message, { fields: { Type: 'User' } }),
    className: 'ResourceNotFoundException',
    expected: {
      name: 'ResourceNotFoundException',
      Type: 'User',
      $metadata: { httpStatusCode: 404 },
    },
  },
  {
    service: 'lambda',
    protocol: 'restJson1',
    operation: 'GetFunction',
    input: { FunctionName: 'f' },
    thrown: new AwsError('TooManyRequestsException', message, {
      fields: { retryAfterSeconds: '7', Reason: 'CallerRateLimitExceeded' },
      headers: { 'retry-after': '7' },
    }),
    className: 'TooManyRequestsException',
    expected: {
      name: 'TooManyRequestsException',
      retryAfterSeconds: '7',
      Reason: 'CallerRateLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    },
  },
  {
    service: 'cloudwatch',
    protocol: 'rpcv2Cbor',
    config: cbor,
    operation: 'GetDashboard',
    input: { DashboardName: 'd' },
    thrown: new AwsError('InvalidFormatFault', message),
    className: 'InvalidFormatFault',
    expected: {
      name: 'InvalidFormatFault',
      Error: { Code: 'InvalidFormat', Type: 'Sender' },
      $metadata: { httpStatusCode: 400 },
    },
  },
  {
    service: 'cloudwatch',
    protocol: 'rpcv2Cbor',
    config: cbor,
    operation: 'GetDashboard',
    input: { DashboardName: 'd' },
    thrown: new AwsError('ThrottlingException', message),
    className: 'CloudWatchServiceException',
    expected: { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
  },
  {
    service: 'cloudwatch',
    protocol: 'awsJson1_0',
    operation: 'GetDashboard',
    input: { DashboardName: 'd' },
    thrown: new AwsError('ResourceConflict', message),
    className: 'ResourceConflict',
    expected: {
      name: 'ResourceConflict',
      Error: { Code: 'ResourceConflict', Type: 'Sender' },
      $metadata: { httpStatusCode: 409 },
    },
  },
]

describe.each(cases)('$protocol: $thrown.code of $service', (given) => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig(given.service, await given.config?.())
  })
  afterAll(() => rig.close())

  test(`the SDK throws ${given.className} with code, message, request id and status`, async () => {
    rig.echo.answer = given.thrown
    const error: unknown = await rig
      .send(given.operation, given.input)
      .catch((thrown: unknown) => thrown)
    expect(rig.echo.received?.protocol).toBe(given.protocol)
    expect(error).toBeInstanceOf(rig.sdk[given.className] as new () => Error)
    expect(error).toMatchObject({ message, $metadata: { requestId }, ...given.expected })
  })
})

describe('the form of errors on the wire', () => {
  let s3: Rig
  let ec2: Rig
  let iam: Rig
  beforeAll(async () => {
    s3 = await startRig('s3')
    ec2 = await startRig('ec2')
    iam = await startRig('iam')
  })
  afterAll(() => Promise.all([s3.close(), ec2.close(), iam.close()]))

  test('S3 has no wrapper, both request ids and the fields in between', () => {
    const error = new AwsError('NoSuchKey', 'The specified key does not exist.', {
      fields: { Key: 'a&b' },
    })
    const { status, headers, body } = protocols.restXml.encodeError(
      error,
      { requestId: 'R1' },
      s3.model,
    )
    expect(status).toBe(404)
    expect(headers).toMatchObject({ 'Content-Type': 'application/xml', 'x-amz-request-id': 'R1' })
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
        '<Message>The specified key does not exist.</Message><Key>a&amp;b</Key>' +
        `<RequestId>R1</RequestId><HostId>${headers['x-amz-id-2']}</HostId></Error>`,
    )
  })

  test.each([
    ['an answer to HEAD', { requestId: 'R1', method: 'HEAD' }, 404],
    ['304', { requestId: 'R1' }, 304],
  ])('S3 sends no body with %s', (_name, context, status) => {
    const error = new AwsError('NoSuchKey', 'x', { status, headers: { etag: '"e"' } })
    const response = protocols.restXml.encodeError(error, context, s3.model)
    expect(response).toMatchObject({ status, body: undefined, headers: { etag: '"e"' } })
    expect(response.headers).not.toHaveProperty('content-type')
  })

  test('HeadObject of a missing key is NotFound in the SDK, from the status alone', async () => {
    s3.echo.answer = new AwsError('NoSuchKey', 'x', { status: 404 })
    const error: unknown = await s3
      .send('HeadObject', { Bucket: 'b', Key: 'k' })
      .catch((e: unknown) => e)
    expect(error).toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404, requestId } })
  })

  test('EC2 lists errors and calls the id RequestID', () => {
    const error = new AwsError('InvalidVpcID.NotFound', "The vpc ID 'vpc-1' does not exist")
    const response = protocols.ec2Query.encodeError(error, { requestId: 'R1' }, ec2.model)
    expect(response).toEqual({
      status: 400,
      headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-RequestId': 'R1' },
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code>' +
        "<Message>The vpc ID 'vpc-1' does not exist</Message></Error></Errors><RequestID>R1</RequestID></Response>",
    })
  })

  test('query errors stand in the namespace of the service', () => {
    const error = new AwsError('NoSuchEntityException', 'gone')
    expect(protocols.query.encodeError(error, { requestId: 'R1' }, iam.model)).toEqual({
      status: 404,
      headers: { 'content-type': 'text/xml', 'x-amzn-RequestId': 'R1' },
      body:
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
        '<Code>NoSuchEntity</Code><Message>gone</Message></Error><RequestId>R1</RequestId></ErrorResponse>',
    })
  })

  test.each(Object.values(protocols))(
    '$name renders an error where no service was found',
    (protocol) => {
      const response = protocol.encodeError(new AwsError('X', 'y', { status: 403 }), {
        requestId: 'R1',
      })
      expect(response.status).toBe(403)
      expect(response.body).toBeTruthy()
    },
  )
})
