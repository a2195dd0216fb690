import type {
  AssociateDhcpOptionsRequest,
  CreateDhcpOptionsRequest,
  CreateDhcpOptionsResult,
  DeleteDhcpOptionsRequest,
  DescribeDhcpOptionsRequest,
  DescribeDhcpOptionsResult,
  DhcpConfiguration,
  NewDhcpConfiguration,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { hasDependencies } from '../errors/network.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import {
  deleteDhcpOptions,
  dhcpOptions,
  insertDhcpOptions,
  isDhcpOptionsInUse,
  toDhcpOptions,
} from '../rows/dhcp-options.ts'
import { deleteTags } from '../rows/tags.ts'
import { updateVpc, vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html */
export const DescribeDhcpOptions = operation<DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult>(
  {
    authorize: anyResource,
    run(input, call) {
      const { rows, nextToken } = dhcpOptions.page(input, input.DhcpOptionsIds, call)
      return { DhcpOptions: toDhcpOptions(rows, call), NextToken: nextToken }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html */
export const CreateDhcpOptions = operation<CreateDhcpOptionsRequest, CreateDhcpOptionsResult>({
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'dhcp-options', TagSpecifications),
  run({ DhcpConfigurations, TagSpecifications }, call) {
    const { 'dhcp-options': tags } = specifiedTags(TagSpecifications, 'dhcp-options')
    if (!DhcpConfigurations?.length) throw missingParameter('dhcpConfiguration')
    const id = call.ids.ec2('dopt')
    insertDhcpOptions(call, id, DhcpConfigurations.map(checked))
    tagResource(call, id, 'dhcp-options', tags)
    return { DhcpOptions: toDhcpOptions([dhcpOptions.require(id, call)], call)[0] }
  },
})

const options = new Set([
  'domain-name-servers',
  'domain-name',
  'ntp-servers',
  'netbios-name-servers',
  'netbios-node-type',
  'ipv6-address-preferred-lease-time',
])

function checked({ Key, Values }: NewDhcpConfiguration): DhcpConfiguration {
  if (!Key) throw missingParameter('dhcpConfiguration.key')
  if (!options.has(Key)) throw invalidValue(Key, 'option', 'Unknown DHCP option')
  if (!Values?.length) throw missingParameter('dhcpConfiguration.value')
  if (Key === 'netbios-node-type' && !['1', '2', '4', '8'].includes(Values[0]!)) {
    throw invalidParameterValue('invalid DHCP netbios-node-type')
  }
  return { Key, Values: Values.map((Value) => ({ Value })) }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html */
export const AssociateDhcpOptions = operation<AssociateDhcpOptionsRequest, {}>({
  authorize: ({ DhcpOptionsId = '', VpcId = '' }, call) => [
    ...(DhcpOptionsId === 'default' ? [] : [onResource(call, 'dhcp-options', DhcpOptionsId)]),
    onVpc(call, VpcId),
  ],
  run({ DhcpOptionsId: id, VpcId }, call) {
    if (!id) throw missingParameter('dhcpOptionsId')
    if (!VpcId) throw missingParameter('vpcId')
    vpcs.require(VpcId, call)
    // `default` stands for no options at all.
    if (id !== 'default') dhcpOptions.require(id, call)
    updateVpc(call, VpcId, { dhcp_options_id: id })
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteDhcpOptions.html */
export const DeleteDhcpOptions = operation<DeleteDhcpOptionsRequest, {}>({
  authorize: ({ DhcpOptionsId = '' }, call) => [onResource(call, 'dhcp-options', DhcpOptionsId)],
  run({ DhcpOptionsId: id }, call) {
    if (!id) throw missingParameter('dhcpOptionsId')
    dhcpOptions.require(id, call)
    if (isDhcpOptionsInUse(call, id)) throw hasDependencies('dhcpOptions', id)
    deleteDhcpOptions(call, id)
    deleteTags(call, id)
    return {}
  },
})
