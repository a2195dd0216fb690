import type { RouteTable, Subnet } from '@aws-sdk/client-ec2'
import { DescribeRouteTablesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onVpc, subnetsOf } from './network.ts'

/** The table that holds for a subnet: its own, else the VPC's main one. */
async function tableOf(subnet: Subnet, { ec2 }: Cloud): Promise<RouteTable> {
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [subnet.VpcId!] }] }),
  )
  const has = (test: (association: { SubnetId?: string; Main?: boolean }) => boolean) =>
    RouteTables.find(({ Associations = [] }) => Associations.some(test as never))
  return (has(({ SubnetId }) => SubnetId === subnet.SubnetId) ?? has(({ Main }) => Main === true))!
}

const toInternet = ({ Routes = [] }: RouteTable) =>
  Routes.find(
    ({ DestinationCidrBlock, GatewayId, State }) =>
      DestinationCidrBlock === '0.0.0.0/0' &&
      GatewayId?.startsWith('igw-') === true &&
      State === 'active',
  )

export const checkWayOut = onVpc(async (vpc, cloud) => {
  const { public: subnet } = await subnetsOf(vpc, cloud)
  if (subnet === undefined) return failed('You have no public subnet yet.')
  const table = await tableOf(subnet, cloud)
  return toInternet(table)
    ? passed()
    : failed(
        `The table ${table.RouteTableId}, which holds for your public subnet ${subnet.SubnetId}, has no route to an internet gateway. Expected 0.0.0.0/0 to one that is attached.`,
      )
})

/** Without any way out in the network, a private subnet is no achievement. */
export const checkOwnTable = onVpc(async (vpc, cloud) => {
  const { public: open, private: subnet } = await subnetsOf(vpc, cloud)
  if (open === undefined || subnet === undefined) return failed('You do not have both subnets yet.')
  if (!toInternet(await tableOf(open, cloud))) return failed('No subnet has a way out yet.')
  const table = await tableOf(subnet, cloud)
  return toInternet(table)
    ? failed(
        `The table ${table.RouteTableId} leads your private subnet ${subnet.SubnetId} to the internet. Expected that only the public one is.`,
      )
    : passed()
})
