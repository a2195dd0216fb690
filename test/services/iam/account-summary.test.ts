import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  IAMClient,
  paginateGetAccountAuthorizationDetails,
  PutUserPolicyCommand,
  SetSecurityTokenServicePreferencesCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow } from './callers.ts'

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

const assumedByEc2 = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
})

describe('GetAccountSummary', () => {
  test('counts what there is', async () => {
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
    await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }))
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: assumedByEc2 }))
    await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('s3:*') }))
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
    expect(SummaryMap).toMatchObject({
      Users: 2,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      // AdministratorAccess, which the student has.
      PolicyVersionsInUse: 1,
      MFADevices: 1,
      MFADevicesInUse: 0,
      UsersQuota: 5000,
      GroupsQuota: 300,
      GlobalEndpointTokenVersion: 1,
    })
  })

  test('tells the version of tokens that was set', async () => {
    await iam.send(
      new SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion: 'v2Token' }),
    )
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
    expect(SummaryMap!['GlobalEndpointTokenVersion']).toBe(2)
  })
})

describe('GetAccountAuthorizationDetails', () => {
  beforeEach(async () => {
    await iam.send(new CreateGroupCommand({ GroupName: 'devs' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'devs', UserName: 'alice' }))
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'alice',
        PolicyName: 'own',
        PolicyDocument: allow('s3:*'),
      }),
    )
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('ec2:*') }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'alice', PolicyArn: Policy!.Arn }))
    await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: assumedByEc2 }))
  })

  test('shows users, groups, roles and policies with what they hold', async () => {
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({}))
    expect(details.UserDetailList).toMatchObject([
      {
        UserName: 'alice',
        GroupList: ['devs'],
        AttachedManagedPolicies: [{ PolicyName: 'p' }],
        UserPolicyList: [{ PolicyName: 'own' }],
      },
      { UserName: 'student', AttachedManagedPolicies: [{ PolicyName: 'AdministratorAccess' }] },
    ])
    expect(
      decodeURIComponent(details.UserDetailList![0]!.UserPolicyList![0]!.PolicyDocument!),
    ).toBe(allow('s3:*'))
    expect(details.GroupDetailList).toMatchObject([{ GroupName: 'devs', GroupPolicyList: [] }])
    expect(details.RoleDetailList).toMatchObject([{ RoleName: 'r', InstanceProfileList: [] }])
    expect(details.Policies!.map(({ PolicyName }) => PolicyName)).toEqual([
      'p',
      'AdministratorAccess',
    ])
    const [version] = details.Policies![0]!.PolicyVersionList!
    expect(decodeURIComponent(version!.Document!)).toBe(allow('ec2:*'))
  })

  test('gives the kinds that the filter names', async () => {
    const details = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role', 'LocalManagedPolicy'] }),
    )
    expect(details).toMatchObject({
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [{ RoleName: 'r' }],
      Policies: [{ PolicyName: 'p' }],
      IsTruncated: false,
    })
  })

  test('goes over all kinds in pages of any size', async () => {
    const found: (string | undefined)[] = []
    const pages = paginateGetAccountAuthorizationDetails({ client: iam, pageSize: 1 }, {})
    let count = 0
    for await (const page of pages) {
      count++
      for (const user of page.UserDetailList!) found.push(user.UserName)
      for (const role of page.RoleDetailList!) found.push(role.RoleName)
      for (const group of page.GroupDetailList!) found.push(group.GroupName)
      for (const policy of page.Policies!) found.push(policy.PolicyName)
    }
    expect(found).toEqual(['alice', 'student', 'r', 'devs', 'p', 'AdministratorAccess'])
    expect(count).toBe(6)
  })
})
