import {
  CreateVirtualMFADeviceCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  EnableMFADeviceCommand,
  IAMClient,
  ListAccessKeysCommand,
  DeleteAccessKeyCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { codeOf, stepAt } from '../../../emulator/services/iam/totp.ts'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, allowAll, asRoot, policy } from '../iam/callers.ts'
import { account, asSession, assume, makeRole, makeUser, roleArn, trust } from './roles.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const denied = (message: unknown) => ({
  name: 'AccessDenied',
  message,
  $metadata: { httpStatusCode: 403 },
})
const unknownToken = { name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } }
const sts = (config?: object) => emulator.client(STSClient, config)
const identity = (config: object) => sts(config).send(new GetCallerIdentityCommand({}))
const listBuckets = (config: object) =>
  emulator.client(S3Client, config).send(new ListBucketsCommand({}))

/** Gives a user an MFA device; the result makes the code of a step of 30 s from now. */
async function enableMfa(UserName: string) {
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }),
  )
  const seed = fromBase32(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString())
  const code = (step: number) => codeOf(seed, stepAt(Date.now()) + step)
  const SerialNumber = VirtualMFADevice!.SerialNumber!
  await iam.send(
    new EnableMFADeviceCommand({
      UserName,
      SerialNumber,
      AuthenticationCode1: code(-1),
      AuthenticationCode2: code(0),
    }),
  )
  return { SerialNumber, code }
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text.replaceAll('=', ''))
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from(
    Array.from({ length: Math.floor(bits.length / 8) }, (_, byte) =>
      Number.parseInt(bits.slice(byte * 8, byte * 8 + 8), 2),
    ),
  )
}

describe('GetSessionToken', () => {
  test('gives a user credentials that are the user’s own, without any permission', async () => {
    const alice = await makeUser(emulator, 'alice', allow('s3:ListAllMyBuckets'))
    const { Credentials } = await sts(alice).send(new GetSessionTokenCommand({}))
    expect(Credentials!.Expiration!.getTime()).toBeGreaterThan(emulator.now() + 43_100_000)
    const session = asSession(Credentials!)
    expect(await identity(session)).toMatchObject(await identityOf(alice))
    await listBuckets(session)
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'own' }))
    await expect(listBuckets(session)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  const identityOf = async (config: object) => {
    const { Arn, UserId, Account } = await identity(config)
    return { Arn, UserId, Account }
  }

  test('makes no further sessions, and is no good for IAM without MFA', async () => {
    const alice = await makeUser(emulator, 'alice', allowAll)
    const { Credentials } = await sts(alice).send(new GetSessionTokenCommand({}))
    const session = asSession(Credentials!)
    await expect(sts(session).send(new GetSessionTokenCommand({}))).rejects.toMatchObject(
      denied('Cannot call GetSessionToken with session credentials'),
    )
    await expect(
      sts(session).send(new GetFederationTokenCommand({ Name: 'guest' })),
    ).rejects.toMatchObject(denied('Cannot call GetFederationToken with session credentials'))
    await expect(
      emulator.client(IAMClient, session).send(new ListUsersCommand({})),
    ).rejects.toMatchObject(unknownToken)
    await makeRole(iam, 'open', trust(`arn:aws:iam::${account}:user/alice`))
    await assume(emulator, session, roleArn('open'))
  })

  test('lasts an hour at most for the root user', async () => {
    const { Credentials } = await sts(asRoot).send(
      new GetSessionTokenCommand({ DurationSeconds: 7200 }),
    )
    const lasts = Credentials!.Expiration!.getTime() - emulator.now()
    expect(lasts).toBeLessThanOrEqual(3_600_000)
    expect((await identity(asSession(Credentials!))).Arn).toBe(`arn:aws:iam::${account}:root`)
    await listBuckets(asSession(Credentials!))
  })

  test('with MFA opens what a policy opens only with MFA, and IAM', async () => {
    const guarded = policy({
      Effect: 'Allow',
      Action: ['s3:ListAllMyBuckets', 'iam:ListUsers'],
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    })
    const alice = await makeUser(emulator, 'alice', guarded)
    const { SerialNumber, code } = await enableMfa('alice')
    await expect(listBuckets(alice)).rejects.toMatchObject({ name: 'AccessDenied' })
    const plain = await sts(alice).send(new GetSessionTokenCommand({}))
    await expect(listBuckets(asSession(plain.Credentials!))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const TokenCode = code(1)
    const { Credentials } = await sts(alice).send(
      new GetSessionTokenCommand({ SerialNumber, TokenCode }),
    )
    await listBuckets(asSession(Credentials!))
    await emulator.client(IAMClient, asSession(Credentials!)).send(new ListUsersCommand({}))
    await expect(
      sts(alice).send(new GetSessionTokenCommand({ SerialNumber, TokenCode })),
    ).rejects.toMatchObject(
      denied('MultiFactorAuthentication failed with invalid MFA one time pass code. '),
    )
    await expect(
      sts(alice).send(new GetSessionTokenCommand({ SerialNumber })),
    ).rejects.toMatchObject(
      denied(
        'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
      ),
    )
    const unknown = `${SerialNumber}x`
    await expect(
      sts(alice).send(new GetSessionTokenCommand({ SerialNumber: unknown, TokenCode: code(2) })),
    ).rejects.toMatchObject(denied(expect.stringContaining('unable to validate MFA code')))
  })

  test('ends with its user', async () => {
    const alice = await makeUser(emulator, 'alice')
    const { Credentials } = await sts(alice).send(new GetSessionTokenCommand({}))
    const keys = await iam.send(new ListAccessKeysCommand({ UserName: 'alice' }))
    for (const { AccessKeyId } of keys.AccessKeyMetadata!) {
      await iam.send(new DeleteAccessKeyCommand({ UserName: 'alice', AccessKeyId }))
    }
    // A deleted key is not one that nobody ever issued, which would be the root user.
    await expect(identity(alice)).rejects.toMatchObject(unknownToken)
    await identity(asSession(Credentials!))
    await iam.send(new DeleteUserCommand({ UserName: 'alice' }))
    await expect(identity(asSession(Credentials!))).rejects.toMatchObject(unknownToken)
  })
})

test('AssumeRole takes an MFA code where the trust policy asks for MFA', async () => {
  const alice = await makeUser(emulator, 'alice')
  const { SerialNumber, code } = await enableMfa('alice')
  await makeRole(
    iam,
    'guarded',
    trust(`arn:aws:iam::${account}:user/alice`, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  )
  await expect(assume(emulator, alice, roleArn('guarded'))).rejects.toMatchObject({
    name: 'AccessDenied',
  })
  await expect(
    assume(emulator, alice, roleArn('guarded'), { SerialNumber, TokenCode: '000000' }),
  ).rejects.toMatchObject({ name: 'AccessDenied' })
  await assume(emulator, alice, roleArn('guarded'), { SerialNumber, TokenCode: code(1) })
})

describe('GetFederationToken', () => {
  const both = allow(['sts:GetFederationToken', 'sts:TagSession', 's3:*'])
  const federate = (config: object, more: object = {}) =>
    sts(config).send(new GetFederationTokenCommand({ Name: 'guest', ...more }))

  test('gives what both the user’s policies and the session policy allow', async () => {
    const alice = await makeUser(emulator, 'alice', both)
    const { Credentials, FederatedUser, PackedPolicySize } = await federate(alice, {
      Policy: allow(['s3:ListAllMyBuckets', 'ec2:*']),
    })
    expect(FederatedUser).toEqual({
      Arn: `arn:aws:sts::${account}:federated-user/guest`,
      FederatedUserId: `${account}:guest`,
    })
    expect(PackedPolicySize).toBeGreaterThan(0)
    const session = asSession(Credentials!)
    expect(await identity(session)).toMatchObject({
      Arn: FederatedUser!.Arn,
      UserId: FederatedUser!.FederatedUserId,
      Account: account,
    })
    await listBuckets(session)
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'alice', PolicyName: 'own' }))
    await expect(listBuckets(session)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('gives nothing without a session policy', async () => {
    const alice = await makeUser(emulator, 'alice', both)
    const { Credentials } = await federate(alice)
    await expect(listBuckets(asSession(Credentials!))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
  })

  test('takes the permission, and sts:TagSession for tags', async () => {
    const alice = await makeUser(emulator, 'alice', allow('sts:GetFederationToken'))
    const bob = await makeUser(emulator, 'bob', allow('s3:*'))
    await federate(alice)
    const Tags = [{ Key: 'team', Value: 'blue' }]
    await expect(federate(alice, { Tags })).rejects.toMatchObject(
      denied(expect.stringContaining('sts:TagSession')),
    )
    await expect(federate(bob)).rejects.toMatchObject(
      denied(
        expect.stringContaining(
          `sts:GetFederationToken on resource: arn:aws:sts::${account}:federated-user/guest`,
        ),
      ),
    )
  })

  test('passes tags that the session policy may ask for', async () => {
    const alice = await makeUser(emulator, 'alice', both)
    const Policy = policy({
      Effect: 'Allow',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    })
    const withTag = async (Value: string) =>
      asSession((await federate(alice, { Policy, Tags: [{ Key: 'team', Value }] })).Credentials!)
    await listBuckets(await withTag('blue'))
    await expect(listBuckets(await withTag('red'))).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('is no good for IAM, nor for roles', async () => {
    const alice = await makeUser(emulator, 'alice', allowAll)
    const { Credentials } = await federate(alice, { Policy: allowAll })
    const session = asSession(Credentials!)
    await expect(
      emulator.client(IAMClient, session).send(new ListUsersCommand({})),
    ).rejects.toMatchObject(unknownToken)
    await makeRole(iam, 'open', trust('*'))
    await expect(
      sts(session).send(
        new AssumeRoleCommand({ RoleArn: roleArn('open'), RoleSessionName: 'guest' }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  test('ends by the virtual clock', async () => {
    const alice = await makeUser(emulator, 'alice', both)
    const { Credentials } = await federate(alice, { Policy: both, DurationSeconds: 900 })
    await listBuckets(asSession(Credentials!))
    await emulator.advance(901_000)
    await expect(listBuckets(asSession(Credentials!))).rejects.toMatchObject({
      name: 'ExpiredToken',
    })
  })
})
