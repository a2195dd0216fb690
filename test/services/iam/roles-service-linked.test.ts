import {
  AttachRolePolicyCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { awsManagedPolicy } from '../../../emulator/services/iam/aws-managed-policies.ts'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const create = (AWSServiceName: string, CustomSuffix?: string) =>
  iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, CustomSuffix }))
const RoleName = 'AWSServiceRoleForRDS'

test('CreateServiceLinkedRole makes the role under the service’s own name, with AWS’s policy', async () => {
  const { Role } = await create('rds.amazonaws.com')
  expect(Role).toMatchObject({
    RoleName,
    Path: '/aws-service-role/rds.amazonaws.com/',
    Arn: `arn:aws:iam::123456789012:role/aws-service-role/rds.amazonaws.com/${RoleName}`,
  })
  expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain(
    '"Principal":{"Service":"rds.amazonaws.com"}',
  )
  const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
  expect(AttachedPolicies).toEqual([
    {
      PolicyName: 'AmazonRDSServiceRolePolicy',
      PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy',
    },
  ])
  await expect(create('rds.amazonaws.com')).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: `Service role name ${RoleName} has been taken in this account, please try a different suffix.`,
    $metadata: { httpStatusCode: 400 },
  })
})

test('only some services take a suffix, and only services have such roles', async () => {
  const { Role } = await create('autoscaling.amazonaws.com', 'blue')
  expect(Role!.RoleName).toBe('AWSServiceRoleForAutoScaling_blue')
  await create('autoscaling.amazonaws.com')
  await expect(create('rds.amazonaws.com', 'blue')).rejects.toMatchObject({
    message: 'Custom suffix is not allowed for rds.amazonaws.com',
  })
  await expect(create('nothing.example.com')).rejects.toMatchObject({
    name: 'InvalidInputException',
  })
})

test('nobody but the service changes such a role', async () => {
  await create('rds.amazonaws.com')
  const PolicyArn = 'arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy'
  const changes = [
    new AttachRolePolicyCommand({ RoleName, PolicyArn }),
    new DetachRolePolicyCommand({ RoleName, PolicyArn }),
    new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: allow('s3:*') }),
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: '{}' }),
    new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7200 }),
    new DeleteRoleCommand({ RoleName }),
  ]
  for (const change of changes) {
    await expect(iam.send(change as never)).rejects.toMatchObject({
      name: 'UnmodifiableEntityException',
      message: `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
      $metadata: { httpStatusCode: 400 },
    })
  }
  await iam.send(new UpdateRoleCommand({ RoleName, Description: 'Ours' }))
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
  expect(Role!.Description).toBe('Ours')
})

test('DeleteServiceLinkedRole is asked for, and done a moment later', async () => {
  await create('rds.amazonaws.com')
  const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }))
  expect(DeletionTaskId).toMatch(
    /^task\/aws-service-role\/rds\.amazonaws\.com\/AWSServiceRoleForRDS\/[0-9a-f-]{36}$/,
  )
  const status = async () =>
    (await iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }))).Status
  expect(await status()).toBe('IN_PROGRESS')
  await emulator.advance(2000)
  expect(await status()).toBe('SUCCEEDED')
  await expect(iam.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  })
  await create('rds.amazonaws.com')
  await expect(
    iam.send(new DeleteServiceLinkedRoleCommand({ RoleName: 'nothing' })),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' })
})

test('every role that services have names a policy of AWS’s that exists', () => {
  const lines = readFileSync('fixtures/iam/service-linked-roles.tsv', 'utf8').trimEnd().split('\n')
  const policies = lines.slice(1).map((line) => line.split('\t')[2]!)
  expect(policies.length).toBeGreaterThan(50)
  expect(policies.filter((arn) => !awsManagedPolicy(arn))).toEqual([])
})
