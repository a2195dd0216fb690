import type {
  DescribeCoipPoolsRequest,
  DescribeCoipPoolsResult,
  DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociationsRequest,
  DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociationsResult,
  DescribeLocalGatewayRouteTableVpcAssociationsRequest,
  DescribeLocalGatewayRouteTableVpcAssociationsResult,
  DescribeLocalGatewayRouteTablesRequest,
  DescribeLocalGatewayRouteTablesResult,
  DescribeLocalGatewayVirtualInterfaceGroupsRequest,
  DescribeLocalGatewayVirtualInterfaceGroupsResult,
  DescribeLocalGatewayVirtualInterfacesRequest,
  DescribeLocalGatewayVirtualInterfacesResult,
  DescribeLocalGatewaysRequest,
  DescribeLocalGatewaysResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { acts } from './operations.ts'

// What is on Outposts. An Outpost is hardware that AWS brings: no account here has one, and so these list nothing,
// and whatever id is named does not exist. https://docs.aws.amazon.com/outposts/latest/userguide/outposts-local-gateways.html

function noneOf(ids: readonly string[] | undefined, code: string, noun: string): void {
  const [id] = ids ?? []
  if (id) throw new AwsError(code, `The ${noun} ID '${id}' does not exist`)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLocalGateways.html */
export const DescribeLocalGateways = acts<
  DescribeLocalGatewaysRequest,
  DescribeLocalGatewaysResult
>({}, ({ LocalGatewayIds }) => {
  noneOf(LocalGatewayIds, 'InvalidLocalGatewayID.NotFound', 'local gateway')
  return { LocalGateways: [] }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLocalGatewayRouteTables.html */
export const DescribeLocalGatewayRouteTables = acts<
  DescribeLocalGatewayRouteTablesRequest,
  DescribeLocalGatewayRouteTablesResult
>({}, ({ LocalGatewayRouteTableIds: ids }) => {
  noneOf(ids, 'InvalidLocalGatewayRouteTableID.NotFound', 'local gateway route table')
  return { LocalGatewayRouteTables: [] }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLocalGatewayVirtualInterfaces.html */
export const DescribeLocalGatewayVirtualInterfaces = acts<
  DescribeLocalGatewayVirtualInterfacesRequest,
  DescribeLocalGatewayVirtualInterfacesResult
>({}, ({ LocalGatewayVirtualInterfaceIds: ids }) => {
  noneOf(ids, 'InvalidLocalGatewayVirtualInterfaceID.NotFound', 'local gateway virtual interface')
  return { LocalGatewayVirtualInterfaces: [] }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLocalGatewayVirtualInterfaceGroups.html */
export const DescribeLocalGatewayVirtualInterfaceGroups = acts<
  DescribeLocalGatewayVirtualInterfaceGroupsRequest,
  DescribeLocalGatewayVirtualInterfaceGroupsResult
>({}, ({ LocalGatewayVirtualInterfaceGroupIds: ids }) => {
  const noun = 'local gateway virtual interface group'
  noneOf(ids, 'InvalidLocalGatewayVirtualInterfaceGroupID.NotFound', noun)
  return { LocalGatewayVirtualInterfaceGroups: [] }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLocalGatewayRouteTableVpcAssociations.html */
export const DescribeLocalGatewayRouteTableVpcAssociations = acts<
  DescribeLocalGatewayRouteTableVpcAssociationsRequest,
  DescribeLocalGatewayRouteTableVpcAssociationsResult
>({}, ({ LocalGatewayRouteTableVpcAssociationIds: ids }) => {
  const noun = 'local gateway route table VPC association'
  noneOf(ids, 'InvalidLocalGatewayRouteTableVpcAssociationID.NotFound', noun)
  return { LocalGatewayRouteTableVpcAssociations: [] }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations.html */
export const DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations = acts<
  DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociationsRequest,
  DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociationsResult
>({}, () => ({ LocalGatewayRouteTableVirtualInterfaceGroupAssociations: [] }))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCoipPools.html */
export const DescribeCoipPools = acts<DescribeCoipPoolsRequest, DescribeCoipPoolsResult>(
  {},
  ({ PoolIds }) => {
    noneOf(PoolIds, 'InvalidPoolID.NotFound', 'pool')
    return { CoipPools: [] }
  },
)
