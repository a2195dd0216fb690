import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Explanation } from '../../emulator/authorize/explain.ts'
import { allow, asUser, policy } from '../services/iam/callers.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

let emulator: TestEmulator
let alice: { credentials: { accessKeyId: string; secretAccessKey: string } }
beforeAll(async () => {
  emulator = await startTestEmulator()
})
beforeEach(async () => {
  emulator.reset()
  await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: 'notes' }))
  alice = await newUser('alice')
})
afterAll(() => emulator.close())

async function newUser(UserName: string) {
  await emulator.client(IAMClient).send(new CreateUserCommand({ UserName }))
  return asUser(emulator, UserName)
}

const give = (UserName: string, PolicyDocument: string, PolicyName = 'own') =>
  emulator
    .client(IAMClient)
    .send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))

async function control<Answer>(path: string, body?: object, on = emulator): Promise<Answer> {
  const init = body && { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${on.url}/_pocketcloud/${path}`, init)
  return (await response.json()) as Answer
}

const sessionArn = 'arn:aws:sts::123456789012:assumed-role/worker/today'

/** A role without permissions; its ARN. */
async function newRole(principal: object): Promise<string> {
  const trust = policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' })
  const { Role } = await emulator
    .client(IAMClient)
    .send(new CreateRoleCommand({ RoleName: 'worker', AssumeRolePolicyDocument: trust }))
  return Role!.Arn!
}

const audit = (on: boolean) => control('iam/audit', { audit: on })
const lastDenial = async () => (await control<{ denial: Explanation | null }>('why')).denial

const put = (Key: string) => new PutObjectCommand({ Bucket: 'notes', Key, Body: 'text' })
const list = new ListObjectsV2Command({ Bucket: 'notes' })

describe('audit', () => {
  test('lets through what policies deny, and records why it would have been denied', async () => {
    const s3 = emulator.client(S3Client, alice)
    await expect(s3.send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
    await audit(true)
    await s3.send(put('a'))
    expect(await lastDenial()).toMatchObject({
      audited: true,
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::notes/a',
      principal: 'arn:aws:iam::123456789012:user/alice',
    })
    await audit(false)
    await expect(s3.send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await lastDenial()).toMatchObject({ audited: false, action: 's3:ListBucket' })
  })

  test('lets through what an operation authorizes while it runs', async () => {
    await emulator.client(S3Client).send(put('a'))
    await audit(true)
    const remove = new DeleteObjectsCommand({
      Bucket: 'notes',
      Delete: { Objects: [{ Key: 'a' }] },
    })
    expect(await emulator.client(S3Client, alice).send(remove)).toMatchObject({
      Deleted: [{ Key: 'a' }],
    })
    expect(await lastDenial()).toMatchObject({ audited: true, action: 's3:DeleteObject' })
  })

  test('ends with a reset', async () => {
    await audit(true)
    emulator.reset()
    expect(await control('iam/audit')).toMatchObject({ audit: false })
  })

  test('stays on over a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'pocketcloud-audit-'))
    let running = await startTestEmulator({ dataDir })
    try {
      await control('iam/audit', { audit: true }, running)
      await running.close()
      running = await startTestEmulator({ dataDir })
      expect(await control('iam/audit', undefined, running)).toMatchObject({ audit: true })
    } finally {
      await running.close()
      rmSync(dataDir, { recursive: true })
    }
  })

  test('is switched by true and false alone', async () => {
    expect(await control('iam/audit', { audit: 'yes' })).toMatchObject({
      error: { code: 'InvalidParameter' },
    })
  })
})

describe('the missing statements', () => {
  test('of a denial allow the call', async () => {
    const s3 = emulator.client(S3Client, alice)
    await expect(s3.send(put('${x}*'))).rejects.toMatchObject({ name: 'AccessDenied' })
    const { missing } = (await lastDenial())!
    expect(missing).toMatchObject([{ policy: 'identity', where: 'a policy of user alice' }])
    await give('alice', policy(missing[0]!.statement))
    await s3.send(put('${x}*'))
    await expect(s3.send(put('other'))).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('are those for all that a call needs, and allow it at once', async () => {
    const { Images } = await emulator
      .client(EC2Client)
      .send(new DescribeImagesCommand({ Owners: ['amazon'], MaxResults: 5 }))
    const ec2 = emulator.client(EC2Client, alice)
    const launch = new RunInstancesCommand({
      ImageId: Images![0]!.ImageId!,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'a' }] }],
    })
    await expect(ec2.send(launch)).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
    const { missing } = (await lastDenial())!
    expect(missing.map(({ statement }) => statement['Action'])).toEqual([
      'ec2:RunInstances',
      'ec2:CreateTags',
    ])
    await give('alice', policy(...missing.map(({ statement }) => statement)))
    await ec2.send(launch)
  })

  test('are none where a Deny alone stands in the way', async () => {
    const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
    const deny = { Sid: 'NoWrites', Effect: 'Deny', Action: 's3:Put*', Resource: '*' }
    await give('alice', policy(everything, deny))
    await expect(emulator.client(S3Client, alice).send(put('a'))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    expect(await lastDenial()).toMatchObject({
      decision: 'explicitDeny',
      denying: [{ sid: 'NoWrites', statement: 1 }],
      missing: [],
    })
  })

  test('and a Deny are told together', async () => {
    await give('alice', policy({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' }))
    await expect(emulator.client(S3Client, alice).send(put('a'))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    expect(await lastDenial()).toMatchObject({ denying: [{}], missing: [{ policy: 'identity' }] })
  })
})

describe('of sessions and boundaries', () => {
  test('a boundary that is silent is told apart', async () => {
    await give('alice', policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }))
    const iam = emulator.client(IAMClient)
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: allow('ec2:*') }),
    )
    const limit = { UserName: 'alice', PermissionsBoundary: Policy!.Arn! }
    await iam.send(new PutUserPermissionsBoundaryCommand(limit))
    const s3 = emulator.client(S3Client, alice)
    await expect(s3.send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await lastDenial()).toMatchObject({
      missing: [{ policy: 'boundary', where: 'the permissions boundary of user alice' }],
    })
  })

  test('a role that does not trust its caller misses a statement in its trust policy', async () => {
    const role = await newRole({ Service: 'ec2.amazonaws.com' })
    await give('alice', policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
    const assume = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'today' })
    const sts = emulator.client(STSClient, alice)
    await expect(sts.send(assume)).rejects.toMatchObject({ name: 'AccessDenied' })
    const { missing } = (await lastDenial())!
    expect(missing).toEqual([
      {
        policy: 'resource',
        where: `the trust policy of ${role}`,
        statement: {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::123456789012:user/alice' },
          Action: 'sts:AssumeRole',
        },
      },
    ])
    const trust = new UpdateAssumeRolePolicyCommand({
      RoleName: 'worker',
      PolicyDocument: policy(missing[0]!.statement),
    })
    await emulator.client(IAMClient).send(trust)
    await sts.send(assume)
  })

  test('a role has what its sessions did suggested', async () => {
    const role = await newRole({ AWS: 'arn:aws:iam::123456789012:user/alice' })
    const { Credentials } = await emulator
      .client(STSClient, alice)
      .send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'today' }))
    const session = emulator.client(S3Client, {
      credentials: {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      },
    })
    await expect(session.send(list)).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(await lastDenial()).toMatchObject({ missing: [{ where: 'a policy of role worker' }] })
    await audit(true)
    await session.send(list)
    const suggestion = {
      type: 'role',
      name: 'worker',
      policy: {
        Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::notes' }],
      },
    }
    for (const name of ['worker', 'role/worker', role, sessionArn]) {
      const path = `iam/suggest?principal=${encodeURIComponent(name)}`
      expect(await control(path)).toMatchObject(suggestion)
    }
  })
})

describe('why', () => {
  test('knows a call that was not denied, and one that it does not know', async () => {
    const { $metadata } = await emulator.client(S3Client).send(list)
    const path = `why?requestId=${$metadata.requestId}`
    expect(await control(path)).toMatchObject({
      denial: null,
      event: { operation: 'ListObjectsV2' },
    })
    expect(await control('why?requestId=none')).toMatchObject({ error: { code: 'UnknownRequest' } })
  })

  test('explains what a successful answer names as denied', async () => {
    const may = { Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::notes/a' }
    await give('alice', policy(may))
    const Objects = [{ Key: 'a' }, { Key: 'b' }]
    const remove = new DeleteObjectsCommand({ Bucket: 'notes', Delete: { Objects } })
    expect(await emulator.client(S3Client, alice).send(remove)).toMatchObject({
      Errors: [{ Key: 'b', Code: 'AccessDenied' }],
    })
    expect(await lastDenial()).toMatchObject({ audited: false, resource: 'arn:aws:s3:::notes/b' })
    // What was granted beside it is known, too.
    expect(await control('iam/suggest?principal=alice')).toMatchObject({
      policy: { Statement: [may] },
    })
  })

  test('tells which condition was not met', async () => {
    const Condition = { StringEquals: { 's3:prefix': 'public/' } }
    await give('alice', policy({ Effect: 'Allow', Action: 's3:List*', Resource: '*', Condition }))
    await expect(emulator.client(S3Client, alice).send(list)).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    expect(await lastDenial()).toMatchObject({
      statements: [
        {
          matched: false,
          mismatch: { operator: 'StringEquals', key: 's3:prefix', expected: ['public/'] },
        },
      ],
    })
  })
})

interface Suggestion {
  readonly type: string
  readonly policy: { readonly Statement: object[] }
}

describe('the suggested policy', () => {
  const work = async (who: object) => {
    const s3 = emulator.client(S3Client, who)
    for (const key of ['a', 'b', 'c', 'd']) await s3.send(put(key))
    await s3.send(new GetObjectCommand({ Bucket: 'notes', Key: 'a' }))
    await s3.send(list)
    const Objects = [{ Key: 'b' }, { Key: 'c' }]
    const { Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket: 'notes', Delete: { Objects } }),
    )
    expect(Errors ?? []).toEqual([])
    await emulator.client(EC2Client, who).send(new DescribeInstancesCommand({}))
  }

  test('is what was done, grouped, and is enough to do it again', async () => {
    await give('alice', policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
    await work(alice)
    const { type, policy: suggested } = await control<Suggestion>('iam/suggest?principal=alice')
    expect(type).toBe('user')
    expect(suggested).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 's3:DeleteObject',
          Resource: ['arn:aws:s3:::notes/b', 'arn:aws:s3:::notes/c'],
        },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::notes/a' },
        { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::notes' },
        { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::notes/*' },
      ],
    })
    const bob = await newUser('bob')
    await give('bob', JSON.stringify(suggested))
    await work(bob)
    const other = emulator.client(EC2Client, bob).send(new CreateKeyPairCommand({ KeyName: 'k' }))
    await expect(other).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
  })

  test('of a user who did everything under audit is enough as well', async () => {
    await audit(true)
    await work(alice)
    await audit(false)
    await expect(work(alice)).rejects.toMatchObject({ name: 'AccessDenied' })
    const { policy: suggested } = await control<Suggestion>('iam/suggest?principal=user/alice')
    await give('alice', JSON.stringify(suggested))
    await work(alice)
  })

  test('leaves out what was denied', async () => {
    await give('alice', policy({ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }))
    await emulator.client(EC2Client, alice).send(new DescribeInstancesCommand({}))
    const group = new CreateSecurityGroupCommand({ GroupName: 'g', Description: 'g' })
    await expect(emulator.client(EC2Client, alice).send(group)).rejects.toMatchObject({
      name: 'UnauthorizedOperation',
    })
    const arn = encodeURIComponent('arn:aws:iam::123456789012:user/alice')
    const { policy: suggested } = await control<Suggestion>(`iam/suggest?principal=${arn}`)
    expect(suggested.Statement).toEqual([
      { Effect: 'Allow', Action: 'ec2:DescribeInstances', Resource: '*' },
    ])
  })

  test('is refused for someone who did nothing', async () => {
    const none = { error: { code: 'NothingRecorded' } }
    expect(await control('iam/suggest?principal=alice')).toMatchObject(none)
    expect(await control('iam/suggest?principal=role/alice')).toMatchObject(none)
    expect(await control('iam/suggest')).toMatchObject({ error: { code: 'InvalidParameter' } })
  })

  test("is of the account's own history", async () => {
    await give('alice', policy({ Effect: 'Allow', Action: '*', Resource: '*' }))
    await emulator.client(S3Client, alice).send(list)
    const arn = encodeURIComponent('arn:aws:iam::210987654321:user/alice')
    expect(await control(`iam/suggest?principal=${arn}`)).toMatchObject({
      error: { code: 'NothingRecorded' },
    })
    await emulator
      .client(IAMClient)
      .send(new DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'own' }))
  })
})
