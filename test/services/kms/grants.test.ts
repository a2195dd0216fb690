import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  CreateGrantCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  type CreateGrantCommandInput,
} from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { policy } from '../iam/callers.ts'
import { account, refusal, useKms } from './support.ts'

const { emulator, send, createKey, user, root } = useKms()

const userArn = (name: string) => `arn:aws:iam::${account}:user/${name}`
const Plaintext = Buffer.from('x')
const encrypt = (as: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
  as.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }))
const grant = (KeyId: string, rest: Partial<CreateGrantCommandInput> = {}) =>
  send(
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal: userArn('alice'),
      Operations: ['Encrypt'],
      ...rest,
    }),
  )
const grants = async (KeyId: string) => (await send(new ListGrantsCommand({ KeyId }))).Grants!

test('a grant gives a user what no policy does, until it is revoked', async () => {
  const { KeyId } = await createKey()
  const alice = await user('alice')
  expect(await refusal(encrypt(alice, KeyId))).toMatch(/^AccessDeniedException/)
  const { GrantId } = await grant(KeyId)
  const { CiphertextBlob } = await encrypt(alice, KeyId)
  expect(await refusal(alice.send(new DecryptCommand({ CiphertextBlob })))).toMatch(
    /^AccessDeniedException/,
  )
  await send(new RevokeGrantCommand({ KeyId, GrantId }))
  expect(await refusal(encrypt(alice, KeyId))).toMatch(/^AccessDeniedException/)
  expect(await grants(KeyId)).toEqual([])
  const again = send(new RevokeGrantCommand({ KeyId, GrantId }))
  expect(await refusal(again)).toBe('InvalidGrantIdException')
})

test('a grant token that is sent along has to be one', async () => {
  const { KeyId } = await createKey()
  const alice = await user('alice')
  const { GrantToken } = await grant(KeyId)
  const sealed = (token: string) =>
    alice.send(new EncryptCommand({ KeyId, Plaintext, GrantTokens: [token] }))
  expect((await sealed(GrantToken!)).CiphertextBlob!.length).toBeGreaterThan(0)
  expect(await refusal(sealed('no token'))).toBe('InvalidGrantTokenException')
})

test('a Deny of the key policy is stronger than a grant', async () => {
  const { KeyId } = await createKey()
  const alice = await user('alice')
  await grant(KeyId)
  const root = { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }
  const deny = { ...root, Effect: 'Deny', Action: 'kms:Encrypt', Principal: '*' }
  await send(new PutKeyPolicyCommand({ KeyId, Policy: policy(root, deny) }))
  expect(await refusal(encrypt(alice, KeyId))).toMatch(/explicit deny in a resource-based policy$/)
})

test("a role's grant is its sessions'", async () => {
  const { KeyId } = await createKey()
  const trust = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }
  const role = { RoleName: 'app', AssumeRolePolicyDocument: policy(trust) }
  const { Role } = await emulator().client(IAMClient).send(new CreateRoleCommand(role))
  const session = { RoleArn: Role!.Arn, RoleSessionName: 'session' }
  const { Credentials } = await emulator().client(STSClient).send(new AssumeRoleCommand(session))
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!
  const app = emulator().client(KMSClient, {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  })
  expect(await refusal(encrypt(app, KeyId))).toMatch(/^AccessDeniedException/)
  await grant(KeyId, { GranteePrincipal: Role!.Arn! })
  await encrypt(app, KeyId)
})

test.each([
  [{ EncryptionContextSubset: { a: '1' } }, { a: '1', b: '2' }, { b: '2' }],
  [{ EncryptionContextEquals: { a: '1' } }, { a: '1' }, { a: '1', b: '2' }],
])('the constraint %j holds', async (Constraints, good, bad) => {
  const { KeyId } = await createKey()
  const alice = await user('alice')
  await grant(KeyId, { Constraints })
  await encrypt(alice, KeyId, good)
  expect(await refusal(encrypt(alice, KeyId, bad))).toMatch(/^AccessDeniedException/)
  expect(await refusal(encrypt(alice, KeyId))).toMatch(/^AccessDeniedException/)
})

test('a grantee who may create grants gives on what it has, not more', async () => {
  const { KeyId } = await createKey()
  const [alice, bob] = [await user('alice'), await user('bob')]
  await grant(KeyId, { Operations: ['Encrypt', 'CreateGrant'] })
  const give = (Operations: CreateGrantCommandInput['Operations']) =>
    alice.send(new CreateGrantCommand({ KeyId, GranteePrincipal: userArn('bob'), Operations }))
  await give(['Encrypt'])
  await encrypt(bob, KeyId)
  expect(await refusal(give(['Encrypt', 'Decrypt']))).toMatch(/^AccessDeniedException/)
})

test('ListGrants shows grants as they were made, filtered and in pages', async () => {
  const { KeyId, Arn } = await createKey()
  const Constraints = { EncryptionContextSubset: { a: '1' } }
  const { GrantId } = await grant(KeyId, {
    Name: 'app',
    Constraints,
    RetiringPrincipal: userArn('bob'),
  })
  expect(await grants(KeyId)).toEqual([
    {
      KeyId: Arn,
      GrantId,
      Name: 'app',
      CreationDate: expect.any(Date),
      GranteePrincipal: userArn('alice'),
      RetiringPrincipal: userArn('bob'),
      IssuingAccount: `arn:aws:iam::${account}:root`,
      Operations: ['Encrypt'],
      Constraints,
    },
  ])
  for (const name of ['c', 'd', 'e']) await grant(KeyId, { GranteePrincipal: userArn(name) })
  const page = await send(new ListGrantsCommand({ KeyId, Limit: 3 }))
  expect([page.Grants!.length, page.Truncated]).toEqual([3, true])
  const rest = await send(new ListGrantsCommand({ KeyId, Marker: page.NextMarker }))
  expect([rest.Grants!.length, rest.Truncated]).toEqual([1, false])
  const one = await send(new ListGrantsCommand({ KeyId, GranteePrincipal: userArn('d') }))
  expect(one.Grants!.map(({ GranteePrincipal }) => GranteePrincipal)).toEqual([userArn('d')])
  const RetiringPrincipal = userArn('bob')
  const retirable = await send(new ListRetirableGrantsCommand({ RetiringPrincipal }))
  expect(retirable.Grants!.map((item) => item.GrantId)).toEqual([GrantId])
})

test('a named grant that is asked for again is the same one', async () => {
  const { KeyId } = await createKey()
  const [first, again] = [await grant(KeyId, { Name: 'n' }), await grant(KeyId, { Name: 'n' })]
  expect(again.GrantId).toBe(first.GrantId)
  expect(again.GrantToken).not.toBe(first.GrantToken)
  await grant(KeyId)
  await grant(KeyId)
  expect(await grants(KeyId)).toHaveLength(3)
})

test('RetireGrant is for the retiring principal, by token or by id', async () => {
  const { KeyId } = await createKey()
  const [bob, carol] = [await user('bob'), await user('carol')]
  const retiring = { RetiringPrincipal: userArn('bob') }
  const { GrantToken } = await grant(KeyId, retiring)
  const retire = (as: KMSClient) => as.send(new RetireGrantCommand({ GrantToken }))
  expect(await refusal(retire(carol))).toMatch(/^AccessDeniedException/)
  await retire(bob)
  expect(await refusal(retire(bob))).toBe('InvalidGrantTokenException')
  const { GrantId } = await grant(KeyId, retiring)
  await bob.send(new RetireGrantCommand({ KeyId, GrantId }))
  expect(await grants(KeyId)).toEqual([])
  const forged = Buffer.from(GrantToken!, 'base64')
  forged[60]! ^= 1
  const { GrantToken: real } = await grant(KeyId, retiring)
  const head = Buffer.from(real!, 'base64').subarray(0, 32)
  const mixed = Buffer.concat([head, forged.subarray(32)]).toString('base64')
  expect(await refusal(bob.send(new RetireGrantCommand({ GrantToken: mixed })))).toBe(
    'InvalidGrantTokenException',
  )
})

test('CreateGrant refuses what the key cannot do, and keys that are disabled', async () => {
  const { KeyId, Arn } = await createKey()
  expect(await refusal(grant(KeyId, { Operations: ['Sign'] }))).toMatch(/^ValidationException/)
  expect(await refusal(grant(KeyId, { GranteePrincipal: 'alice' }))).toBe(
    'InvalidArnException: Invalid arn alice',
  )
  expect(await refusal(grant(KeyId, { DryRun: true }))).toMatch(/^DryRunOperationException/)
  await send(new DisableKeyCommand({ KeyId }))
  expect(await refusal(grant(KeyId))).toBe(`DisabledException: ${Arn} is disabled.`)
  expect(await grants(KeyId)).toEqual([])
})

test("another account's grant takes that account's permission as well", async () => {
  const { KeyId, Arn } = await createKey()
  const other = root('222222222222')
  await grant(KeyId, {
    GranteePrincipal: 'arn:aws:iam::222222222222:root',
    Operations: ['GenerateDataKey'],
  })
  const made = await other.send(new GenerateDataKeyCommand({ KeyId: Arn, KeySpec: 'AES_256' }))
  expect(made.KeyId).toBe(Arn)
  expect(await refusal(encrypt(other, Arn))).toMatch(/^AccessDeniedException/)
})
