import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  paginateListPolicies,
  SetDefaultPolicyVersionCommand,
  type ListPoliciesCommandInput,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, allowAll } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const admin = 'arn:aws:iam::aws:policy/AdministratorAccess'
const ownArn = 'arn:aws:iam::123456789012:policy/own'

const createOwn = (PolicyDocument = allow('s3:*')) =>
  iam.send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument }))
const attach = (PolicyArn: string, UserName = 'student') =>
  iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
const documentOf = async (PolicyArn: string, VersionId: string) => {
  const command = new GetPolicyVersionCommand({ PolicyArn, VersionId })
  const { PolicyVersion } = await iam.send(command)
  return decodeURIComponent(PolicyVersion!.Document!)
}

const arnsOf = async (input: ListPoliciesCommandInput) =>
  (await iam.send(new ListPoliciesCommand(input))).Policies!.map(({ Arn }) => Arn)
const createVersion = (document: string, SetAsDefault = false) =>
  iam.send(
    new CreatePolicyVersionCommand({ PolicyArn: ownArn, PolicyDocument: document, SetAsDefault }),
  )

describe('the policies of AWS', () => {
  test('have their true documents, paths and dates', async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: admin }))
    expect(Policy).toMatchObject({
      PolicyName: 'AdministratorAccess',
      Path: '/',
      DefaultVersionId: 'v1',
      AttachmentCount: 1,
      IsAttachable: true,
      CreateDate: new Date('2015-02-06T18:39:46Z'),
    })
    expect(JSON.parse(await documentOf(admin, 'v1'))).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    })
  })

  test.each([
    'PowerUserAccess',
    'ReadOnlyAccess',
    'AmazonEC2FullAccess',
    'AmazonEC2ReadOnlyAccess',
    'AmazonS3FullAccess',
    'AmazonS3ReadOnlyAccess',
    'IAMFullAccess',
    'IAMReadOnlyAccess',
    'AmazonRDSFullAccess',
    'AmazonRDSReadOnlyAccess',
    'service-role/AmazonEC2RoleforSSM',
    'job-function/Billing',
    'aws-service-role/AmazonRDSServiceRolePolicy',
  ])('include %s, with a document that can be read', async (name) => {
    const PolicyArn = `arn:aws:iam::aws:policy/${name}`
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    expect(`${Policy!.Path}${Policy!.PolicyName}`).toBe(`/${name}`)
    const document: unknown = JSON.parse(await documentOf(PolicyArn, Policy!.DefaultVersionId!))
    expect(document).toMatchObject({ Statement: expect.anything() })
  })

  test('cannot be changed', async () => {
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn: admin }))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    })
  })
})

describe('CreatePolicy', () => {
  test('makes a policy that GetPolicy shows and whose document comes back as it was given', async () => {
    const given = `{ "Version": "2012-10-17",\n  "Statement": {"Effect":"Allow", "Action":"s3:Get*", "Resource":"*"} }`
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'own',
        Path: '/team/',
        Description: 'what the team reads',
        PolicyDocument: given,
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    )
    expect(Policy).toMatchObject({
      Arn: 'arn:aws:iam::123456789012:policy/team/own',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      Tags: [{ Key: 'team', Value: 'a' }],
    })
    expect(Policy!.Description).toBeUndefined()
    const shown = await iam.send(new GetPolicyCommand({ PolicyArn: Policy!.Arn! }))
    expect(shown.Policy).toMatchObject({
      PolicyId: Policy!.PolicyId,
      Description: 'what the team reads',
      Tags: [{ Key: 'team', Value: 'a' }],
    })
    expect(await documentOf(Policy!.Arn!, 'v1')).toBe(given)
  })

  test('refuses a name that is taken, whatever its path and case', async () => {
    await createOwn()
    await expect(
      iam.send(
        new CreatePolicyCommand({ PolicyName: 'OWN', Path: '/x/', PolicyDocument: allowAll }),
      ),
    ).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'A policy called OWN already exists. Duplicate names are not allowed.',
    })
  })

  test('refuses a document that is no policy, or too large', async () => {
    await expect(createOwn('{}')).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      $metadata: { httpStatusCode: 400 },
    })
    const resources = Array.from({ length: 200 }, (_, index) => `arn:aws:s3:::a-long-name-${index}`)
    await expect(createOwn(allow('s3:*', resources))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for PolicySize: 6144',
    })
  })
})

describe('ListPolicies', () => {
  test('lists the account’s own policies and those of AWS, in pages', async () => {
    await createOwn()
    const arns: string[] = []
    for await (const page of paginateListPolicies({ client: iam, pageSize: 400 }, {})) {
      arns.push(...page.Policies!.map(({ Arn }) => Arn!))
    }
    expect(arns[0]).toBe(ownArn)
    expect(arns.length).toBeGreaterThan(1300)
    expect(new Set(arns).size).toBe(arns.length)
    expect(arns).toContain('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess')
  })

  test('lists by scope, path and attachment', async () => {
    await createOwn()
    expect(await arnsOf({ Scope: 'Local' })).toEqual([ownArn])
    expect(await arnsOf({ OnlyAttached: true })).toEqual([admin])
    const jobs = await arnsOf({ PathPrefix: '/job-function/' })
    expect(jobs.length).toBeGreaterThan(5)
    expect(jobs.every((arn) => arn!.includes(':policy/job-function/'))).toBe(true)
  })
})

describe('policy versions', () => {
  beforeEach(async () => {
    await createOwn(allow('s3:*'))
    await attach(ownArn)
  })
  test('come after another, and the default can be chosen', async () => {
    const { PolicyVersion } = await createVersion(allow('ec2:*'))
    expect(PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: false })
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: ownArn, VersionId: 'v2' }))
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: ownArn }))
    expect(Versions!.map((v) => [v.VersionId, v.IsDefaultVersion])).toEqual([
      ['v2', true],
      ['v1', false],
    ])
    expect(await documentOf(ownArn, 'v1')).toContain('s3:*')
  })

  test('are five at most, and a number is not given twice', async () => {
    for (let version = 2; version <= 5; version++) await createVersion(allowAll)
    await expect(createVersion(allowAll)).rejects.toMatchObject({ name: 'LimitExceededException' })
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: ownArn, VersionId: 'v5' }))
    expect((await createVersion(allowAll)).PolicyVersion!.VersionId).toBe('v6')
  })

  test('can be deleted, except the default', async () => {
    await expect(
      iam.send(new DeletePolicyVersionCommand({ PolicyArn: ownArn, VersionId: 'v1' })),
    ).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete the default version of a policy.',
    })
    await expect(documentOf(ownArn, 'v9')).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('keep their policy from being deleted', async () => {
    const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn: ownArn }))
    await expect(remove()).rejects.toThrow('Cannot delete a policy attached to entities.')
    await iam.send(new DetachUserPolicyCommand({ UserName: 'student', PolicyArn: ownArn }))
    await createVersion(allowAll)
    await expect(remove()).rejects.toThrow('This policy has more than one version.')
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn: ownArn, VersionId: 'v2' }))
    await remove()
    await expect(remove()).rejects.toThrow(`Policy ${ownArn} was not found.`)
  })
})

describe('attaching policies', () => {
  test('is seen from the user and from the policy, and is done once', async () => {
    await createOwn()
    await attach(ownArn)
    await attach(ownArn)
    const { AttachedPolicies } = await iam.send(
      new ListAttachedUserPoliciesCommand({ UserName: 'student' }),
    )
    expect(AttachedPolicies).toEqual([
      { PolicyName: 'own', PolicyArn: ownArn },
      { PolicyName: 'AdministratorAccess', PolicyArn: admin },
    ])
    const { PolicyUsers } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: ownArn }))
    expect(PolicyUsers!.map(({ UserName }) => UserName)).toEqual(['student'])
  })

  test('refuses what is no policy', async () => {
    await expect(attach('arn:aws:iam::aws:policy/NoSuchPolicy')).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.',
    })
    await expect(attach('arn:aws:s3:::some-bucket-name')).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'ARN arn:aws:s3:::some-bucket-name is not valid.',
    })
  })

  test('refuses an eleventh policy', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', MaxItems: 11 }))
    for (const { Arn } of Policies!.slice(0, 10)) await attach(Arn!, 'alice')
    await expect(attach(Policies![10]!.Arn!, 'alice')).rejects.toThrow(
      'Cannot exceed quota for PoliciesPerUser: 10',
    )
  })

  test('ends with DetachUserPolicy, which refuses what is not attached', async () => {
    const detach = () =>
      iam.send(new DetachUserPolicyCommand({ UserName: 'alice', PolicyArn: admin }))
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    await attach(admin, 'alice')
    await detach()
    await expect(detach()).rejects.toThrow(`Policy ${admin} was not found.`)
  })
})
