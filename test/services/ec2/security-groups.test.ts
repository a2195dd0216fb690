import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  UpdateSecurityGroupRuleDescriptionsIngressCommand,
  type IpPermission,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from 'vitest'
import { refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()
let GroupId: string
let count = 0

const create = async (GroupName: string) =>
  (await ec2().send(new CreateSecurityGroupCommand({ GroupName, Description: 'a group' }))).GroupId!

beforeEach(async () => {
  GroupId = await create(`group-${count++}`)
})

const allow = (...IpPermissions: IpPermission[]) =>
  ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
const tcp = (port: number, CidrIp: string): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp }],
})
const group = async () =>
  (await ec2().send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups![0]!
const rules = async () =>
  (
    await ec2().send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
    )
  ).SecurityGroupRules!.filter(({ IsEgress }) => !IsEgress)

describe('CreateSecurityGroup', () => {
  test('makes a group of the default VPC that lets everything out', async () => {
    expect(await group()).toMatchObject({
      Description: 'a group',
      OwnerId: '123456789012',
      SecurityGroupArn: `arn:aws:ec2:us-east-1:123456789012:security-group/${GroupId}`,
      VpcId: expect.stringMatching(/^vpc-/),
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })
  })

  test('refuses a name that the VPC has', async () => {
    await create('twice')
    const error = await refusal(create('twice'))
    expect(error.code).toBe('InvalidGroup.Duplicate')
    expect(error.message).toMatch(/^The security group 'twice' already exists for VPC 'vpc-\w+'$/)
  })

  test.each([
    ['sg-mine', /sg-\*/],
    ['default', /reserved security group name/],
    ['grüppe', /GroupName/],
  ])('refuses the name %s', async (name, message) => {
    const error = await refusal(create(name))
    expect(error.code).toBe('InvalidParameterValue')
    expect(error.message).toMatch(message)
  })

  test('refuses a VPC that does not exist', async () => {
    const call = ec2().send(
      new CreateSecurityGroupCommand({
        GroupName: 'x',
        Description: 'x',
        VpcId: 'vpc-0123456789abcdef0',
      }),
    )
    expect(await refusal(call)).toMatchObject({ code: 'InvalidVpcID.NotFound' })
  })
})

describe('AuthorizeSecurityGroupIngress', () => {
  test('makes one rule for each source, and answers with them', async () => {
    const { SecurityGroupRules, Return } = await allow({
      IpProtocol: 'tcp',
      FromPort: 80,
      ToPort: 81,
      IpRanges: [{ CidrIp: '10.1.2.3/8', Description: 'inside' }, { CidrIp: '203.0.113.7/32' }],
      Ipv6Ranges: [{ CidrIpv6: '2001:DB8:0::1/32' }],
      PrefixListIds: [{ PrefixListId: 'pl-63a5400a' }],
      UserIdGroupPairs: [{ GroupId }],
    })
    expect(Return).toBe(true)
    expect(SecurityGroupRules).toMatchObject([
      { CidrIpv4: '10.0.0.0/8', Description: 'inside', FromPort: 80, ToPort: 81, IsEgress: false },
      { CidrIpv4: '203.0.113.7/32' },
      { CidrIpv6: '2001:db8::/32' },
      { PrefixListId: 'pl-63a5400a' },
      { ReferencedGroupInfo: { GroupId, UserId: '123456789012' } },
    ])
    expect(SecurityGroupRules![0]!.SecurityGroupRuleId).toMatch(/^sgr-0[0-9a-f]{16}$/)
    expect((await group()).IpPermissions).toEqual([
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 81,
        IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'inside' }, { CidrIp: '203.0.113.7/32' }],
        Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }],
        PrefixListIds: [{ PrefixListId: 'pl-63a5400a' }],
        UserIdGroupPairs: [{ GroupId, UserId: '123456789012' }],
      },
    ])
  })

  test('takes the old flat parameters and the group by its name', async () => {
    const GroupName = (await group()).GroupName!
    await ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupName,
        IpProtocol: 'tcp',
        FromPort: 22,
        ToPort: 22,
        CidrIp: '203.0.113.7/32',
      }),
    )
    expect(await rules()).toMatchObject([{ CidrIpv4: '203.0.113.7/32', FromPort: 22, ToPort: 22 }])
  })

  test.each([
    [tcp(22, '0.0.0.0/0'), 'peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW'],
    [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }, 'peer: 10.0.0.0/8, ALL, ALLOW'],
    [
      { IpProtocol: '1', FromPort: -1, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      'peer: 10.0.0.0/8, ICMP, type: ALL, code: ALL, ALLOW',
    ],
  ] as [IpPermission, string][])('refuses the rule %j a second time', async (permission, words) => {
    await allow(permission)
    expect(await refusal(allow(tcp(9, '10.0.0.0/8'), permission))).toEqual({
      code: 'InvalidPermission.Duplicate',
      message: `the specified rule "${words}" already exists`,
      status: 400,
    })
    expect(await rules()).toHaveLength(1)
  })

  test.each([
    ['1.2.3.4/33', 'CIDR block 1.2.3.4/33 is malformed'],
    ['1.2.3.400/32', 'CIDR block 1.2.3.400/32 is malformed'],
    ['1.2.3.4', 'CIDR block 1.2.3.4 is malformed'],
  ])('refuses the block %s', async (block, message) => {
    expect(await refusal(allow(tcp(22, block)))).toEqual({
      code: 'InvalidParameterValue',
      message,
      status: 400,
    })
  })

  test.each([
    [
      { IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      /Must specify both from and to ports/,
    ],
    [{ ...tcp(22, '0.0.0.0/0'), ToPort: 70_000 }, /port \(70000\) out of range/],
    [{ ...tcp(22, '0.0.0.0/0'), ToPort: 21 }, /Invalid TCP\/UDP port range \(22:21\)/],
    [{ ...tcp(22, '0.0.0.0/0'), IpProtocol: 'carrier-pigeon' }, /Unknown protocol/],
    [{ FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }, /protocol/],
  ] as [IpPermission, RegExp][])('refuses %j', async (permission, message) => {
    const error = await refusal(allow(permission))
    expect(error.code).toBe('InvalidParameterValue')
    expect(error.message).toMatch(message)
  })

  test('refuses the same rule twice in one request', async () => {
    expect(await refusal(allow(tcp(22, '10.0.0.1/8'), tcp(22, '10.0.0.2/8')))).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'The same permission must not appear multiple times',
    })
  })

  test('refuses more than sixty rules', async () => {
    const IpRanges = Array.from({ length: 60 }, (_, at) => ({ CidrIp: `10.0.${at}.0/24` }))
    await allow({ ...tcp(22, ''), IpRanges })
    expect(await refusal(allow(tcp(23, '10.0.0.0/8')))).toMatchObject({
      code: 'RulesPerSecurityGroupLimitExceeded',
    })
  })

  test('refuses a group that does not exist', async () => {
    const id = 'sg-0123456789abcdef0'
    const call = (input: object) =>
      refusal(
        ec2().send(
          new AuthorizeSecurityGroupIngressCommand({
            ...input,
            IpPermissions: [tcp(1, '0.0.0.0/0')],
          }),
        ),
      )
    expect(await call({ GroupId: id })).toMatchObject({
      code: 'InvalidGroup.NotFound',
      message: `The security group '${id}' does not exist`,
    })
    expect(await call({ GroupId: 'my-group' })).toMatchObject({ code: 'InvalidGroupId.Malformed' })
    expect((await call({ GroupName: 'nobody' })).message).toMatch(
      /^The security group 'nobody' does not exist in default VPC 'vpc-/,
    )
    expect(await call({})).toMatchObject({ code: 'MissingParameter' })
  })
})

describe('RevokeSecurityGroupIngress', () => {
  test('takes rules away by what they say or by id', async () => {
    const made = await allow(tcp(22, '0.0.0.0/0'), tcp(80, '0.0.0.0/0'))
    const { RevokedSecurityGroupRules } = await ec2().send(
      new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0')] }),
    )
    const [ssh, web] = made.SecurityGroupRules!
    expect(RevokedSecurityGroupRules).toMatchObject([
      { SecurityGroupRuleId: ssh!.SecurityGroupRuleId, CidrIpv4: '0.0.0.0/0', FromPort: 22 },
    ])
    const SecurityGroupRuleIds = [web!.SecurityGroupRuleId!]
    await ec2().send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }))
    expect(await rules()).toEqual([])
    const again = ec2().send(
      new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds }),
    )
    expect(await refusal(again)).toMatchObject({ code: 'InvalidSecurityGroupRuleId.NotFound' })
  })

  test('refuses a rule that is not there', async () => {
    const call = ec2().send(
      new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0')] }),
    )
    expect(await refusal(call)).toEqual({
      code: 'InvalidPermission.NotFound',
      message: 'The specified rule does not exist in this security group.',
      status: 400,
    })
  })
})

test('egress rules are apart from ingress rules', async () => {
  const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]
  await ec2().send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }))
  expect((await group()).IpPermissionsEgress).toEqual([])
  await ec2().send(
    new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [tcp(443, '0.0.0.0/0')] }),
  )
  expect(await group()).toMatchObject({
    IpPermissions: [],
    IpPermissionsEgress: [{ FromPort: 443 }],
  })
})

test('ModifySecurityGroupRules replaces a rule and keeps its id', async () => {
  const { SecurityGroupRules } = await allow(tcp(22, '0.0.0.0/0'))
  const { SecurityGroupRuleId } = SecurityGroupRules![0]!
  await ec2().send(
    new ModifySecurityGroupRulesCommand({
      GroupId,
      SecurityGroupRules: [
        {
          SecurityGroupRuleId,
          SecurityGroupRule: {
            IpProtocol: 'tcp',
            FromPort: 22,
            ToPort: 22,
            CidrIpv4: '203.0.113.7/32',
            Description: 'home',
          },
        },
      ],
    }),
  )
  expect(await rules()).toMatchObject([
    { SecurityGroupRuleId, CidrIpv4: '203.0.113.7/32', Description: 'home' },
  ])
})

test('UpdateSecurityGroupRuleDescriptionsIngress changes what a rule is said to be for', async () => {
  await allow(tcp(22, '10.0.0.0/8'))
  const IpRanges = [{ CidrIp: '10.0.0.0/8', Description: 'office' }]
  await ec2().send(
    new UpdateSecurityGroupRuleDescriptionsIngressCommand({
      GroupId,
      IpPermissions: [{ ...tcp(22, ''), IpRanges }],
    }),
  )
  expect(await rules()).toMatchObject([{ Description: 'office' }])
})

test('DescribeSecurityGroups filters by rules of either direction', async () => {
  await allow(tcp(4711, '198.51.100.0/24'))
  const ids = async (Name: string, ...Values: string[]) =>
    (
      await ec2().send(new DescribeSecurityGroupsCommand({ Filters: [{ Name, Values }] }))
    ).SecurityGroups!.map(({ GroupId }) => GroupId)
  expect(await ids('ip-permission.cidr', '198.51.*')).toEqual([GroupId])
  expect(await ids('ip-permission.to-port', '4711')).toEqual([GroupId])
  expect(await ids('egress.ip-permission.to-port', '4711')).toEqual([])
  expect(await ids('egress.ip-permission.protocol', '-1')).toContain(GroupId)
})

describe('DeleteSecurityGroup', () => {
  const remove = (id: string) => ec2().send(new DeleteSecurityGroupCommand({ GroupId: id }))

  test('deletes the group with its rules', async () => {
    await allow(tcp(22, '0.0.0.0/0'))
    await remove(GroupId)
    expect(await rules()).toEqual([])
    expect(await refusal(group())).toMatchObject({ code: 'InvalidGroup.NotFound' })
  })

  test('refuses a group that another refers to', async () => {
    const other = await create('refers')
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }]
    await ec2().send(new AuthorizeSecurityGroupIngressCommand({ GroupId: other, IpPermissions }))
    expect(await refusal(remove(GroupId))).toEqual({
      code: 'DependencyViolation',
      message: `resource ${GroupId} has a dependent object`,
      status: 400,
    })
    await remove(other)
    await remove(GroupId)
  })

  test('refuses the default group', async () => {
    const { SecurityGroups } = await ec2().send(
      new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }),
    )
    const id = SecurityGroups![0]!.GroupId!
    expect(await refusal(remove(id))).toEqual({
      code: 'CannotDelete',
      message: `the specified group: "${id}" name: "default" cannot be deleted by a user`,
      status: 400,
    })
  })
})
