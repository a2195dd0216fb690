import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asUser, policy } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

async function custom(input: Partial<SimulateCustomPolicyCommandInput>) {
  const { EvaluationResults = [] } = await iam.send(
    new SimulateCustomPolicyCommand({
      PolicyInputList: [],
      ActionNames: ['s3:GetObject'],
      ...input,
    }),
  )
  return EvaluationResults
}

async function ofPrincipal(input: Partial<SimulatePrincipalPolicyCommandInput>) {
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: alice,
      ActionNames: ['s3:GetObject'],
      ...input,
    }),
  )
  return EvaluationResults
}

const account = '123456789012'
const alice = `arn:aws:iam::${account}:user/alice`
const createAlice = () => iam.send(new CreateUserCommand({ UserName: 'alice' }))

/** The example of the AWS CLI's own documentation. */
const sinceAugust =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
const at = (time: string) => [
  { ContextKeyName: 'aws:CurrentTime', ContextKeyValues: [time], ContextKeyType: 'date' as const },
]

describe('SimulateCustomPolicy', () => {
  test('answers as in the documentation, with the place of the statement', async () => {
    const input = { PolicyInputList: [sinceAugust], ActionNames: ['dynamodb:CreateBackup'] }
    const later = await custom({ ...input, ContextEntries: at('2019-04-25T11:00:00Z') })
    expect(later).toEqual([
      {
        EvalActionName: 'dynamodb:CreateBackup',
        EvalResourceName: '*',
        EvalDecision: 'allowed',
        MatchedStatements: [
          {
            SourcePolicyId: 'PolicyInputList.1',
            SourcePolicyType: 'IAM Policy',
            StartPosition: { Line: 1, Column: 38 },
            EndPosition: { Line: 1, Column: 167 },
          },
        ],
        MissingContextValues: [],
      },
    ])
    const earlier = await custom({ ...input, ContextEntries: at('2014-04-25T11:00:00Z') })
    expect(earlier).toMatchObject([{ EvalDecision: 'implicitDeny', MatchedStatements: [] }])
  })

  test('names the keys that a policy asks for and that are not given', async () => {
    const results = await custom({
      PolicyInputList: [
        policy(
          {
            Effect: 'Allow',
            Action: 's3:*',
            Resource: 'arn:aws:s3:::home/${aws:username}/*',
            Condition: { Bool: { 'aws:SecureTransport': 'true' } },
          },
          {
            Effect: 'Allow',
            Action: 'ec2:*',
            Resource: '*',
            Condition: { Null: { 'ec2:Region': 'true' } },
          },
        ),
      ],
      ResourceArns: ['arn:aws:s3:::home/alice/x'],
    })
    expect(results[0]!.MissingContextValues).toEqual([])
    expect(results[0]!.ResourceSpecificResults![0]!.MissingContextValues).toEqual(['aws:username'])
    const [given] = await custom({
      PolicyInputList: [allow('s3:*', 'arn:aws:s3:::home/${aws:username}/*')],
      ResourceArns: ['arn:aws:s3:::home/alice/x'],
      ContextEntries: [
        { ContextKeyName: 'AWS:UserName', ContextKeyValues: ['alice'], ContextKeyType: 'string' },
      ],
    })
    expect(given).toMatchObject({
      EvalDecision: 'allowed',
      ResourceSpecificResults: [{ MissingContextValues: [] }],
    })
  })

  test('answers each action for each resource, in pages', async () => {
    const input = {
      PolicyInputList: [
        policy(
          { Effect: 'Allow', Action: 's3:*', Resource: '*' },
          { Effect: 'Deny', Action: 's3:Put*', Resource: 'arn:aws:s3:::b/*' },
        ),
      ],
      ActionNames: ['s3:GetObject', 's3:PutObject'],
      ResourceArns: ['arn:aws:s3:::a/x', 'arn:aws:s3:::b/x'],
    }
    const whole = await custom(input)
    expect(
      whole.map((result) => [result.EvalActionName, result.EvalResourceName, result.EvalDecision]),
    ).toEqual([
      ['s3:GetObject', 'arn:aws:s3:::a/x', 'allowed'],
      ['s3:GetObject', 'arn:aws:s3:::b/x', 'allowed'],
      ['s3:PutObject', 'arn:aws:s3:::a/x', 'allowed'],
      ['s3:PutObject', 'arn:aws:s3:::b/x', 'explicitDeny'],
    ])
    expect(whole[0]).toMatchObject({
      EvalDecisionDetails: {},
      ResourceSpecificResults: [
        { EvalResourceName: 'arn:aws:s3:::a/x', EvalResourceDecision: 'allowed' },
      ],
    })
    // The Deny is "the only entry included in the result".
    expect(whole[3]!.MatchedStatements).toHaveLength(1)
    const first = await iam.send(new SimulateCustomPolicyCommand({ ...input, MaxItems: 3 }))
    expect(first).toMatchObject({ IsTruncated: true })
    const { Marker } = first
    const second = await iam.send(
      new SimulateCustomPolicyCommand({ ...input, MaxItems: 3, Marker: Marker! }),
    )
    expect(second.IsTruncated).toBe(false)
    expect([...first.EvaluationResults!, ...second.EvaluationResults!]).toEqual(whole)
  })

  test('limits by a permissions boundary, and says so', async () => {
    const input = {
      PolicyInputList: [allow('*')],
      PermissionsBoundaryPolicyInputList: [allow('s3:Get*')],
      ActionNames: ['s3:GetObject', 's3:PutObject'],
    }
    expect(await custom(input)).toMatchObject([
      {
        EvalDecision: 'allowed',
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
        MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1' }],
      },
      {
        EvalDecision: 'implicitDeny',
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      },
    ])
    const denying = policy({ Effect: 'Deny', Action: '*', Resource: '*' })
    expect(await custom({ ...input, PermissionsBoundaryPolicyInputList: [denying] })).toMatchObject(
      [
        {
          EvalDecision: 'explicitDeny',
          MatchedStatements: [{ SourcePolicyType: 'Permissions Boundary Policy' }],
        },
        {},
      ],
    )
  })

  const bucketPolicy = policy({
    Effect: 'Allow',
    Principal: { AWS: alice },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::b/*',
  })

  test('asks a resource policy', async () => {
    const [granted] = await custom({
      PolicyInputList: [allow('ec2:*')],
      ResourceArns: ['arn:aws:s3:::b/x'],
      ResourcePolicy: bucketPolicy,
      CallerArn: alice,
    })
    expect(granted).toMatchObject({
      EvalDecision: 'allowed',
      EvalDecisionDetails: {},
      MatchedStatements: [
        { SourcePolicyId: 'ResourcePolicy', SourcePolicyType: 'Resource Policy' },
      ],
    })
  })

  test('needs both sides across accounts, and tells what each says', async () => {
    const input = {
      ResourceArns: ['arn:aws:s3:::b/x'],
      ResourcePolicy: bucketPolicy,
      ResourceOwner: 'arn:aws:iam::210987654321:root',
      CallerArn: alice,
    }
    expect(await custom({ ...input, PolicyInputList: [allow('ec2:*')] })).toMatchObject([
      {
        EvalDecision: 'implicitDeny',
        EvalDecisionDetails: { 'IAM Policy': 'implicitDeny', 'Resource Policy': 'allowed' },
      },
    ])
    expect(await custom({ ...input, PolicyInputList: [allow('s3:*')] })).toMatchObject([
      {
        EvalDecision: 'allowed',
        EvalDecisionDetails: { 'IAM Policy': 'allowed', 'Resource Policy': 'allowed' },
      },
    ])
  })

  test('asks identity policies alone whether a role may be assumed', async () => {
    const input = {
      ActionNames: ['sts:AssumeRole'],
      ResourceArns: [`arn:aws:iam::${account}:role/worker`],
    }
    expect(await custom({ ...input, PolicyInputList: [allow('sts:*')] })).toMatchObject([
      { EvalDecision: 'allowed', MatchedStatements: [{ SourcePolicyType: 'IAM Policy' }] },
    ])
    expect(await custom({ ...input, PolicyInputList: [allow('s3:*')] })).toMatchObject([
      { EvalDecision: 'implicitDeny' },
    ])
  })

  test.each<[what: string, input: Partial<SimulateCustomPolicyCommandInput>, message: string]>([
    ['a policy that is none', { PolicyInputList: ['{}'] }, 'Syntax errors in policy.'],
    [
      'an owner that is none',
      { ResourceOwner: 'alice' },
      "'alice' is not a valid as a Resource Owner.",
    ],
    [
      'a resource that is no ARN',
      { ResourceArns: ['14a050d4-021e-4efe'] },
      'ResourceNames are not in a valid ARN format: 14a050d4-021e-4efe.',
    ],
    [
      'a caller that is no user',
      { CallerArn: `arn:aws:iam::${account}:role/x` },
      `Invalid Caller Arn: arn:aws:iam::${account}:role/x`,
    ],
    [
      'a resource policy without a caller',
      { ResourcePolicy: bucketPolicy },
      'CallerArn is required when a resource policy is specified.',
    ],
    [
      'an action with a wildcard',
      { ActionNames: ['s3:*'] },
      'ActionNames are not in a valid format: s3:*.',
    ],
  ])('refuses %s', async (_what, input, message) => {
    await expect(custom(input)).rejects.toMatchObject({ name: 'InvalidInputException', message })
  })
})

describe('SimulatePrincipalPolicy', () => {
  test("asks a user's own policies, those of its groups, and its boundary", async () => {
    await createAlice()
    await iam.send(new CreateGroupCommand({ GroupName: 'readers' }))
    await iam.send(new AddUserToGroupCommand({ UserName: 'alice', GroupName: 'readers' }))
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'own',
        PolicyDocument: allow('s3:GetObject'),
      }),
    )
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: 'readers',
        PolicyName: 'list',
        PolicyDocument: allow('s3:ListBucket'),
      }),
    )
    await iam.send(
      new AttachGroupPolicyCommand({
        GroupName: 'readers',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess',
      }),
    )
    const ActionNames = ['s3:GetObject', 's3:ListBucket', 'ec2:DescribeInstances', 's3:PutObject']
    const results = await ofPrincipal({ ActionNames })
    expect(
      results.map(({ EvalDecision, MatchedStatements }) => [
        EvalDecision,
        MatchedStatements?.[0]?.SourcePolicyId,
      ]),
    ).toEqual([
      ['allowed', 'user_alice_own'],
      ['allowed', 'group_readers_list'],
      ['allowed', 'AmazonEC2ReadOnlyAccess'],
      ['implicitDeny', undefined],
    ])
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: allow('ec2:*') }),
    )
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: 'alice',
        PermissionsBoundary: Policy!.Arn!,
      }),
    )
    expect(await ofPrincipal({ ActionNames })).toMatchObject([
      {
        EvalDecision: 'implicitDeny',
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
      },
      { EvalDecision: 'implicitDeny' },
      { EvalDecision: 'allowed' },
      { EvalDecision: 'implicitDeny' },
    ])
    // A group has no boundary, and its members' own policies are not its.
    const ofGroup = { PolicySourceArn: `arn:aws:iam::${account}:group/readers` }
    expect(await ofPrincipal({ ActionNames, ...ofGroup })).toMatchObject([
      { EvalDecision: 'implicitDeny' },
      { EvalDecision: 'allowed' },
      { EvalDecision: 'allowed' },
      { EvalDecision: 'implicitDeny' },
    ])
  })

  test("asks a role's policies, and further ones that are given", async () => {
    const trust = policy({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    })
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'worker',
        Path: '/jobs/',
        AssumeRolePolicyDocument: trust,
      }),
    )
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'worker',
        PolicyName: 'work',
        PolicyDocument: allow('s3:GetObject'),
      }),
    )
    const results = await ofPrincipal({
      PolicySourceArn: `arn:aws:iam::${account}:role/jobs/worker`,
      PolicyInputList: [allow('s3:PutObject')],
      ActionNames: ['s3:GetObject', 's3:PutObject'],
    })
    expect(results.map(({ MatchedStatements }) => MatchedStatements![0]!.SourcePolicyId)).toEqual([
      'role_worker_work',
      'PolicyInputList.1',
    ])
  })

  test('decides as a call would be decided', async () => {
    await createAlice()
    await iam.send(
      new AttachUserPolicyCommand({
        UserName: 'alice',
        PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
      }),
    )
    const user = emulator.client(IAMClient, await asUser(emulator, 'alice'))
    await expect(user.send(new CreateUserCommand({ UserName: 'bob' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    // The policy lets her simulate.
    const { EvaluationResults } = await user.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: alice,
        ActionNames: ['iam:CreateUser', 'iam:GetUser'],
      }),
    )
    expect(EvaluationResults).toMatchObject([
      { EvalDecision: 'implicitDeny' },
      { EvalDecision: 'allowed' },
    ])
  })

  test.each<[what: string, arn: string, name: string, message: string]>([
    [
      'a session',
      `arn:aws:sts::${account}:assumed-role/worker/x`,
      'InvalidInputException',
      `Invalid Entity Arn: arn:aws:sts::${account}:assumed-role/worker/x`,
    ],
    [
      'the root user',
      `arn:aws:iam::${account}:root`,
      'InvalidInputException',
      `Invalid Entity Arn: arn:aws:iam::${account}:root`,
    ],
    [
      'a user who is not there',
      `arn:aws:iam::${account}:user/nobody`,
      'NoSuchEntityException',
      'The user with name nobody cannot be found.',
    ],
    [
      'a role that is not there',
      `arn:aws:iam::${account}:role/nobody`,
      'NoSuchEntityException',
      'The role with name nobody cannot be found.',
    ],
  ])('refuses %s', async (_what, PolicySourceArn, name, message) => {
    await expect(ofPrincipal({ PolicySourceArn })).rejects.toMatchObject({ name, message })
  })
})

describe('the context keys of policies', () => {
  test('are those of variables and conditions, as in the documentation', async () => {
    const document =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}'
    const answer = await iam.send(
      new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [document, document] }),
    )
    expect(answer.ContextKeyNames).toEqual(['aws:username', 'aws:CurrentTime'])
  })

  test('are none of text that is no variable', async () => {
    const Resource = ['arn:aws:s3:::${*}${?}${$}', "arn:aws:s3:::${aws:userid, 'x'}"]
    const current = policy({ Effect: 'Allow', Action: 's3:*', Resource })
    const old = JSON.stringify({
      Version: '2008-10-17',
      Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::${aws:username}' },
    })
    const answer = await iam.send(
      new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [current, old] }),
    )
    expect(answer.ContextKeyNames).toEqual(['aws:userid'])
  })

  test('of a user are those of all its policies', async () => {
    await createAlice()
    const Condition = { StringEquals: { 'aws:RequestTag/team': '${aws:PrincipalTag/team}' } }
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'own',
        PolicyDocument: policy({ Effect: 'Allow', Action: 'ec2:*', Resource: '*', Condition }),
      }),
    )
    const answer = await iam.send(
      new GetContextKeysForPrincipalPolicyCommand({
        PolicySourceArn: alice,
        PolicyInputList: [sinceAugust],
      }),
    )
    expect(answer.ContextKeyNames).toEqual([
      'aws:RequestTag/team',
      'aws:PrincipalTag/team',
      'aws:CurrentTime',
    ])
  })
})
