import {
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  GetRoleCommand,
  IAMClient,
  ListGroupsCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asRoot, policy } from '../iam/callers.ts'
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

const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }
const invalid = (message: string) => ({
  name: 'ValidationError',
  message,
  $metadata: { httpStatusCode: 400 },
})
const refused = (arn: string) =>
  `User: ${alicesArn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`

/** Assumes the role, and gives an IAM client that calls as its session. */
async function iamAs(config: object | undefined, arn: string, more: object = {}) {
  const { Credentials } = await assume(emulator, config, arn, more)
  return emulator.client(IAMClient, asSession(Credentials!))
}
const listUsers = (client: IAMClient) => client.send(new ListUsersCommand({}))
const listGroups = (client: IAMClient) => client.send(new ListGroupsCommand({}))

describe('who may assume a role', () => {
  test('a user that the trust policy names, without any policy of its own', async () => {
    await makeRole(iam, 'reader', trust(alicesArn), allow('iam:ListUsers'), { Path: '/jobs/' })
    const arn = roleArn('jobs/reader')
    const { AssumedRoleUser, Credentials, PackedPolicySize } = await assume(emulator, alice, arn)
    expect(AssumedRoleUser!.Arn).toBe(`arn:aws:sts::${account}:assumed-role/reader/session`)
    expect(AssumedRoleUser!.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:session$/)
    expect(PackedPolicySize).toBeUndefined()
    expect(Credentials!.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    const session = asSession(Credentials!)
    const identity = await emulator
      .client(STSClient, session)
      .send(new GetCallerIdentityCommand({}))
    expect(identity).toMatchObject({
      Account: account,
      Arn: AssumedRoleUser!.Arn,
      UserId: AssumedRoleUser!.AssumedRoleId,
    })
    const client = emulator.client(IAMClient, session)
    await listUsers(client)
    await expect(listGroups(client)).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining(`User: ${AssumedRoleUser!.Arn} is not authorized`),
    })
  })

  test('nobody that the trust policy does not name, whatever its own policies allow', async () => {
    await makeRole(iam, 'reader', trust(`arn:aws:iam::${account}:user/student`))
    const bob = await makeUser(emulator, 'bob', allow('*'))
    await expect(assume(emulator, bob, roleArn('reader'))).rejects.toMatchObject({
      ...denied,
      message:
        `User: arn:aws:iam::${account}:user/bob is not authorized to perform: sts:AssumeRole on ` +
        `resource: ${roleArn('reader')} because no role trust policy allows the sts:AssumeRole action`,
    })
  })

  test('through the account’s root only a user whose own policies allow it', async () => {
    await makeRole(iam, 'reader', trust(`arn:aws:iam::${account}:root`))
    const bob = await makeUser(emulator, 'bob', allow('sts:AssumeRole', roleArn('reader')))
    await assume(emulator, bob, roleArn('reader'))
    await expect(assume(emulator, alice, roleArn('reader'))).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining(refused(roleArn('reader'))),
    })
  })

  test('nobody whom a policy denies it', async () => {
    await makeRole(iam, 'reader', trust(`arn:aws:iam::${account}:user/alice`))
    const { Arn } = (await iam.send(new GetRoleCommand({ RoleName: 'reader' }))).Role!
    const bob = await makeUser(
      emulator,
      'bob',
      policy(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'sts:*', Resource: Arn },
      ),
    )
    await expect(assume(emulator, bob, Arn!)).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    })
  })

  test('not the root user, and nobody a role that does not exist', async () => {
    await makeRole(iam, 'reader', trust('*'))
    await expect(assume(emulator, asRoot, roleArn('reader'))).rejects.toMatchObject({
      ...denied,
      message: 'Roles may not be assumed by root accounts.',
    })
    await expect(assume(emulator, alice, roleArn('nothing'))).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining(refused(roleArn('nothing'))),
    })
    await expect(assume(emulator, alice, roleArn('READER'))).rejects.toMatchObject(denied)
    await expect(
      assume(emulator, alice, `arn:aws:iam::${account}:user/alice`),
    ).rejects.toMatchObject(invalid('Request ARN is invalid'))
  })

  test('only with the external id that the trust policy asks for', async () => {
    await makeRole(iam, 'vendor', trust(alicesArn, { StringEquals: { 'sts:ExternalId': 'ours' } }))
    await assume(emulator, alice, roleArn('vendor'), { ExternalId: 'ours' })
    await expect(
      assume(emulator, alice, roleArn('vendor'), { ExternalId: 'theirs' }),
    ).rejects.toMatchObject(denied)
    await expect(assume(emulator, alice, roleArn('vendor'))).rejects.toMatchObject(denied)
  })

  test('only under the session name and from the principals that conditions ask for', async () => {
    await makeRole(
      iam,
      'named',
      trust('*', {
        StringEquals: { 'sts:RoleSessionName': '${aws:username}' },
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:user/*` },
      }),
    )
    await assume(emulator, alice, roleArn('named'), { RoleSessionName: 'alice' })
    await expect(
      assume(emulator, alice, roleArn('named'), { RoleSessionName: 'bob' }),
    ).rejects.toMatchObject(denied)
  })
})

describe('from another account', () => {
  const other = '222222222222'
  const otherRoot = { credentials: { accessKeyId: other, secretAccessKey: 'x' } }

  /** A user of the other account; its policy comes from that account’s root. */
  async function stranger(document?: string) {
    const theirs = emulator.client(IAMClient, otherRoot)
    const { CreateUserCommand, CreateAccessKeyCommand, PutUserPolicyCommand } =
      await import('@aws-sdk/client-iam')
    await theirs.send(new CreateUserCommand({ UserName: 'carol' }))
    if (document !== undefined) {
      await theirs.send(
        new PutUserPolicyCommand({
          UserName: 'carol',
          PolicyName: 'own',
          PolicyDocument: document,
        }),
      )
    }
    const { AccessKey } = await theirs.send(new CreateAccessKeyCommand({ UserName: 'carol' }))
    return {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    }
  }

  test('it takes the trust policy and the caller’s own, and the session acts in the role’s account', async () => {
    const carol = await stranger(allow('sts:AssumeRole'))
    await makeRole(iam, 'shared', trust(`arn:aws:iam::${other}:root`), allow('iam:ListUsers'))
    const client = await iamAs(carol, roleArn('shared'))
    const { Users } = await listUsers(client)
    expect(Users!.map(({ UserName }) => UserName)).toEqual(['alice', 'student'])
  })

  test('a trust policy that names the user does not replace the user’s own permission', async () => {
    const carol = await stranger()
    await makeRole(iam, 'shared', trust(`arn:aws:iam::${other}:user/carol`))
    await expect(assume(emulator, carol, roleArn('shared'))).rejects.toMatchObject({
      ...denied,
      message:
        `User: arn:aws:iam::${other}:user/carol is not authorized to perform: sts:AssumeRole on ` +
        `resource: ${roleArn('shared')}`,
    })
  })

  test('the user’s own permission does not replace the trust policy', async () => {
    const carol = await stranger(allow('*'))
    await makeRole(iam, 'own', trust(`arn:aws:iam::${account}:root`))
    await expect(assume(emulator, carol, roleArn('own'))).rejects.toMatchObject(denied)
  })
})

describe('what a session may do', () => {
  test('what both the role and an inline session policy allow', async () => {
    await makeRole(iam, 'lister', trust(alicesArn), allow(['iam:ListUsers', 'iam:ListGroups']))
    const narrow = await iamAs(alice, roleArn('lister'), {
      Policy: allow(['iam:ListUsers', 'iam:ListRoles']),
    })
    await listUsers(narrow)
    await expect(listGroups(narrow)).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining(
        'because no session policy allows the iam:ListGroups action',
      ),
    })
    await expect(narrow.send(new ListRolesCommand({}))).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('because no identity-based policy allows'),
    })
    const whole = await iamAs(alice, roleArn('lister'))
    await listGroups(whole)
  })

  test('managed session policies count together with the inline one', async () => {
    await makeRole(iam, 'lister', trust(alicesArn), allow('iam:*'))
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'groups', PolicyDocument: allow('iam:ListGroups') }),
    )
    const client = await iamAs(alice, roleArn('lister'), {
      Policy: allow('iam:ListUsers'),
      PolicyArns: [{ arn: Policy!.Arn }],
    })
    await listUsers(client)
    await listGroups(client)
    await expect(client.send(new ListRolesCommand({}))).rejects.toMatchObject(denied)
  })

  test('no more than the role’s permissions boundary allows', async () => {
    await makeRole(iam, 'lister', trust(alicesArn), allow('iam:*'))
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: allow('iam:ListUsers') }),
    )
    const client = await iamAs(alice, roleArn('lister'))
    await listGroups(client)
    await iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName: 'lister',
        PermissionsBoundary: Policy!.Arn,
      }),
    )
    await listUsers(client)
    await expect(listGroups(client)).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('because no permissions boundary allows'),
    })
  })

  test('a session policy that is no policy, or too large, is refused', async () => {
    await makeRole(iam, 'lister', trust(alicesArn))
    const arn = roleArn('lister')
    await expect(assume(emulator, alice, arn, { Policy: '{}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      $metadata: { httpStatusCode: 400 },
    })
    const Policy = allow(Array.from({ length: 200 }, (_, index) => `s3:Get${index}Object`))
    await expect(assume(emulator, alice, arn, { Policy })).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
      message: expect.stringMatching(
        /^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/,
      ),
    })
    const { PackedPolicySize } = await assume(emulator, alice, arn, { Policy: allow('s3:*') })
    expect(PackedPolicySize).toBeGreaterThan(0)
    expect(PackedPolicySize).toBeLessThan(20)
  })

  test('ends by the virtual clock, and says so', async () => {
    await makeRole(iam, 'lister', trust(alicesArn), allow('iam:ListUsers'))
    const { Credentials } = await assume(emulator, alice, roleArn('lister'), {
      DurationSeconds: 900,
    })
    expect(Credentials!.Expiration!.getTime() - emulator.now()).toBeLessThanOrEqual(900_000)
    const client = emulator.client(IAMClient, asSession(Credentials!))
    await emulator.advance(880_000)
    await listUsers(client)
    await emulator.advance(30_000)
    await expect(listUsers(client)).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      $metadata: { httpStatusCode: 403 },
    })
  })

  test('ends with the role, also when another takes its name', async () => {
    await makeRole(iam, 'lister', trust(alicesArn), allow('iam:ListUsers'))
    const client = await iamAs(alice, roleArn('lister'))
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'lister', PolicyName: 'own' }))
    await iam.send(new DeleteRoleCommand({ RoleName: 'lister' }))
    const gone = { name: 'InvalidClientTokenId', $metadata: { httpStatusCode: 403 } }
    await expect(listUsers(client)).rejects.toMatchObject(gone)
    await makeRole(iam, 'lister', trust(alicesArn), allow('iam:ListUsers'))
    await expect(listUsers(client)).rejects.toMatchObject(gone)
  })

  test('a wrong or missing session token is refused', async () => {
    await makeRole(iam, 'lister', trust(alicesArn), allow('iam:ListUsers'))
    const { Credentials } = await assume(emulator, alice, roleArn('lister'))
    const { credentials } = asSession(Credentials!)
    for (const sessionToken of [undefined, `${credentials.sessionToken}x`]) {
      const client = emulator.client(IAMClient, { credentials: { ...credentials, sessionToken } })
      await expect(listUsers(client)).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    }
  })
})

describe('how long', () => {
  test('no longer than the role allows', async () => {
    await makeRole(iam, 'short', trust(alicesArn))
    await makeRole(iam, 'long', trust(alicesArn), undefined, { MaxSessionDuration: 43_200 })
    await expect(
      assume(emulator, alice, roleArn('short'), { DurationSeconds: 3601 }),
    ).rejects.toMatchObject(
      invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.'),
    )
    const { Credentials } = await assume(emulator, alice, roleArn('long'), {
      DurationSeconds: 43_200,
    })
    expect(Credentials!.Expiration!.getTime()).toBeGreaterThan(emulator.now() + 43_100_000)
    await expect(
      assume(emulator, alice, roleArn('long'), { DurationSeconds: 899 }),
    ).rejects.toMatchObject(
      invalid(
        "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: " +
          'Member must have value greater than or equal to 900',
      ),
    )
  })

  test('one hour in a chain of roles, whatever the role allows', async () => {
    await makeRole(iam, 'first', trust(alicesArn))
    await makeRole(iam, 'second', trust(roleArn('first')), allow('iam:ListUsers'), {
      MaxSessionDuration: 43_200,
    })
    const { Credentials } = await assume(emulator, alice, roleArn('first'))
    const first = asSession(Credentials!)
    await expect(
      assume(emulator, first, roleArn('second'), { DurationSeconds: 3601 }),
    ).rejects.toMatchObject(
      invalid(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      ),
    )
    await listUsers(await iamAs(first, roleArn('second')))
    await expect(assume(emulator, alice, roleArn('second'))).rejects.toMatchObject(denied)
  })
})

test('GetRole says when and where a role was last used', async () => {
  await makeRole(iam, 'used', trust(alicesArn))
  const lastUsed = async () =>
    (await iam.send(new GetRoleCommand({ RoleName: 'used' }))).Role!.RoleLastUsed
  expect(await lastUsed()).toEqual({})
  const { Credentials } = await assume(emulator, alice, roleArn('used'))
  expect(await lastUsed()).toEqual({})
  const config = { ...asSession(Credentials!), region: 'eu-west-1' }
  await emulator.client(STSClient, config).send(new GetCallerIdentityCommand({}))
  expect(await lastUsed()).toMatchObject({ Region: 'eu-west-1', LastUsedDate: expect.any(Date) })
})

test('a role’s own tags are the session’s principal tags', async () => {
  await makeRole(
    iam,
    'tagged',
    trust(alicesArn),
    policy({
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    }),
  )
  const client = await iamAs(alice, roleArn('tagged'))
  await expect(listUsers(client)).rejects.toMatchObject(denied)
  await iam.send(new TagRoleCommand({ RoleName: 'tagged', Tags: [{ Key: 'team', Value: 'blue' }] }))
  await listUsers(client)
})

describe('a trust policy means who it named, not who has the name', () => {
  const principal = async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'theirs' }))
    const document = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)) as {
      Statement: { Principal: { AWS: string } }[]
    }
    return document.Statement[0]!.Principal.AWS
  }

  test('a user made anew under a deleted user’s name is not trusted', async () => {
    const bobsArn = `arn:aws:iam::${account}:user/bob`
    const { User } = await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    await makeRole(iam, 'theirs', trust(bobsArn))
    expect(await principal()).toBe(bobsArn)
    await iam.send(new DeleteUserCommand({ UserName: 'bob' }))
    expect(await principal()).toBe(User!.UserId)
    const bob = await makeUser(emulator, 'bob')
    await expect(assume(emulator, bob, roleArn('theirs'))).rejects.toMatchObject(denied)
  })

  test('a user who is renamed still is', async () => {
    await makeRole(iam, 'theirs', trust(alicesArn))
    await iam.send(new UpdateUserCommand({ UserName: 'alice', NewUserName: 'alicia' }))
    expect(await principal()).toBe(`arn:aws:iam::${account}:user/alicia`)
    await assume(emulator, alice, roleArn('theirs'))
  })

  test('a role made anew is not', async () => {
    await makeRole(iam, 'first', trust(alicesArn))
    await makeRole(iam, 'theirs', trust(roleArn('first')))
    await iam.send(new DeleteRoleCommand({ RoleName: 'first' }))
    expect(await principal()).toMatch(/^AROA/)
    await makeRole(iam, 'first', trust(alicesArn))
    const { Credentials } = await assume(emulator, alice, roleArn('first'))
    await expect(
      assume(emulator, asSession(Credentials!), roleArn('theirs')),
    ).rejects.toMatchObject(denied)
  })
})
