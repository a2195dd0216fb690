import type {
  AttachInternetGatewayRequest,
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult,
  DeleteInternetGatewayRequest,
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DetachInternetGatewayRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import {
  alreadyAttached,
  gatewayNotAttached,
  hasDependencies,
  hasGateway,
  mappedPublicAddresses,
} from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { onInternetGateway, onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import {
  deleteInternetGateway,
  gatewayOfVpc,
  insertInternetGateway,
  internetGateways,
  setGatewaysVpc,
  toInternetGateways,
} from '../rows/internet-gateways.ts'
import { publicInterfacesOfVpc } from '../rows/network-interface-changes.ts'
import { associationOfGateway, deleteAssociation, setRoutesState } from '../rows/routes.ts'
import { deleteTags } from '../rows/tags.ts'
import { vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
export const DescribeInternetGateways = operation<
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = internetGateways.page(input, input.InternetGatewayIds, call)
    return { InternetGateways: toInternetGateways(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html */
export const CreateInternetGateway = operation<
  CreateInternetGatewayRequest,
  CreateInternetGatewayResult
>({
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'internet-gateway', TagSpecifications),
  run({ TagSpecifications }, call) {
    const { 'internet-gateway': tags } = specifiedTags(TagSpecifications, 'internet-gateway')
    const id = call.ids.ec2('igw')
    insertInternetGateway(call, id, null)
    tagResource(call, id, 'internet-gateway', tags)
    return { InternetGateway: toInternetGateways([internetGateways.require(id, call)], call)[0] }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html */
export const AttachInternetGateway = operation<AttachInternetGatewayRequest, {}>({
  authorize: ({ InternetGatewayId = '', VpcId = '' }, call) => [
    onInternetGateway(call, InternetGatewayId),
    onVpc(call, VpcId),
  ],
  run({ InternetGatewayId: id, VpcId: vpcId }, call) {
    if (!id) throw missingParameter('internetGatewayId')
    if (!vpcId) throw missingParameter('vpcId')
    const gateway = internetGateways.require(id, call)
    vpcs.require(vpcId, call)
    if (gateway.vpc_id !== null) throw alreadyAttached(id, gateway.vpc_id)
    if (gatewayOfVpc(call, vpcId)) throw hasGateway(vpcId)
    setGatewaysVpc(call, id, vpcId)
    setRoutesState(call, id, 'active')
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html */
export const DetachInternetGateway = operation<DetachInternetGatewayRequest, {}>({
  authorize: ({ InternetGatewayId = '', VpcId = '' }, call) => [
    onInternetGateway(call, InternetGatewayId),
    onVpc(call, VpcId),
  ],
  run({ InternetGatewayId: id, VpcId: vpcId }, call) {
    if (!id) throw missingParameter('internetGatewayId')
    if (!vpcId) throw missingParameter('vpcId')
    const gateway = internetGateways.require(id, call)
    vpcs.require(vpcId, call)
    if (gateway.vpc_id !== vpcId) throw gatewayNotAttached(id, vpcId)
    if (publicInterfacesOfVpc(call, vpcId).length > 0) throw mappedPublicAddresses(vpcId)
    setGatewaysVpc(call, id, null)
    setRoutesState(call, id, 'blackhole')
    const edge = associationOfGateway(call, id)
    if (edge) deleteAssociation(call, edge.association_id)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html */
export const DeleteInternetGateway = operation<DeleteInternetGatewayRequest, {}>({
  authorize: ({ InternetGatewayId = '' }, call) => [onInternetGateway(call, InternetGatewayId)],
  run({ InternetGatewayId: id }, call) {
    if (!id) throw missingParameter('internetGatewayId')
    if (internetGateways.require(id, call).vpc_id !== null) {
      throw hasDependencies('internetGateway', id)
    }
    deleteInternetGateway(call, id)
    deleteTags(call, id)
    return {}
  },
})
