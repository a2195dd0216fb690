import {
  AddRoleToInstanceProfileCommand,
  DeleteInstanceProfileCommand,
  IAMClient,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { ask, askEndpoint, instancesOf, makeRole, session } from './support.ts'

let emulator: TestEmulator
let id: string
let url: string
beforeEach(async () => {
  emulator = await startTestEmulator()
  await makeRole(emulator, 'worker')
  id = await instancesOf(emulator).launch({ IamInstanceProfile: { Name: 'worker' } })
  url = (await askEndpoint(emulator, id)).body.url
})
afterEach(() => emulator.close())

interface Credentials {
  readonly Code: string
  readonly Message?: string
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token: string
  readonly Expiration: string
}

const hour = 3_600_000
const path = '/latest/meta-data/iam/security-credentials/worker'
const read = async (headers: Record<string, string> = {}) =>
  JSON.parse((await ask(url, path, headers)).text) as Credentials
const as = (given: Credentials) => ({
  credentials: {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.Token,
  },
})
const who = async (given: Credentials) =>
  (await emulator.client(STSClient, as(given)).send(new GetCallerIdentityCommand({}))).Arn
const buckets = (given: Credentials) =>
  emulator.client(S3Client, as(given)).send(new ListBucketsCommand({}))

test('are those of a session of the role, named by the instance', async () => {
  const given = await read()
  expect(given).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' })
  expect(given.AccessKeyId).toMatch(/^ASIA/)
  expect(await who(given)).toBe(`arn:aws:sts::123456789012:assumed-role/worker/${id}`)
  expect((await ask(url, '/latest/meta-data/iam/security-credentials/')).text).toBe('worker')
  expect((await ask(url, `${path}er`)).status).toBe(404)
})

test('stay the same until the last hour, expire by the virtual clock, and are renewed before', async () => {
  const first = await read()
  expect(Date.parse(first.Expiration) - emulator.now()).toBeGreaterThan(6 * hour - 60_000)
  await emulator.advance(4.9 * hour)
  expect((await read()).AccessKeyId).toBe(first.AccessKeyId)
  await emulator.advance(0.5 * hour)
  const second = await read()
  expect(second.AccessKeyId).not.toBe(first.AccessKeyId)
  // Both work for a while: nobody is left without.
  expect(await who(first)).toBe(await who(second))
  await emulator.advance(0.7 * hour)
  await expect(who(first)).rejects.toMatchObject({ name: 'ExpiredToken' })
  expect(await who(second)).toContain(id)
})

test('can be told by policies: the instance, and by which version of the service they were given', async () => {
  const iam = emulator.client(IAMClient)
  await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'results' }))
  const onlyV2 = (instance: string) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: 'worker',
        PolicyName: 's3',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 's3:*',
            Resource: '*',
            Condition: {
              NumericGreaterThanEquals: { 'ec2:RoleDelivery': '2.0' },
              ArnEquals: {
                'ec2:SourceInstanceARN': `arn:aws:ec2:us-east-1:123456789012:instance/${instance}`,
              },
            },
          },
        }),
      }),
    )
  const [v1, v2] = [await read(), await read(await session(url))]
  await onlyV2(id)
  expect((await buckets(v2)).Buckets).toHaveLength(1)
  await expect(buckets(v1)).rejects.toMatchObject({ name: 'AccessDenied' })
  await onlyV2('i-0123456789abcdef0')
  await expect(buckets(v2)).rejects.toMatchObject({ name: 'AccessDenied' })
})

describe('iam/info', () => {
  const info = async () =>
    JSON.parse((await ask(url, '/latest/meta-data/iam/info')).text) as Record<string, string>

  test('names the profile', async () => {
    expect(await info()).toMatchObject({
      Code: 'Success',
      InstanceProfileArn: 'arn:aws:iam::123456789012:instance-profile/worker',
      InstanceProfileId: expect.stringMatching(/^AIPA/) as string,
    })
  })

  test('says that EC2 may not assume a role that does not trust it, and so do the credentials', async () => {
    const document = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    }
    await emulator.client(IAMClient).send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'worker',
        PolicyDocument: JSON.stringify(document),
      }),
    )
    for (const answer of [await info(), await read()]) {
      expect(answer.Code).toBe('AssumeRoleUnauthorizedAccess')
      expect(answer.Message).toContain('EC2 cannot assume the role worker.')
    }
    expect(await read()).not.toHaveProperty('SecretAccessKey')
  })

  test('says that a profile is gone', async () => {
    const iam = emulator.client(IAMClient)
    const profile = { InstanceProfileName: 'worker' }
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: 'worker' }))
    expect((await ask(url, path)).status).toBe(404)
    await iam.send(new DeleteInstanceProfileCommand(profile))
    expect((await info())['Code']).toBe('InstanceProfileNotFound')
  })
})

test('are of the role that the profile has now', async () => {
  const iam = emulator.client(IAMClient)
  await makeRole(emulator, 'other')
  const profile = { InstanceProfileName: 'worker' }
  const before = await read()
  await iam.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: 'worker' }))
  await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: 'other' }))
  expect((await ask(url, path)).status).toBe(404)
  const { text } = await ask(url, '/latest/meta-data/iam/security-credentials/other')
  const after = JSON.parse(text) as Credentials
  expect(after.AccessKeyId).not.toBe(before.AccessKeyId)
  expect(await who(after)).toBe(`arn:aws:sts::123456789012:assumed-role/other/${id}`)
})
