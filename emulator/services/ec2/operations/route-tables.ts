import type {
  CreateRouteTableRequest,
  CreateRouteTableResult,
  DeleteRouteTableRequest,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { hasDependencies } from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { onRouteTable, onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { insertRouteTable, routeTables, toRouteTables } from '../rows/route-tables.ts'
import { associationsOfTable, deleteRouteTable } from '../rows/routes.ts'
import { deleteTags } from '../rows/tags.ts'
import { blockTexts, vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export const DescribeRouteTables = operation<DescribeRouteTablesRequest, DescribeRouteTablesResult>(
  {
    authorize: anyResource,
    run(input, call) {
      const { rows, nextToken } = routeTables.page(input, input.RouteTableIds, call)
      return { RouteTables: toRouteTables(rows, call), NextToken: nextToken }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html */
export const CreateRouteTable = operation<CreateRouteTableRequest, CreateRouteTableResult>({
  authorize: ({ VpcId = '', TagSpecifications }, call) => [
    ...onNewResource(call, 'route-table', TagSpecifications, {
      'ec2:Vpc': arnOf(call, 'vpc', VpcId),
    }),
    onVpc(call, VpcId),
  ],
  run(input, call) {
    const { VpcId, TagSpecifications, ClientToken } = input
    const answer = (id: string) => ({
      RouteTable: toRouteTables([routeTables.require(id, call)], call)[0],
      ...(ClientToken ? { ClientToken } : {}),
    })
    const before = findByToken<string>(ClientToken, input, call)
    if (before) return answer(before)
    const { 'route-table': tags } = specifiedTags(TagSpecifications, 'route-table')
    if (!VpcId) throw missingParameter('vpcId')
    const vpc = vpcs.require(VpcId, call)
    const id = call.ids.ec2('rtb')
    insertRouteTable(call, id, VpcId, blockTexts(vpc))
    tagResource(call, id, 'route-table', tags)
    keepToken(ClientToken, input, id, call)
    return answer(id)
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html */
export const DeleteRouteTable = operation<DeleteRouteTableRequest, {}>({
  authorize: ({ RouteTableId = '' }, call) => [onRouteTable(call, RouteTableId)],
  run({ RouteTableId: id }, call) {
    if (!id) throw missingParameter('routeTableId')
    routeTables.require(id, call)
    if (associationsOfTable(call, id).length > 0) throw hasDependencies('routeTable', id)
    deleteRouteTable(call, id)
    deleteTags(call, id)
    return {}
  },
})
