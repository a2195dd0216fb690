import {
  CreatePolicyCommand,
  GetPolicyCommand,
  IAMClient,
  ListPolicyTagsCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

async function createPolicy(): Promise<string> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: 'p',
      PolicyDocument: allow('s3:*'),
      Tags: [{ Key: 'team', Value: 'a' }],
    }),
  )
  return Policy!.Arn!
}

test('tags of a policy are added, listed and removed, and leave the rest as it is', async () => {
  const PolicyArn = await createPolicy()
  const before = (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy!
  await iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'Team', Value: 'b' }] }))
  const { Tags } = await iam.send(new ListPolicyTagsCommand({ PolicyArn }))
  expect(Tags).toEqual([
    { Key: 'team', Value: 'a' },
    { Key: 'Team', Value: 'b' },
  ])
  await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['team'] }))
  const after = (await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy!
  expect(after).toEqual({ ...before, Tags: [{ Key: 'Team', Value: 'b' }] })
})

test('a request to tag names each key once', async () => {
  const PolicyArn = await createPolicy()
  const tag = { Key: 'x', Value: '' }
  await expect(
    iam.send(new TagPolicyCommand({ PolicyArn, Tags: [tag, tag] })),
  ).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  })
})

test('the policies of AWS have no tags and get none', async () => {
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  expect(await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).toMatchObject({ Tags: [] })
  await expect(
    iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'a', Value: 'b' }] })),
  ).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
})

test('a policy that is not there has no tags to list', async () => {
  const PolicyArn = 'arn:aws:iam::123456789012:policy/nothing'
  await expect(iam.send(new ListPolicyTagsCommand({ PolicyArn }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
})
