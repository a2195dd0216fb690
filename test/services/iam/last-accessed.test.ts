import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  IAMClient,
  ListPoliciesGrantingServiceAccessCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  type AccessAdvisorUsageGranularityType,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asUser, policy } from './callers.ts'

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

const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`
const aliceArn = arn('user/alice')

const putPolicy = (PolicyDocument: string, UserName = 'alice') =>
  iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))

async function report(Arn: string, Granularity?: AccessAdvisorUsageGranularityType) {
  const { JobId } = await iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }),
  )
  const details = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))
  return { JobId, details, services: details.ServicesLastAccessed! }
}

const namespaces = async (Arn: string) =>
  (await report(Arn)).services.map(({ ServiceNamespace }) => ServiceNamespace)

describe('GenerateServiceLastAccessedDetails', () => {
  test('names the services that the policies of a user and its groups grant', async () => {
    await putPolicy(allow(['s3:GetObject', 'sqs:*']))
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
    await iam.send(
      new PutGroupPolicyCommand({
        GroupName: 'devs',
        PolicyName: 'g',
        PolicyDocument: allow('lambda:List*'),
      }),
    )
    await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'alice' }))
    const { details, services } = await report(aliceArn)
    expect(details).toMatchObject({ JobStatus: 'COMPLETED', JobType: 'SERVICE_LEVEL' })
    expect(services).toEqual([
      { ServiceName: 'AWS Lambda', ServiceNamespace: 'lambda', TotalAuthenticatedEntities: 0 },
      { ServiceName: 'Amazon S3', ServiceNamespace: 's3', TotalAuthenticatedEntities: 0 },
      { ServiceName: 'Amazon SQS', ServiceNamespace: 'sqs', TotalAuthenticatedEntities: 0 },
    ])
  })

  const deny = (Action: string, rest = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...rest })
  const grant = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
  const ifNobody = { Condition: { StringEquals: { 'aws:username': 'nobody' } } }
  test.each([
    ['a denial alone', [deny('s3:*')], []],
    ['a grant that is denied', [grant, deny('s3:*')], []],
    ['a grant whose one action is denied', [grant, deny('s3:Get*')], []],
    ['a denial of something else', [grant, deny('s3:Put*')], ['s3']],
    ['a denial on a condition', [grant, deny('s3:*', ifNobody)], ['s3']],
    ['a grant on a condition', [{ ...grant, ...ifNobody }], ['s3']],
  ])('looks at denials as AWS does: %s', async (_, statements, expected) => {
    await putPolicy(policy(...statements))
    expect(await namespaces(aliceArn)).toEqual(expected)
  })

  test('everything but one service is all the others', async () => {
    await putPolicy(policy({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }))
    const { JobId } = await report(aliceArn)
    const all = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 1000 }))
    const found = all.ServicesLastAccessed!.map(({ ServiceNamespace }) => ServiceNamespace)
    expect(found).toContain('ec2')
    expect(found).not.toContain('s3')
    const page = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 2 }))
    expect(page).toMatchObject({ IsTruncated: true })
    const next = await iam.send(
      new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 1, Marker: page.Marker }),
    )
    expect(next.ServicesLastAccessed![0]!.ServiceNamespace).toBe(found[2])
  })

  test('tells when and where a service was last called, and by which actions', async () => {
    const alice = await asUser(emulator, 'alice', allow(['s3:ListAllMyBuckets', 'iam:*']))
    await emulator
      .client(S3Client, { ...alice, region: 'eu-west-1' })
      .send(new ListBucketsCommand({}))
    const { services } = await report(aliceArn, 'ACTION_LEVEL')
    const s3 = services.find(({ ServiceNamespace }) => ServiceNamespace === 's3')!
    expect(s3).toMatchObject({
      LastAuthenticatedEntity: aliceArn,
      LastAuthenticatedRegion: 'eu-west-1',
      TotalAuthenticatedEntities: 1,
      TrackedActionsLastAccessed: [
        {
          ActionName: 'ListBuckets',
          LastAccessedEntity: aliceArn,
          LastAccessedRegion: 'eu-west-1',
        },
      ],
    })
    expect(Math.abs(s3.LastAuthenticated!.getTime() - emulator.now())).toBeLessThan(3000)
    expect(services.find(({ ServiceNamespace }) => ServiceNamespace === 'iam')).toEqual({
      ServiceName: 'AWS Identity and Access Management',
      ServiceNamespace: 'iam',
      TotalAuthenticatedEntities: 0,
    })
  })

  test('counts refused calls, and forgets them after 400 days', async () => {
    const alice = await asUser(emulator, 'alice', allow('s3:GetObject'))
    await expect(
      emulator.client(S3Client, alice).send(new ListBucketsCommand({})),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
    expect((await report(aliceArn)).services[0]).toMatchObject({ TotalAuthenticatedEntities: 1 })
    await emulator.advance(401 * 24 * 3600 * 1000)
    expect((await report(aliceArn)).services[0]).toMatchObject({ TotalAuthenticatedEntities: 0 })
  })

  test('counts the sessions of a role for the role', async () => {
    const trust = policy({
      Effect: 'Allow',
      Principal: { AWS: '123456789012' },
      Action: 'sts:AssumeRole',
    })
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }))
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'r',
        PolicyName: 'p',
        PolicyDocument: allow('s3:*'),
      }),
    )
    const { Credentials } = await emulator
      .client(STSClient)
      .send(new AssumeRoleCommand({ RoleArn: arn('role/r'), RoleSessionName: 'me' }))
    const credentials = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    }
    await emulator.client(S3Client, { credentials }).send(new ListBucketsCommand({}))
    expect((await report(arn('role/r'))).services).toMatchObject([
      { ServiceNamespace: 's3', LastAuthenticatedEntity: arn('role/r') },
    ])
  })

  test('refuses what is no such entity', async () => {
    await expect(report(arn('user/bob'))).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    await expect(report('arn:aws:s3:::bucket-name')).rejects.toMatchObject({
      name: 'InvalidInputException',
    })
  })

  test('is a report of its own: nobody else reads it', async () => {
    const { JobId } = await report(aliceArn)
    const bob = 'bob'
    await iam.send(new CreateUserCommand({ UserName: bob }))
    const other = emulator.client(IAMClient, await asUser(emulator, bob, allow('iam:*')))
    await expect(
      other.send(new GetServiceLastAccessedDetailsCommand({ JobId })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })
})

describe('GetServiceLastAccessedDetailsWithEntities', () => {
  test('lists the members of a group, those who used the service first', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
    for (const UserName of ['alice', 'bob']) {
      await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName }))
    }
    await iam.send(
      new AttachGroupPolicyCommand({
        GroupName: 'devs',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      }),
    )
    const bob = await asUser(emulator, 'bob')
    await emulator.client(S3Client, bob).send(new ListBucketsCommand({}))
    const { JobId } = await report(arn('group/devs'))
    const entities = (ServiceNamespace: string) =>
      iam.send(new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace }))
    const { EntityDetailsList } = await entities('s3')
    expect(EntityDetailsList).toMatchObject([
      { EntityInfo: { Name: 'bob', Type: 'USER', Arn: arn('user/bob') } },
      { EntityInfo: { Name: 'alice' } },
    ])
    expect(EntityDetailsList![0]!.LastAuthenticated).toBeInstanceOf(Date)
    expect(EntityDetailsList![1]!.LastAuthenticated).toBeUndefined()
    await expect(entities('nonsense')).rejects.toThrow('Invalid service namespace: [nonsense]')
  })

  test('lists who has a managed policy', async () => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('s3:*') }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: Policy!.Arn }))
    const { JobId } = await report(Policy!.Arn!)
    const { EntityDetailsList } = await iam.send(
      new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: 's3' }),
    )
    expect(EntityDetailsList).toMatchObject([{ EntityInfo: { Name: 'alice' } }])
  })
})

describe('ListPoliciesGrantingServiceAccess', () => {
  test('names the inline and managed policies that grant each service', async () => {
    await putPolicy(allow('s3:GetObject'))
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'alice' }))
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    await iam.send(new AttachGroupPolicyCommand({ GroupName: 'devs', PolicyArn }))
    const { PoliciesGrantingServiceAccess } = await iam.send(
      new ListPoliciesGrantingServiceAccessCommand({
        Arn: aliceArn,
        ServiceNamespaces: ['s3', 'ec2', 's3'],
      }),
    )
    expect(PoliciesGrantingServiceAccess).toEqual([
      {
        ServiceNamespace: 's3',
        Policies: [
          {
            PolicyName: 'own',
            PolicyType: 'INLINE',
            EntityType: 'USER',
            EntityName: 'alice',
          },
          { PolicyName: 'AmazonS3ReadOnlyAccess', PolicyType: 'MANAGED', PolicyArn },
        ],
      },
      { ServiceNamespace: 'ec2', Policies: [] },
    ])
  })
})
