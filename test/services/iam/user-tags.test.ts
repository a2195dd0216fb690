import {
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  ListUserTagsCommand,
  TagUserCommand,
  UntagUserCommand,
  type Tag,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { asUser, policy } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
})
afterAll(() => emulator.close())

const UserName = 'alice'
const tag = (...Tags: Tag[]) => iam.send(new TagUserCommand({ UserName, Tags }))
const tags = async () => (await iam.send(new ListUserTagsCommand({ UserName }))).Tags

test('TagUser adds tags and replaces those whose key differs only in case', async () => {
  await tag({ Key: 'team', Value: 'a' }, { Key: 'cost center', Value: 'ü 42' })
  await tag({ Key: 'Team', Value: 'b' })
  expect(await tags()).toEqual([
    { Key: 'cost center', Value: 'ü 42' },
    { Key: 'Team', Value: 'b' },
  ])
  const { User } = await iam.send(new GetUserCommand({ UserName }))
  expect(User!.Tags).toEqual(await tags())
})

test('TagUser refuses a 51st tag', async () => {
  const fifty = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  await tag(...fifty)
  await expect(tag({ Key: 'one more', Value: '' })).rejects.toMatchObject({
    name: 'LimitExceededException',
  })
  expect(await tags()).toHaveLength(50)
})

test('TagUser refuses characters that tags cannot have', async () => {
  await expect(tag({ Key: 'a<b', Value: 'x' })).rejects.toThrow(
    String.raw`1 validation error detected: Value 'a<b' at 'tags.1.member.key' failed to satisfy constraint: ` +
      String.raw`Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`,
  )
})

test('UntagUser removes tags, and does nothing where there are none', async () => {
  await tag({ Key: 'team', Value: 'a' }, { Key: 'other', Value: 'b' })
  await iam.send(new UntagUserCommand({ UserName, TagKeys: ['TEAM', 'nothing'] }))
  expect(await tags()).toEqual([{ Key: 'other', Value: 'b' }])
})

test('ListUserTags pages', async () => {
  await tag({ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' })
  const first = await iam.send(new ListUserTagsCommand({ UserName, MaxItems: 1 }))
  expect(first).toMatchObject({ IsTruncated: true, Tags: [{ Key: 'a', Value: '1' }] })
  const rest = await iam.send(
    new ListUserTagsCommand({ UserName, MaxItems: 1, Marker: first.Marker }),
  )
  expect(rest).toMatchObject({ IsTruncated: false, Tags: [{ Key: 'b', Value: '2' }] })
})

test('the keys and values of tags reach the policies that decide', async () => {
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'a', 'aws:ResourceTag/kind': 'test' } }
  const document = policy({ Effect: 'Allow', Action: 'iam:TagUser', Resource: '*', Condition })
  await iam.send(new CreateUserCommand({ UserName: 'tagger' }))
  const tagger = emulator.client(IAMClient, await asUser(emulator, 'tagger', document))
  const tagAs = (Value: string) =>
    tagger.send(new TagUserCommand({ UserName, Tags: [{ Key: 'team', Value }] }))
  await expect(tagAs('a')).rejects.toMatchObject({ name: 'AccessDenied' })
  await tag({ Key: 'kind', Value: 'test' })
  await tagAs('a')
  await expect(tagAs('b')).rejects.toMatchObject({ name: 'AccessDenied' })
})
