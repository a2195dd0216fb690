import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asUser } from '../services/iam/callers.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const alice = 'arn:aws:iam::123456789012:user/alice'
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

/** A user alice with an inline policy of these statements. */
async function aliceMay(...Statement: object[]) {
  await emulator.client(IAMClient).send(new CreateUserCommand({ UserName: 'alice' }))
  const document = Statement.length > 0 && JSON.stringify({ Version: '2012-10-17', Statement })
  const options = await asUser(emulator, 'alice', document || undefined)
  return <Client>(Client: new (config: never) => Client, config = {}) =>
    emulator.client(Client, { ...options, ...config })
}

describe('a denial reads as on AWS', () => {
  test('EC2, without a resource', async () => {
    const as = await aliceMay()
    await expect(as(EC2Client).send(new DescribeInstancesCommand({}))).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: `You are not authorized to perform this operation. User: ${alice} is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action`,
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('EC2, on a resource', async () => {
    const as = await aliceMay()
    const InstanceIds = ['i-0123456789abcdef0']
    await expect(
      as(EC2Client).send(new StopInstancesCommand({ InstanceIds })),
    ).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
      message: expect.stringContaining(
        `is not authorized to perform: ec2:StopInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0 because no identity-based policy allows the ec2:StopInstances action`,
      ) as string,
    })
  })

  test('IAM', async () => {
    const as = await aliceMay()
    await expect(
      as(IAMClient).send(new CreateUserCommand({ UserName: 'bob' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${alice} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::123456789012:user/bob because no identity-based policy allows the iam:CreateUser action`,
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('RDS', async () => {
    const as = await aliceMay()
    await expect(as(RDSClient).send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /is not authorized to perform: rds:DescribeDBInstances on resource: arn:aws:rds:us-east-1:123456789012:db:\* because no identity-based policy allows the rds:DescribeDBInstances action$/,
      ) as string,
    })
  })

  test('S3, which quotes the resource', async () => {
    await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'photos' }))
    const as = await aliceMay()
    await expect(
      as(S3Client).send(new GetObjectCommand({ Bucket: 'photos', Key: 'cat.jpg' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${alice} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::photos/cat.jpg" because no identity-based policy allows the s3:GetObject action`,
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('S3, without a resource', async () => {
    const as = await aliceMay()
    await expect(as(S3Client).send(new ListBucketsCommand({}))).rejects.toMatchObject({
      message: `User: ${alice} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
    })
  })

  test('S3 says nothing more to an anonymous caller', async () => {
    await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'photos' }))
    const answer = await fetch(`${emulator.url}/photos/cat.jpg`)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(
      '<Code>AccessDenied</Code><Message>Access Denied</Message>',
    )
  })

  test('an explicit deny', async () => {
    const as = await aliceMay(everything, {
      Effect: 'Deny',
      Action: 'iam:CreateUser',
      Resource: '*',
    })
    await expect(
      as(IAMClient).send(new CreateUserCommand({ UserName: 'bob' })),
    ).rejects.toMatchObject({
      message: `User: ${alice} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::123456789012:user/bob with an explicit deny in an identity-based policy`,
    })
  })
})

test('GetCallerIdentity works whatever the policies deny', async () => {
  const as = await aliceMay({ Effect: 'Deny', Action: '*', Resource: '*' })
  expect((await as(STSClient).send(new GetCallerIdentityCommand({}))).Arn).toBe(alice)
})

test('another account has no access to a bucket', async () => {
  await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'photos' }))
  const other = { credentials: { accessKeyId: '999988887777', secretAccessKey: 'x' } }
  await expect(
    emulator
      .client(S3Client, other)
      .send(new GetObjectCommand({ Bucket: 'photos', Key: 'cat.jpg' })),
  ).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.not.stringContaining('because') as string,
  })
})

describe('conditions see the request', () => {
  const listUsers = new ListUsersCommand({})
  const may = async (Condition: object) => {
    const as = await aliceMay({ ...everything, Condition })
    return as(IAMClient, { region: 'eu-west-1' })
      .send(listUsers)
      .then(
        () => true,
        () => false,
      )
  }

  test.each([
    [true, { StringEquals: { 'aws:username': 'alice' } }],
    [false, { StringEquals: { 'aws:username': 'bob' } }],
    [true, { ArnEquals: { 'aws:PrincipalArn': alice } }],
    [
      true,
      { StringEquals: { 'aws:PrincipalAccount': '123456789012', 'aws:PrincipalType': 'User' } },
    ],
    [true, { StringLike: { 'aws:userid': 'AIDA*' } }],
    [true, { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }],
    [false, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
    [true, { Bool: { 'aws:SecureTransport': 'false' } }],
    [true, { Bool: { 'aws:ViaAWSService': 'false' } }],
    [true, { StringLike: { 'aws:UserAgent': 'aws-sdk-js/*' } }],
    [true, { Null: { 'aws:Referer': 'true' } }],
    [true, { Null: { 'aws:MultiFactorAuthPresent': 'true', 'aws:TokenIssueTime': 'true' } }],
    [true, { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }],
    [true, { StringEquals: { 'aws:ResourceAccount': '123456789012' } }],
    [true, { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }],
    [true, { NumericGreaterThan: { 'aws:EpochTime': '1577836800' } }],
  ])('%s: %j', async (expected, condition) => {
    expect(await may(condition)).toBe(expected)
  })

  test('the time is the virtual clock’s', async () => {
    const inADay = new Date(emulator.now() + 86_400_000).toISOString()
    const as = await aliceMay({
      ...everything,
      Condition: { DateLessThan: { 'aws:CurrentTime': inADay } },
    })
    await as(IAMClient).send(listUsers)
    await emulator.advance(2 * 86_400_000)
    await expect(as(IAMClient).send(listUsers)).rejects.toMatchObject({ name: 'AccessDenied' })
  })
})

test('the event history keeps the trace of a denial, and the client sees nothing of it', async () => {
  const as = await aliceMay({
    Sid: 'Near',
    ...everything,
    Condition: { StringEquals: { 'aws:username': 'bob' } },
  })
  const refusal: unknown = await as(IAMClient)
    .send(new ListUsersCommand({}))
    .catch((error: unknown) => error)
  expect(JSON.stringify(refusal)).not.toContain('Near')
  const answer = await fetch(`${emulator.url}/_pocketcloud/events?service=iam&operation=ListUsers`)
  expect(await answer.json()).toMatchObject({
    events: [
      {
        denial: {
          action: 'iam:ListUsers',
          principal: alice,
          explicit: false,
          decidedBy: 'identity',
          trace: {
            statements: [
              { sid: 'Near', matched: false, mismatch: { key: 'aws:username', actual: 'alice' } },
            ],
          },
        },
      },
    ],
  })
})
