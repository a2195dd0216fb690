import type {
  CreateNetworkAclRequest,
  CreateNetworkAclResult,
  DeleteNetworkAclRequest,
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import {
  associationNotFound,
  belongToDifferentNetworks,
  cannotDeleteDefaultAcl,
  hasDependencies,
} from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { onNetworkAcl, onSubnet, onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import {
  deleteNetworkAcl,
  findAclAssociation,
  hasAssociations,
  replaceAclAssociation,
} from '../rows/network-acl-changes.ts'
import { insertNetworkAcl, networkAcls, toNetworkAcls } from '../rows/network-acls.ts'
import { subnets } from '../rows/subnets.ts'
import { deleteTags } from '../rows/tags.ts'
import { vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
export const DescribeNetworkAcls = operation<DescribeNetworkAclsRequest, DescribeNetworkAclsResult>(
  {
    authorize: anyResource,
    run(input, call) {
      const { rows, nextToken } = networkAcls.page(input, input.NetworkAclIds, call)
      return { NetworkAcls: toNetworkAcls(rows, call), NextToken: nextToken }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html */
export const CreateNetworkAcl = operation<CreateNetworkAclRequest, CreateNetworkAclResult>({
  authorize: ({ VpcId = '', TagSpecifications }, call) => [
    ...onNewResource(call, 'network-acl', TagSpecifications, {
      'ec2:Vpc': arnOf(call, 'vpc', VpcId),
    }),
    onVpc(call, VpcId),
  ],
  run(input, call) {
    const { VpcId, TagSpecifications, ClientToken } = input
    const answer = (id: string) => ({
      NetworkAcl: toNetworkAcls([networkAcls.require(id, call)], call)[0],
      ...(ClientToken ? { ClientToken } : {}),
    })
    const before = findByToken<string>(ClientToken, input, call)
    if (before) return answer(before)
    const { 'network-acl': tags } = specifiedTags(TagSpecifications, 'network-acl')
    if (!VpcId) throw missingParameter('vpcId')
    vpcs.require(VpcId, call)
    const id = call.ids.ec2('acl')
    insertNetworkAcl(call, id, VpcId)
    tagResource(call, id, 'network-acl', tags)
    keepToken(ClientToken, input, id, call)
    return answer(id)
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html */
export const DeleteNetworkAcl = operation<DeleteNetworkAclRequest, {}>({
  authorize: ({ NetworkAclId = '' }, call) => [onNetworkAcl(call, NetworkAclId)],
  run({ NetworkAclId: id }, call) {
    if (!id) throw missingParameter('networkAclId')
    if (networkAcls.require(id, call).is_default === 1) throw cannotDeleteDefaultAcl(id)
    if (hasAssociations(call, id)) throw hasDependencies('networkAcl', id)
    deleteNetworkAcl(call, id)
    deleteTags(call, id)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html */
export const ReplaceNetworkAclAssociation = operation<
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult
>({
  authorize({ AssociationId = '', NetworkAclId = '' }, call) {
    const association = findAclAssociation(call, AssociationId)
    return [
      onNetworkAcl(call, NetworkAclId),
      ...(association ? [onSubnet(call, association.subnet_id)] : []),
    ]
  },
  run({ AssociationId: id, NetworkAclId: aclId }, call) {
    if (!id) throw missingParameter('associationId')
    if (!aclId) throw missingParameter('networkAclId')
    const association = findAclAssociation(call, id)
    if (!association) throw associationNotFound(id)
    const acl = networkAcls.require(aclId, call)
    const subnet = subnets.require(association.subnet_id, call)
    if (subnet.vpc_id !== acl.vpc_id) {
      throw belongToDifferentNetworks(`network acl ${aclId}`, `subnet ${subnet.subnet_id}`)
    }
    const newId = call.ids.ec2('aclassoc')
    replaceAclAssociation(call, id, { id: newId, aclId })
    return { NewAssociationId: newId }
  },
})
