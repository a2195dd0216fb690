import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cloud } from '../../checker/cloud.ts'
import { accountRoot, copyCloud } from '../../checker/cloud-copy.ts'
import { controlClient } from '../../checker/control-client.ts'
import { gradeChecks } from '../../checker/grade.ts'
import { condition, failed, lab, passed, task } from '../../checker/lab.ts'
import type { TestEmulator } from '../support/emulator.ts'
import { startTestEmulator } from '../support/emulator.ts'

let emulator: TestEmulator
let iam: IAMClient
let s3: S3Client
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
  s3 = emulator.client(S3Client)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

/** Grades one check and gives its report. */
async function look(
  check: (cloud: Cloud) => Promise<void>,
  { copy = true, endpoint = emulator.url } = {},
) {
  const report = await gradeChecks(
    { id: 'any', title: 'Any', services: ['iam', 's3'], values: {}, copy },
    lab({
      tasks: [
        task({
          id: 'task',
          title: 'Task',
          conditions: [
            condition({
              id: 'check',
              title: 'Check',
              points: 1,
              check: async (cloud) => {
                await check(cloud)
                return passed()
              },
            }),
          ],
        }),
      ],
    }),
    { endpoint, since: { sequence: 0 } },
  )
  return report.tasks[0]!.conditions[0]!
}

const UserName = 'dave'
const makeDave = async () => {
  await iam.send(new CreateUserCommand({ UserName }))
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
}

describe('a copy of the cloud', () => {
  it('has what the cloud has, and keeps what is done in it to itself', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'kept' }))
    const before = await controlClient(emulator.url).events(0, 100)
    const report = await look(async (cloud) => {
      await cloud.s3.send(new CreateBucketCommand({ Bucket: 'tried' }))
      const { Buckets } = await cloud.s3.send(new ListBucketsCommand({}))
      expect(Buckets!.map(({ Name }) => Name)).toEqual(['kept', 'tried'])
    })
    expect(report).toMatchObject({ state: 'passed' })
    const after = await controlClient(emulator.url).events(0, 100)
    expect(after).toEqual(before)
    const { Buckets } = await s3.send(new ListBucketsCommand({}))
    expect(Buckets!.map(({ Name }) => Name)).toEqual(['kept'])
  })

  it("tries with a user's own permissions, also where they have two keys already", async () => {
    await makeDave()
    await iam.send(new CreateAccessKeyCommand({ UserName }))
    await iam.send(new CreateAccessKeyCommand({ UserName }))
    const report = await look(async ({ as }) => {
      const dave = await as(UserName)
      await dave.s3.send(new ListBucketsCommand({}))
      await expect(dave.s3.send(new CreateBucketCommand({ Bucket: 'tried' }))).rejects.toThrow(
        'user/dave is not authorized to perform: s3:CreateBucket',
      )
    })
    expect(report).toMatchObject({ state: 'passed' })
  })

  it('is looked at as root, also where students have locked themselves out', async () => {
    const lock = { UserName: 'student', PolicyName: 'lock' }
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'iam:List*', Resource: '*' }],
    })
    await iam.send(new PutUserPolicyCommand({ ...lock, PolicyDocument }))
    const listUsers = async (cloud: Cloud) => void (await cloud.iam.send(new ListUsersCommand({})))
    expect(await look(listUsers, { copy: false })).toMatchObject({ state: 'ungradable' })
    expect(await look(listUsers)).toMatchObject({ state: 'passed' })
    await iam.send(new DeleteUserPolicyCommand(lock))
  })

  it('refuses what is not allowed while audit lets it pass in the cloud', async () => {
    await makeDave()
    await fetch(`${emulator.url}/_pocketcloud/iam/audit`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"audit":true}',
    })
    const report = await look(async ({ as }) => {
      const dave = await as(UserName)
      await expect(dave.s3.send(new CreateBucketCommand({ Bucket: 'tried' }))).rejects.toThrow(
        'not authorized',
      )
    })
    expect(report).toMatchObject({ state: 'passed' })
  })

  it('of an emulator that is strict, in another account', async () => {
    const strict = await startTestEmulator({ strict: true, account: '210987654321' })
    try {
      const report = await look(
        async ({ iam: root, account }) => {
          const { Users } = await root.send(new ListUsersCommand({}))
          expect([account, Users!.map(({ Arn }) => Arn)]).toEqual([
            '210987654321',
            ['arn:aws:iam::210987654321:user/student'],
          ])
        },
        { endpoint: strict.url },
      )
      expect(report).toMatchObject({ state: 'passed' })
    } finally {
      await strict.close()
    }
  })

  it('gives root in another region too', async () => {
    const report = await look(async ({ as }) => {
      const { s3: there } = await as(accountRoot, 'eu-west-1')
      expect(await there.config.region()).toBe('eu-west-1')
      await there.send(new ListBucketsCommand({}))
    })
    expect(report).toMatchObject({ state: 'passed' })
  })

  it('nobody can try as a user who is not there', async () => {
    const report = await look(async ({ as }) => void (await as('nobody')))
    expect(report).toMatchObject({ state: 'ungradable' })
    expect(report.message).toContain('The user with name nobody cannot be found.')
  })

  it('is only there for a lab that asks for it', async () => {
    const report = await look(async ({ as }) => void (await as('student')), { copy: false })
    expect(report).toMatchObject({ state: 'ungradable' })
    expect(report.message).toContain('for which lab.md has to say "copy: true"')
  })

  it('that cannot be made is no verdict', async () => {
    const control = controlClient(emulator.url)
    const damaged = { ...control, save: async () => new Blob(['no archive']).stream() as never }
    const health = { account: '123456789012', region: 'us-east-1' }
    await expect(copyCloud(damaged, health, ['iam'])).rejects.toMatchObject({
      code: 'NotCopied',
      message: expect.stringContaining('The cloud could not be copied: ') as string,
    })
  })
})

it('a verdict of a check in a copy is as any other', async () => {
  const report = await gradeChecks(
    { id: 'any', title: 'Any', services: ['iam'], values: {}, copy: true },
    lab({
      tasks: [
        task({
          id: 'task',
          title: 'Task',
          conditions: [
            condition({ id: 'no', title: 'No', points: 1, check: () => failed('There is none.') }),
          ],
        }),
      ],
    }),
    { endpoint: emulator.url, since: { sequence: 0 } },
  )
  expect(report).toMatchObject({ state: 'failed', score: 0, endpoint: emulator.url })
})
