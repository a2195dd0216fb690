import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
  type KMSClient,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { policy } from '../iam/callers.ts'
import { account, refusal, useKms } from './support.ts'

const { emulator, send, createKey, user, root } = useKms()

const Plaintext = Buffer.from('x')
const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`
const accountAll = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'kms:*',
  Resource: '*',
}
const encrypt = (as: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
  as.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))
const putPolicy = (KeyId: string, Policy: string) =>
  send(new PutKeyPolicyCommand({ KeyId, Policy }))

describe('a key with the default policy', () => {
  test("is for whom the account's own policies let", async () => {
    const { KeyId, Arn } = await createKey()
    const [alice, bob] = [await user('alice', 'kms:Encrypt'), await user('bob')]
    await encrypt(alice, KeyId)
    expect(await refusal(alice.send(new DescribeKeyCommand({ KeyId })))).toBe(
      `AccessDeniedException: User: ${userArn('alice')} is not authorized to perform: kms:DescribeKey on resource: ${Arn} because no identity-based policy allows the kms:DescribeKey action`,
    )
    expect(await refusal(encrypt(bob, KeyId))).toMatch(/^AccessDeniedException: .* identity-based/)
  })
})

describe('a key policy', () => {
  test('that leaves out the account shuts out its administrators', async () => {
    const alice = await user('alice')
    const own = { Effect: 'Allow', Principal: { AWS: userArn('alice') }, Resource: '*' }
    const student = { ...own, Principal: { AWS: userArn('student') } }
    const { KeyId, Arn } = await createKey({
      Policy: policy({ ...own, Action: 'kms:Encrypt' }, { ...student, Action: 'kms:*KeyPolicy' }),
    })
    await encrypt(alice, KeyId)
    expect(await refusal(send(new EncryptCommand({ KeyId, Plaintext })))).toBe(
      `AccessDeniedException: User: ${userArn('student')} is not authorized to perform: kms:Encrypt on resource: ${Arn} because no resource-based policy allows the kms:Encrypt action`,
    )
    const asRoot = root('test')
    expect(await refusal(encrypt(asRoot, KeyId))).toMatch(/^AccessDeniedException/)
  })

  test('is put and given back as it was written', async () => {
    const { KeyId } = await createKey()
    const Policy = `${policy(accountAll)}\n`
    await putPolicy(KeyId, Policy)
    const got = await send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }))
    expect(got.Policy).toBe(Policy)
    expect((await send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames).toEqual(['default'])
    const other = send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'other' }))
    expect(await refusal(other)).toBe('NotFoundException: No such policy exists')
  })

  test('that denies is stronger than any Allow', async () => {
    const { KeyId } = await createKey()
    const deny = { ...accountAll, Effect: 'Deny', Action: 'kms:Encrypt', Principal: '*' }
    await putPolicy(KeyId, policy(accountAll, deny))
    expect(await refusal(send(new EncryptCommand({ KeyId, Plaintext })))).toMatch(
      /with an explicit deny in a resource-based policy$/,
    )
  })

  test('lets another account in where that allows it too', async () => {
    const { KeyId, Arn } = await createKey()
    const other = root('222222222222')
    expect(await refusal(encrypt(other, Arn))).toMatch(/^AccessDeniedException/)
    const theirs = { ...accountAll, Principal: { AWS: '222222222222' }, Action: 'kms:*crypt' }
    await putPolicy(KeyId, policy(accountAll, theirs))
    const { CiphertextBlob } = await encrypt(other, Arn)
    expect((await other.send(new DecryptCommand({ CiphertextBlob }))).KeyId).toBe(Arn)
    expect((await send(new DecryptCommand({ CiphertextBlob }))).KeyId).toBe(Arn)
  })

  test.each([
    ['no JSON', '{', /^MalformedPolicyDocumentException/],
    ['no principal', policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }), /Principal/],
    [
      'a user who is not there',
      policy(accountAll, { ...accountAll, Principal: { AWS: userArn('nobody') } }),
      /^MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals\.$/,
    ],
    [
      'nobody who could change it',
      policy({ ...accountAll, Action: 'kms:Encrypt' }),
      /^MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future\.$/,
    ],
  ])('with %s is refused', async (_what, Policy, expected) => {
    const { KeyId } = await createKey()
    expect(await refusal(putPolicy(KeyId, Policy))).toMatch(expected)
    expect(await refusal(send(new CreateKeyCommand({ Policy })))).toMatch(expected)
    expect((await send(new ListKeysCommand({}))).Keys).toHaveLength(1)
  })

  test('may lock everybody out where that is asked for', async () => {
    const { KeyId } = await createKey()
    const Policy = policy({ ...accountAll, Action: 'kms:Encrypt' })
    await send(new PutKeyPolicyCommand({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true }))
    expect(await refusal(putPolicy(KeyId, policy(accountAll)))).toMatch(/^AccessDeniedException/)
  })

  test('names a role that is there', async () => {
    const { KeyId } = await createKey()
    const AssumeRolePolicyDocument = policy({
      Effect: 'Allow',
      Principal: { AWS: account },
      Action: 'sts:AssumeRole',
    })
    const role = { RoleName: 'app', AssumeRolePolicyDocument }
    await emulator().client(IAMClient).send(new CreateRoleCommand(role))
    const statement = { ...accountAll, Principal: { AWS: `arn:aws:iam::${account}:role/app` } }
    const Policy = policy(accountAll, statement)
    await putPolicy(KeyId, Policy)
    expect((await send(new GetKeyPolicyCommand({ KeyId }))).Policy).toBe(Policy)
  })
})

describe('condition keys', () => {
  test.each([
    [{ StringEquals: { 'kms:EncryptionContext:app': 'one' } }, { app: 'one' }, { app: 'two' }],
    [{ Null: { 'kms:EncryptionContext:app': 'false' } }, { app: 'x' }, { other: 'x' }],
    [
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a', 'b'] } },
      { a: '1' },
      { a: '1', c: '1' },
    ],
  ])('%j', async (Condition, good, bad) => {
    const alice = await user('alice')
    const { KeyId } = await createKey({
      Policy: policy(accountAll, {
        Effect: 'Allow',
        Principal: { AWS: userArn('alice') },
        Action: 'kms:GenerateDataKey',
        Resource: '*',
        Condition,
      }),
    })
    const generate = (EncryptionContext: Record<string, string>) =>
      alice.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }))
    await generate(good)
    expect(await refusal(generate(bad))).toMatch(/^AccessDeniedException/)
  })

  test.each([
    [{ StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } }, true],
    [{ StringEquals: { 'kms:KeySpec': 'RSA_2048' } }, false],
    [{ StringEquals: { 'kms:CallerAccount': account } }, true],
    [{ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } }, false],
    [{ StringEquals: { 'aws:ResourceTag/team': 'blue' } }, true],
    [{ StringEquals: { 'aws:ResourceTag/team': 'red' } }, false],
    [{ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } }, true],
    [{ StringEquals: { 'kms:RequestAlias': 'alias/app' } }, false],
  ])('%j allows: %s', async (Condition, allows) => {
    const alice = await user('alice')
    const statement = { ...accountAll, Principal: { AWS: userArn('alice') }, Condition }
    const { KeyId } = await createKey({
      Policy: policy(accountAll, statement),
      Tags: [{ TagKey: 'team', TagValue: 'blue' }],
    })
    await send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }))
    const answer = await refusal(encrypt(alice, KeyId))
    expect(answer).toMatch(allows ? /^no refusal$/ : /^AccessDeniedException/)
  })
})

test('an alias takes permission on itself and on its key', async () => {
  const { KeyId } = await createKey()
  const alice = await user('alice', 'kms:CreateAlias')
  const create = (as: KMSClient, AliasName: string) =>
    as.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }))
  await create(alice, 'alias/a')
  const bob = await user('bob', 'kms:Describe*')
  expect(await refusal(create(bob, 'alias/b'))).toMatch(
    /kms:CreateAlias on resource: arn:aws:kms:us-east-1:\d+:alias\/b because/,
  )
})

test('tags on a new key take permission to tag', async () => {
  const alice = await user('alice', 'kms:CreateKey')
  await alice.send(new CreateKeyCommand({}))
  const tagged = alice.send(new CreateKeyCommand({ Tags: [{ TagKey: 'a', TagValue: 'b' }] }))
  expect(await refusal(tagged)).toMatch(/kms:TagResource/)
})
