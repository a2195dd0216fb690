import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInsightsPathCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  CreateVpcPeeringConnectionCommand,
  AcceptVpcPeeringConnectionCommand,
  DeleteNetworkInsightsAnalysisCommand,
  DeleteNetworkInsightsPathCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInsightsAnalysesCommand,
  DescribeRouteTablesCommand,
  ModifySubnetAttributeCommand,
  RunInstancesCommand,
  StartNetworkInsightsAnalysisCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { courseImage, newGateway, newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const newGroup = async (VpcId: string, GroupName: string) =>
  (
    await ec2().send(
      new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'what may come' }),
    )
  ).GroupId!

async function launch(SubnetId: string, group: string): Promise<string> {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      SecurityGroupIds: [group],
    }),
  )
  return Instances![0]!.InstanceId!
}

const allow = (GroupId: string, port: number, from: object) =>
  ec2().send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...from }],
    }),
  )

async function mainTable(vpcId: string): Promise<string> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }]
  const { RouteTables } = await ec2().send(new DescribeRouteTablesCommand({ Filters }))
  return RouteTables![0]!.RouteTableId!
}

interface Reach {
  reachable: boolean
  path: { id: string; by: string }[]
  stopped: { code: string; why: string }[]
}

async function reach(from: string, to: string, port: number): Promise<Reach> {
  const query = new URLSearchParams({ from, to, port: String(port) })
  const answer = await fetch(`${emulator().url}/_pocketcloud/ec2/reach?${query}`)
  return (await answer.json()) as Reach
}

const codes = async (...question: Parameters<typeof reach>) =>
  (await reach(...question)).stopped.map(({ code }) => code)

test('traffic from the internet passes by group, route and public address, and each is named where it is missing', async () => {
  const vpc = await newVpc(ec2())
  const subnet = await newSubnet(ec2(), vpc, '10.0.1.0/24')
  const hidden = await newSubnet(ec2(), vpc, '10.0.2.0/24')
  const MapPublicIpOnLaunch = { Value: true }
  await ec2().send(new ModifySubnetAttributeCommand({ SubnetId: subnet, MapPublicIpOnLaunch }))
  const group = await newGroup(vpc, 'web')
  const web = await launch(subnet, group)
  expect(await codes('internet', web, 80)).toEqual(['NO_PATH'])

  const gateway = await newGateway(ec2(), vpc)
  expect(await codes('internet', web, 80)).toEqual(['ENI_SG_RULES_MISMATCH'])
  await allow(group, 80, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] })
  // It comes in, but what is answered finds no way out.
  expect(await codes('internet', web, 80)).toEqual(['NO_ROUTE_TO_DESTINATION'])
  const RouteTableId = await mainTable(vpc)
  const DestinationCidrBlock = '0.0.0.0/0'
  await ec2().send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId: gateway }),
  )
  expect(await reach('internet', web, 80)).toMatchObject({ reachable: true, stopped: [] })
  expect(await codes('internet', web, 22)).toEqual(['ENI_SG_RULES_MISMATCH'])

  const data = await newGroup(vpc, 'data')
  await allow(data, 5432, { UserIdGroupPairs: [{ GroupId: group }] })
  const database = await launch(hidden, data)
  expect(await codes('internet', database, 5432)).toEqual([
    'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS',
  ])
  expect(await codes(database, '198.51.100.4', 443)).toEqual([
    'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
  ])
  const inside = await reach(web, database, 5432)
  expect(inside.reachable).toBe(true)
  expect(inside.path.map(({ by }) => by)).toContain(`inbound rule: tcp 5432 from ${group}`)
  expect(await codes(database, web, 22)).toEqual(['ENI_SG_RULES_MISMATCH'])

  await ec2().send(new StopInstancesCommand({ InstanceIds: [database] }))
  expect(await codes(web, database, 5432)).toEqual(['BAD_STATE'])
})

test('a network ACL keeps no memory: an answer that it denies stops the traffic', async () => {
  const vpc = await newVpc(ec2())
  const one = await newSubnet(ec2(), vpc, '10.0.1.0/24')
  const other = await newSubnet(ec2(), vpc, '10.0.2.0/24')
  const group = await newGroup(vpc, 'both')
  await allow(group, 443, { UserIdGroupPairs: [{ GroupId: group }] })
  const from = await launch(one, group)
  const to = await launch(other, group)
  expect((await reach(from, to, 443)).reachable).toBe(true)

  const { NetworkAcls } = await ec2().send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
  )
  const NetworkAclId = NetworkAcls![0]!.NetworkAclId!
  await ec2().send(
    new CreateNetworkAclEntryCommand({
      NetworkAclId,
      RuleNumber: 50,
      Egress: false,
      Protocol: '6',
      RuleAction: 'deny',
      CidrBlock: '10.0.2.0/24',
      PortRange: { From: 40_000, To: 40_100 },
    }),
  )
  const { stopped } = await reach(from, to, 443)
  expect(stopped).toMatchObject([{ code: 'SUBNET_ACL_RESTRICTION' }])
  expect(stopped[0]!.why).toBe(`${NetworkAclId} of ${one} denies it inbound by rule 50.`)
})

test('a peering needs its route on both sides', async () => {
  const here = await newVpc(ec2(), '10.1.0.0/16')
  const there = await newVpc(ec2(), '10.2.0.0/16')
  const groups = [await newGroup(here, 'here'), await newGroup(there, 'there')] as const
  await allow(groups[1], 22, { IpRanges: [{ CidrIp: '10.1.0.0/16' }] })
  const from = await launch(await newSubnet(ec2(), here, '10.1.1.0/24'), groups[0])
  const to = await launch(await newSubnet(ec2(), there, '10.2.1.0/24'), groups[1])
  const { VpcPeeringConnection } = await ec2().send(
    new CreateVpcPeeringConnectionCommand({ VpcId: here, PeerVpcId: there }),
  )
  const { VpcPeeringConnectionId } = VpcPeeringConnection!
  await ec2().send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))
  const route = async (vpc: string, DestinationCidrBlock: string) => {
    const RouteTableId = await mainTable(vpc)
    const input = { RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId }
    await ec2().send(new CreateRouteCommand(input))
  }
  expect(await codes(from, to, 22)).toEqual(['NO_ROUTE_TO_DESTINATION'])
  await route(here, '10.2.0.0/16')
  expect(await codes(from, to, 22)).toEqual(['NO_ROUTE_TO_DESTINATION'])
  await route(there, '10.1.0.0/16')
  expect(await reach(from, to, 22)).toMatchObject({ reachable: true })

  // The same, by the Reachability Analyzer's own operations.
  const path = { Source: from, Destination: to, Protocol: 'tcp' as const, DestinationPort: 22 }
  const { NetworkInsightsPath } = await ec2().send(new CreateNetworkInsightsPathCommand(path))
  const { NetworkInsightsPathId } = NetworkInsightsPath!
  const { NetworkInsightsAnalysis } = await ec2().send(
    new StartNetworkInsightsAnalysisCommand({ NetworkInsightsPathId, ClientToken: 'once' }),
  )
  expect(NetworkInsightsAnalysis).toMatchObject({ Status: 'running' })
  const { NetworkInsightsAnalyses } = await ec2().send(
    new DescribeNetworkInsightsAnalysesCommand({ NetworkInsightsPathId }),
  )
  expect(NetworkInsightsAnalyses).toMatchObject([{ Status: 'succeeded', NetworkPathFound: true }])
  const [analysis] = NetworkInsightsAnalyses!
  const forward = analysis!.ForwardPathComponents!.map(({ Component }) => Component!.Id)
  expect(forward).toContain(VpcPeeringConnectionId)
  expect([forward[0], forward.at(-1)]).toEqual([from, to])
  expect(analysis!.ReturnPathComponents!.at(-1)!.Component!.Id).toBe(from)

  const remove = () => ec2().send(new DeleteNetworkInsightsPathCommand({ NetworkInsightsPathId }))
  expect(await refusal(remove())).toMatchObject({ code: 'AnalysisExistsForNetworkInsightsPath' })
  const { NetworkInsightsAnalysisId } = analysis!
  await ec2().send(new DeleteNetworkInsightsAnalysisCommand({ NetworkInsightsAnalysisId }))
  await remove()
})
