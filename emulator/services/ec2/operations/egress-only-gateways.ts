import type {
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult,
  DeleteEgressOnlyInternetGatewayRequest,
  DeleteEgressOnlyInternetGatewayResult,
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import {
  deleteEgressOnlyGateway,
  egressOnlyGateways,
  insertEgressOnlyGateway,
  toEgressOnlyGateways,
} from '../rows/egress-only-gateways.ts'
import { setRoutesState } from '../rows/routes.ts'
import { deleteTags } from '../rows/tags.ts'
import { vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

const type = 'egress-only-internet-gateway'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html */
export const DescribeEgressOnlyInternetGateways = operation<
  DescribeEgressOnlyInternetGatewaysRequest,
  DescribeEgressOnlyInternetGatewaysResult
>({
  authorize: anyResource,
  run(input, call) {
    const ids = input.EgressOnlyInternetGatewayIds
    const { rows, nextToken } = egressOnlyGateways.page(input, ids, call)
    return { EgressOnlyInternetGateways: toEgressOnlyGateways(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateEgressOnlyInternetGateway.html */
export const CreateEgressOnlyInternetGateway = operation<
  CreateEgressOnlyInternetGatewayRequest,
  CreateEgressOnlyInternetGatewayResult
>({
  authorize: ({ VpcId = '', TagSpecifications }, call) => [
    ...onNewResource(call, type, TagSpecifications),
    onVpc(call, VpcId),
  ],
  run(input, call) {
    const { VpcId, TagSpecifications, ClientToken } = input
    const answer = (id: string) => ({
      ...(ClientToken ? { ClientToken } : {}),
      EgressOnlyInternetGateway: toEgressOnlyGateways(
        [egressOnlyGateways.require(id, call)],
        call,
      )[0],
    })
    const before = findByToken<string>(ClientToken, input, call)
    if (before) return answer(before)
    const tags = specifiedTags(TagSpecifications, type)[type]
    if (!VpcId) throw missingParameter('vpcId')
    vpcs.require(VpcId, call)
    const id = call.ids.ec2('eigw')
    insertEgressOnlyGateway(call, id, VpcId)
    tagResource(call, id, type, tags)
    keepToken(ClientToken, input, id, call)
    return answer(id)
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteEgressOnlyInternetGateway.html */
export const DeleteEgressOnlyInternetGateway = operation<
  DeleteEgressOnlyInternetGatewayRequest,
  DeleteEgressOnlyInternetGatewayResult
>({
  authorize: ({ EgressOnlyInternetGatewayId = '' }, call) => [
    onResource(call, type, EgressOnlyInternetGatewayId),
  ],
  run({ EgressOnlyInternetGatewayId: id }, call) {
    if (!id) throw missingParameter('egressOnlyInternetGatewayId')
    egressOnlyGateways.require(id, call)
    deleteEgressOnlyGateway(call, id)
    setRoutesState(call, id, 'blackhole')
    deleteTags(call, id)
    return { ReturnCode: true }
  },
})
