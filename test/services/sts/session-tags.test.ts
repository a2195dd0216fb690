import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, policy } from '../iam/callers.ts'
import { account, asSession, assume, makeRole, makeUser, roleArn, trust } from './roles.ts'

let emulator: TestEmulator
let iam: IAMClient
let alice: object
const alicesArn = `arn:aws:iam::${account}:user/alice`
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  alice = await makeUser(emulator, 'alice')
})
afterAll(() => emulator.close())

const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
const blue = [{ Key: 'team', Value: 'blue' }]
const onlyBlue = policy({
  Effect: 'Allow',
  Action: ['iam:ListUsers', 'sts:*'],
  Resource: '*',
  Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
})

/** A role’s session with tags, from alice or from another session. */
async function session(from: object, role: string, more: object = {}) {
  const { Credentials } = await assume(emulator, from, roleArn(role), more)
  return asSession(Credentials!)
}
const listUsers = (config: object) =>
  emulator.client(IAMClient, config).send(new ListUsersCommand({}))
const deniedTo = (action: string) => ({
  name: 'AccessDenied',
  message: expect.stringContaining(`is not authorized to perform: ${action} on resource: `),
  $metadata: { httpStatusCode: 403 },
})

describe('session tags', () => {
  test('are the session’s principal tags, before the role’s own', async () => {
    await makeRole(iam, 'tagged', trust(alicesArn, undefined, all), onlyBlue, {
      Tags: [{ Key: 'Team', Value: 'red' }],
    })
    await expect(listUsers(await session(alice, 'tagged'))).rejects.toMatchObject(
      deniedTo('iam:ListUsers'),
    )
    await listUsers(await session(alice, 'tagged', { Tags: blue }))
  })

  test('take sts:TagSession in the trust policy', async () => {
    await makeRole(iam, 'untagged', trust(alicesArn))
    const bob = await makeUser(emulator, 'bob', allow('sts:*'))
    await makeRole(iam, 'bobs', trust(`arn:aws:iam::${account}:user/bob`))
    await expect(
      assume(emulator, alice, roleArn('untagged'), { Tags: blue }),
    ).rejects.toMatchObject(deniedTo('sts:TagSession'))
    await expect(assume(emulator, bob, roleArn('bobs'), { Tags: blue })).rejects.toMatchObject(
      deniedTo('sts:TagSession'),
    )
  })

  test('are what conditions of the trust policy may ask of a request', async () => {
    await makeRole(
      iam,
      'picky',
      trust(
        alicesArn,
        {
          StringEquals: { 'aws:RequestTag/team': ['blue', 'green'] },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        },
        all,
      ),
    )
    await session(alice, 'picky', { Tags: blue })
    await expect(session(alice, 'picky')).rejects.toMatchObject(deniedTo('sts:AssumeRole'))
    await expect(
      session(alice, 'picky', { Tags: [...blue, { Key: 'other', Value: 'x' }] }),
    ).rejects.toMatchObject(deniedTo('sts:AssumeRole'))
  })

  test('go on through a chain of roles where they are transitive, and can’t be changed on the way', async () => {
    await makeRole(iam, 'first', trust(alicesArn, undefined, all))
    await makeRole(iam, 'second', trust(roleArn('first'), undefined, all), onlyBlue)
    const transitive = await session(alice, 'first', { Tags: blue, TransitiveTagKeys: ['team'] })
    await listUsers(await session(transitive, 'second'))
    await expect(
      session(transitive, 'second', { Tags: [{ Key: 'TEAM', Value: 'red' }] }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('conflicts with a transitive tag key'),
    })
    const plain = await session(alice, 'first', { Tags: blue })
    await expect(listUsers(await session(plain, 'second'))).rejects.toMatchObject(
      deniedTo('iam:ListUsers'),
    )
  })

  test('are refused twice under one key, or where they are too large together', async () => {
    await makeRole(iam, 'tagged', trust(alicesArn, undefined, all))
    await expect(
      session(alice, 'tagged', { Tags: [...blue, { Key: 'Team', Value: 'x' }] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(
      session(alice, 'tagged', { Tags: blue, TransitiveTagKeys: ['other'] }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    // A published measurement: https://github.com/aws-actions/configure-aws-credentials/issues/1898
    const Tags = Array.from({ length: 9 }, (_, index) => ({
      Key: `T${index + 1}`,
      Value: 'a'.repeat(250),
    }))
    await expect(session(alice, 'tagged', { Tags })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
      message: 'Packed size of session tags consumes 498% of allotted space.',
    })
  })
})

describe('source identity', () => {
  test('takes sts:SetSourceIdentity, stays with the session and goes on through a chain', async () => {
    await makeRole(iam, 'open', trust(alicesArn))
    await expect(
      assume(emulator, alice, roleArn('open'), { SourceIdentity: 'alice' }),
    ).rejects.toMatchObject(deniedTo('sts:SetSourceIdentity'))
    await makeRole(
      iam,
      'first',
      trust(alicesArn, { StringLike: { 'sts:SourceIdentity': 'ali*' } }, all),
    )
    const byName = policy({
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceIdentity': 'alice' } },
    })
    await makeRole(iam, 'second', trust(roleArn('first'), undefined, all), byName)
    await makeRole(iam, 'third', trust(roleArn('first')))
    const answer = await assume(emulator, alice, roleArn('first'), { SourceIdentity: 'alice' })
    expect(answer.SourceIdentity).toBe('alice')
    const first = asSession(answer.Credentials!)
    await listUsers(await session(first, 'second'))
    // What goes on has to be allowed by every role of the chain.
    await expect(session(first, 'third')).rejects.toMatchObject(deniedTo('sts:SetSourceIdentity'))
    await expect(session(first, 'second', { SourceIdentity: 'bob' })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    await expect(session(alice, 'first', { SourceIdentity: 'bob' })).rejects.toMatchObject(
      deniedTo('sts:AssumeRole'),
    )
  })
})
