import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asUser, policy } from './callers.ts'

const account = '123456789012'
const trust = (Principal: unknown, more: object = {}) =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more })
const ec2 = trust({ Service: 'ec2.amazonaws.com' })

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const create = async (RoleName: string, more: object = {}) =>
  (await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: ec2, ...more })))
    .Role!
const get = async (RoleName: string) => (await iam.send(new GetRoleCommand({ RoleName }))).Role!
const refusal = (name: string, message: unknown, httpStatusCode: number) => ({
  name,
  message,
  $metadata: { httpStatusCode },
})
const conflict = (first: string) =>
  refusal('DeleteConflictException', `Cannot delete entity, must ${first} first.`, 409)
const missing = (name: string) =>
  refusal('NoSuchEntityException', `The role with name ${name} cannot be found.`, 404)

describe('CreateRole', () => {
  test('makes a role that GetRole and ListRoles show', async () => {
    const role = await create('app', {
      Path: '/service/',
      Description: 'An app',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'team', Value: 'blue' }],
    })
    expect(role).toMatchObject({
      RoleName: 'app',
      Path: '/service/',
      Arn: `arn:aws:iam::${account}:role/service/app`,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Tags: [{ Key: 'team', Value: 'blue' }],
    })
    expect(decodeURIComponent(role.AssumeRolePolicyDocument!)).toBe(ec2)
    const shown = await get('APP')
    expect(shown).toMatchObject({
      ...role,
      Description: 'An app',
      MaxSessionDuration: 7200,
      RoleLastUsed: {},
    })
    const { Roles, IsTruncated } = await iam.send(new ListRolesCommand({ PathPrefix: '/service/' }))
    expect(IsTruncated).toBe(false)
    expect(Roles).toHaveLength(1)
    expect(Roles![0]).toMatchObject({ RoleName: 'app', MaxSessionDuration: 7200 })
    expect(Roles![0]).not.toHaveProperty('Tags')
  })

  test('lists in pages, by name', async () => {
    for (const name of ['c', 'a', 'b']) await create(name)
    const first = await iam.send(new ListRolesCommand({ MaxItems: 2 }))
    expect(first.Roles!.map(({ RoleName }) => RoleName)).toEqual(['a', 'b'])
    const rest = await iam.send(new ListRolesCommand({ Marker: first.Marker! }))
    expect(rest.Roles!.map(({ RoleName }) => RoleName)).toEqual(['c'])
  })

  test('refuses a name that is taken, whatever its case, and durations that are none', async () => {
    await create('app')
    await expect(create('APP')).rejects.toMatchObject(
      refusal('EntityAlreadyExistsException', 'Role with name APP already exists.', 409),
    )
    await expect(create('short', { MaxSessionDuration: 3599 })).rejects.toMatchObject(
      refusal('ValidationError', expect.stringContaining('greater than or equal to 3600'), 400),
    )
    await expect(create('long', { MaxSessionDuration: 43_201 })).rejects.toMatchObject(
      refusal('ValidationError', expect.stringContaining('less than or equal to 43200'), 400),
    )
    await expect(create('a b')).rejects.toMatchObject({ name: 'ValidationError' })
  })

  test.each([
    ['{', 'This policy contains invalid Json'],
    ['{}', 'Missing required field Statement'],
    [policy({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'Missing required field Principal'],
    [trust({ AWS: '*' }, { Resource: '*' }), 'Has prohibited field Resource'],
    [trust({ AWS: '*' }, { Action: undefined }), 'Missing required field Action'],
    [
      trust({ AWS: '*' }, { Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      trust({ AWS: `arn:aws:iam::${account}:user/nobody` }),
      `Invalid principal in policy: "AWS":"arn:aws:iam::${account}:user/nobody"`,
    ],
    [trust({ Service: 'nonsense' }), 'Invalid principal in policy: "SERVICE":"nonsense"'],
    [trust('*'), 'Principal must be a JSON object.'],
    [trust({ Nobody: 'x' }), 'Invalid principal in policy: "Nobody"'],
    [trust({ AWS: '*' }, { Effect: 'Maybe' }), 'Invalid effect: Maybe'],
  ])('refuses the trust policy %s', async (AssumeRolePolicyDocument, message) => {
    await expect(create('app', { AssumeRolePolicyDocument })).rejects.toMatchObject(
      refusal('MalformedPolicyDocumentException', message, 400),
    )
  })

  test('takes every form of principal that there is', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/team/' }))
    await create('other')
    const principals = [
      { AWS: '*' },
      { AWS: account },
      { AWS: ['arn:aws:iam::999999999999:root', `arn:aws:iam::${account}:user/team/alice`] },
      { AWS: `arn:aws:iam::${account}:role/other` },
      { AWS: `arn:aws:sts::${account}:assumed-role/other/session` },
      { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] },
      { Federated: 'cognito-identity.amazonaws.com' },
      { Federated: `arn:aws:iam::${account}:oidc-provider/idp.example.com` },
    ]
    for (const [index, principal] of principals.entries()) {
      const AssumeRolePolicyDocument = trust(principal)
      const role = await create(`role-${index}`, { AssumeRolePolicyDocument })
      expect(decodeURIComponent(role.AssumeRolePolicyDocument!)).toBe(AssumeRolePolicyDocument)
    }
  })

  test('refuses a trust policy of more than 2,048 characters', async () => {
    const services = Array.from({ length: 100 }, (_, index) => `service-${index}.amazonaws.com`)
    await expect(
      create('app', { AssumeRolePolicyDocument: trust({ Service: services }) }),
    ).rejects.toMatchObject(
      refusal('LimitExceededException', 'Cannot exceed quota for ACLSizePerRole: 2048', 409),
    )
  })
})

test('UpdateRole, UpdateRoleDescription and UpdateAssumeRolePolicy change a role', async () => {
  await create('app')
  await iam.send(
    new UpdateRoleCommand({ RoleName: 'app', Description: 'Ours', MaxSessionDuration: 7200 }),
  )
  expect(await get('app')).toMatchObject({ Description: 'Ours', MaxSessionDuration: 7200 })
  const { Role } = await iam.send(
    new UpdateRoleDescriptionCommand({ RoleName: 'app', Description: 'Theirs' }),
  )
  expect(Role).toMatchObject({ Description: 'Theirs', MaxSessionDuration: 7200 })
  const PolicyDocument = trust({ Service: 'lambda.amazonaws.com' })
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'app', PolicyDocument }))
  expect(decodeURIComponent((await get('app')).AssumeRolePolicyDocument!)).toBe(PolicyDocument)
  await expect(
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'app', PolicyDocument: '{}' })),
  ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  await expect(iam.send(new UpdateRoleCommand({ RoleName: 'nothing' }))).rejects.toMatchObject(
    missing('nothing'),
  )
})

describe('policies of a role', () => {
  const RoleName = 'app'
  const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'

  test('are attached, counted, listed and detached', async () => {
    await create(RoleName)
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('s3:*') }),
    )
    const PolicyArn = Policy!.Arn!
    for (const arn of [PolicyArn, readOnly]) {
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: arn }))
    }
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(AttachedPolicies!.map(({ PolicyName }) => PolicyName)).toEqual(['own', 'ReadOnlyAccess'])
    const counted = await iam.send(new GetPolicyCommand({ PolicyArn }))
    expect(counted.Policy!.AttachmentCount).toBe(1)
    const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
    expect(entities.PolicyRoles).toEqual([{ RoleName, RoleId: expect.stringMatching(/^AROA/) }])
    const users = await iam.send(
      new ListEntitiesForPolicyCommand({ PolicyArn, EntityFilter: 'User' }),
    )
    expect(users.PolicyRoles ?? []).toEqual([])
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    await expect(
      iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('are written, read and deleted inline, up to 10,240 characters together', async () => {
    await create(RoleName)
    const put = (PolicyName: string, PolicyDocument: string) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
    await put('one', allow('s3:*'))
    const read = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'one' }))
    expect(decodeURIComponent(read.PolicyDocument!)).toBe(allow('s3:*'))
    const large = allow(Array.from({ length: 300 }, (_, index) => `s3:Action${index}`))
    await put('two', large)
    await put('three', large)
    await expect(put('four', large)).rejects.toMatchObject(
      refusal(
        'LimitExceededException',
        'Maximum policy size of 10240 bytes exceeded for role app',
        409,
      ),
    )
    const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
    expect(PolicyNames).toEqual(['one', 'three', 'two'])
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'one' }))
    await expect(
      iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'one' })),
    ).rejects.toMatchObject(
      refusal('NoSuchEntityException', 'The role policy with name one cannot be found.', 404),
    )
  })
})

test('TagRole, UntagRole and ListRoleTags keep a role’s tags', async () => {
  const RoleName = 'app'
  await create(RoleName)
  const tags = async () => (await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags
  await iam.send(
    new TagRoleCommand({
      RoleName,
      Tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'env', Value: 'test' },
      ],
    }),
  )
  await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'TEAM', Value: 'red' }] }))
  expect(await tags()).toEqual([
    { Key: 'env', Value: 'test' },
    { Key: 'TEAM', Value: 'red' },
  ])
  await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['env'] }))
  expect(await tags()).toEqual([{ Key: 'TEAM', Value: 'red' }])
})

test('DeleteRole refuses a role that still has an instance profile or policies', async () => {
  const RoleName = 'app'
  const InstanceProfileName = 'app'
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  const remove = () => iam.send(new DeleteRoleCommand({ RoleName }))
  await create(RoleName)
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: allow('s3:*') }),
  )
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }))
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))
  await expect(remove()).rejects.toMatchObject(conflict('remove roles from instance profile'))
  await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }))
  await expect(remove()).rejects.toMatchObject(conflict('detach all policies'))
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
  await expect(remove()).rejects.toMatchObject(conflict('delete policies'))
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'own' }))
  await remove()
  await expect(get(RoleName)).rejects.toMatchObject(missing(RoleName))
})

describe('conditions of policies', () => {
  const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

  test('iam:PolicyARN says which policy a role gets', async () => {
    await create('app')
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    const alice = emulator.client(
      IAMClient,
      await asUser(
        emulator,
        'alice',
        policy({
          Effect: 'Allow',
          Action: 'iam:AttachRolePolicy',
          Resource: `arn:aws:iam::${account}:role/app`,
          Condition: { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AmazonS3*' } },
        }),
      ),
    )
    const attach = (name: string) =>
      alice.send(
        new AttachRolePolicyCommand({
          RoleName: 'app',
          PolicyArn: `arn:aws:iam::aws:policy/${name}`,
        }),
      )
    await attach('AmazonS3ReadOnlyAccess')
    await expect(attach('AdministratorAccess')).rejects.toMatchObject(denied)
  })

  test('tags decide about a role and about its creation', async () => {
    await create('blue', { Tags: [{ Key: 'team', Value: 'blue' }] })
    await create('red', { Tags: [{ Key: 'team', Value: 'red' }] })
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    const alice = emulator.client(
      IAMClient,
      await asUser(
        emulator,
        'alice',
        policy(
          {
            Effect: 'Allow',
            Action: 'iam:GetRole',
            Resource: '*',
            Condition: { StringEquals: { 'iam:ResourceTag/team': 'blue' } },
          },
          {
            Effect: 'Allow',
            Action: 'iam:CreateRole',
            Resource: '*',
            Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } },
          },
        ),
      ),
    )
    await alice.send(new GetRoleCommand({ RoleName: 'blue' }))
    await expect(alice.send(new GetRoleCommand({ RoleName: 'red' }))).rejects.toMatchObject(denied)
    const make = (RoleName: string, Value: string) =>
      alice.send(
        new CreateRoleCommand({
          RoleName,
          AssumeRolePolicyDocument: ec2,
          Tags: [{ Key: 'team', Value }],
        }),
      )
    await make('new', 'blue')
    await expect(make('newer', 'red')).rejects.toMatchObject(denied)
  })
})
