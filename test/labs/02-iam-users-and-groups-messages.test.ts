import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { findLab } from '../../checker/catalogue.ts'
import { grade } from '../../checker/grade.ts'
import type { TestEmulator } from '../support/emulator.ts'
import { startTestEmulator } from '../support/emulator.ts'

// What the wrong answers leave out: the rarer ways to go astray, by the SDK, which is quicker than the CLI.

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

/** The report of one condition, `task/condition`. */
async function look(path: string) {
  const [task, id] = path.split('/')
  const lab = findLab('iam-users-and-groups')!
  const report = await grade(lab, { endpoint: emulator.url, since: { sequence: 0 }, task: task! })
  return report.tasks[0]!.conditions.find((condition) => condition.id === id)!
}

const Bucket = 'ml-team-data-123456789012'
const GroupName = 'DataScientists'
const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

/** alice in her group, with a key. */
async function makeAlice() {
  await s3.send(new CreateBucketCommand({ Bucket }))
  await iam.send(new CreateGroupCommand({ GroupName }))
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: readOnly }))
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName: 'alice' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

const allow = (Action: string, Resource: string) =>
  iam.send(
    new PutGroupPolicyCommand({
      GroupName,
      PolicyName: 'WriteModels',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource }],
      }),
    }),
  )

it('a policy for the wrong prefix: AWS itself says what she may not do', async () => {
  await makeAlice()
  await allow('s3:PutObject', `arn:aws:s3:::${Bucket}/model/*`)
  const { message, call } = await look('write/allowed')
  expect(message).toBe(
    `alice can't write models/check.txt into ${Bucket}. AWS tells her: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${Bucket}/models/check.txt" because no identity-based policy allows the s3:PutObject action. Expected that her group DataScientists allows it.`,
  )
  expect(call).toMatchObject({ service: 'iam', operation: 'PutGroupPolicy' })
  expect((await look('write/only-there')).state).toBe('failed')
})

it('a policy that lets her delete models as well is found out', async () => {
  await makeAlice()
  await allow('s3:*Object', `arn:aws:s3:::${Bucket}/models/*`)
  expect((await look('write/allowed')).state).toBe('passed')
  expect((await look('write/only-there')).message).toContain(
    'alice may do more than write under models/: s3:DeleteObject on models/check.txt. She holds AmazonS3ReadOnlyAccess, WriteModels.',
  )
})

it('a key that is switched off is told apart from none, and the check leaves it off', async () => {
  const { accessKeyId: AccessKeyId } = await makeAlice()
  await iam.send(new UpdateAccessKeyCommand({ UserName: 'alice', AccessKeyId, Status: 'Inactive' }))
  const { message, call } = await look('user/key')
  expect(message).toContain(`alice's access key ${AccessKeyId} is switched off.`)
  expect(call).toMatchObject({ operation: 'UpdateAccessKey' })
})

it('a refused write is repeated where she has not tried again', async () => {
  const credentials = await makeAlice()
  const hers = emulator.client(S3Client, { credentials })
  const Key = 'models/first.txt'
  await expect(hers.send(new PutObjectCommand({ Bucket, Key, Body: '1' }))).rejects.toThrow(
    'user/alice is not authorized to perform: s3:PutObject',
  )
  expect((await look('try/refused')).state).toBe('passed')
  await allow('s3:PutObject', `arn:aws:s3:::${Bucket}/models/*`)
  const { message, call } = await look('write/wrote')
  expect(message).toContain('alice tried to write models/first.txt and was refused: User: arn:')
  expect(call).toMatchObject({ service: 's3', operation: 'PutObject' })
  await hers.send(new PutObjectCommand({ Bucket, Key, Body: '1' }))
  expect((await look('write/wrote')).state).toBe('passed')
})

it('a group that holds another policy, or none, is told so', async () => {
  await iam.send(new CreateGroupCommand({ GroupName }))
  expect((await look('group/reads')).message).toContain(
    'Your group DataScientists holds no policy.',
  )
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3FullAccess'
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
  const { message, call } = await look('group/reads')
  expect(message).toContain('Your group DataScientists holds AmazonS3FullAccess.')
  expect(call).toMatchObject({ operation: 'AttachGroupPolicy' })
})

it('a bucket by another name, in another region, serves as well', async () => {
  await makeAlice()
  await emulator.client(S3Client, { region: 'eu-west-1' }).send(
    new CreateBucketCommand({
      Bucket: 'a-bucket-abroad',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    }),
  )
  const { DeleteBucketCommand } = await import('@aws-sdk/client-s3')
  await s3.send(new DeleteBucketCommand({ Bucket }))
  await allow('s3:PutObject', 'arn:aws:s3:::a-bucket-abroad/models/*')
  expect(await look('write/allowed')).toMatchObject({ state: 'passed' })
})
