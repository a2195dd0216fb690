import type {
  AssociateSubnetCidrBlockRequest,
  AssociateSubnetCidrBlockResult,
  DisassociateSubnetCidrBlockRequest,
  DisassociateSubnetCidrBlockResult,
  ModifySubnetAttributeRequest,
  Subnet,
} from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { exactly } from '../describe/filters.ts'
import { cidrAssociationNotFound } from '../errors/network.ts'
import { invalidParameterCombination, invalidParameterValue, missingParameter } from '../errors.ts'
import { onSubnet } from '../network/permissions.ts'
import { checkedIpv6SubnetBlock } from '../network/subnet-blocks.ts'
import {
  ipv6BlocksOf,
  setMapPublicIp,
  subnetDocument,
  subnets,
  updateSubnetDocument,
} from '../rows/subnets.ts'
import type { SubnetRow } from '../rows/subnets.ts'
import { vpcs } from '../rows/vpcs.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html */
export const ModifySubnetAttribute = operation<ModifySubnetAttributeRequest, {}>({
  authorize: ({ SubnetId = '' }, call) => [onSubnet(call, SubnetId)],
  run({ SubnetId, ...input }, call) {
    if (!SubnetId) throw missingParameter('subnetId')
    const subnet = subnets.require(SubnetId, call)
    const given = Object.entries(input).filter(
      ([name, value]) => name !== 'DryRun' && value !== undefined,
    )
    if (given.length === 0) throw missingParameter('attribute')
    if (given.length > 1) {
      throw invalidParameterCombination('Only one attribute may be modified in a request')
    }
    if (input.MapPublicIpOnLaunch?.Value !== undefined) {
      setMapPublicIp(call, SubnetId, input.MapPublicIpOnLaunch.Value)
      return {}
    }
    updateSubnetDocument(call, subnet, changesOf(input, subnet))
    return {}
  },
})

function changesOf(
  input: Omit<ModifySubnetAttributeRequest, 'SubnetId'>,
  subnet: SubnetRow,
): Partial<Subnet> {
  const names = subnetDocument(subnet).PrivateDnsNameOptionsOnLaunch
  if (input.AssignIpv6AddressOnCreation?.Value !== undefined) {
    if (input.AssignIpv6AddressOnCreation.Value && ipv6BlocksOf(subnet).length === 0) {
      throw invalidParameterValue(
        `Invalid value 'true' for assignIpv6AddressOnCreation. Subnet must be associated with an IPv6 CIDR block.`,
      )
    }
    return { AssignIpv6AddressOnCreation: input.AssignIpv6AddressOnCreation.Value }
  }
  if (input.EnableDns64?.Value !== undefined) return { EnableDns64: input.EnableDns64.Value }
  if (input.PrivateDnsHostnameTypeOnLaunch) {
    const HostnameType = input.PrivateDnsHostnameTypeOnLaunch
    return { PrivateDnsNameOptionsOnLaunch: { ...names, HostnameType } }
  }
  if (input.EnableResourceNameDnsARecordOnLaunch?.Value !== undefined) {
    const EnableResourceNameDnsARecord = input.EnableResourceNameDnsARecordOnLaunch.Value
    return { PrivateDnsNameOptionsOnLaunch: { ...names, EnableResourceNameDnsARecord } }
  }
  if (input.EnableResourceNameDnsAAAARecordOnLaunch?.Value !== undefined) {
    const EnableResourceNameDnsAAAARecord = input.EnableResourceNameDnsAAAARecordOnLaunch.Value
    return { PrivateDnsNameOptionsOnLaunch: { ...names, EnableResourceNameDnsAAAARecord } }
  }
  throw notImplemented('ec2', 'ModifySubnetAttribute of an Outpost or Local Zone')
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html */
export const AssociateSubnetCidrBlock = operation<
  AssociateSubnetCidrBlockRequest,
  AssociateSubnetCidrBlockResult
>({
  authorize: ({ SubnetId = '' }, call) => [onSubnet(call, SubnetId)],
  run({ SubnetId, Ipv6CidrBlock }, call) {
    if (!SubnetId) throw missingParameter('subnetId')
    if (!Ipv6CidrBlock) throw missingParameter('ipv6CidrBlock')
    const subnet = subnets.require(SubnetId, call)
    const association = checkedIpv6SubnetBlock(
      Ipv6CidrBlock,
      vpcs.require(subnet.vpc_id, call),
      call,
    )
    updateSubnetDocument(call, subnet, {
      Ipv6CidrBlockAssociationSet: [...ipv6BlocksOf(subnet), association],
    })
    return {
      SubnetId,
      Ipv6CidrBlockAssociation: { ...association, Ipv6CidrBlockState: { State: 'associating' } },
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSubnetCidrBlock.html */
export const DisassociateSubnetCidrBlock = operation<
  DisassociateSubnetCidrBlockRequest,
  DisassociateSubnetCidrBlockResult
>({
  authorize: ({ AssociationId = '' }, call) => [
    onSubnet(call, findByAssociation(AssociationId, call)?.subnet_id ?? '*'),
  ],
  run({ AssociationId: id }, call) {
    if (!id) throw missingParameter('associationId')
    const subnet = findByAssociation(id, call)
    if (!subnet) throw cidrAssociationNotFound('subnet', id)
    const associations = ipv6BlocksOf(subnet)
    const gone = associations.find((one) => one.AssociationId === id)!
    updateSubnetDocument(call, subnet, {
      Ipv6CidrBlockAssociationSet: associations.filter((one) => one !== gone),
      ...(associations.length === 1 ? { AssignIpv6AddressOnCreation: false } : {}),
    })
    return {
      SubnetId: subnet.subnet_id,
      Ipv6CidrBlockAssociation: { ...gone, Ipv6CidrBlockState: { State: 'disassociating' } },
    }
  },
})

const findByAssociation = (id: string, call: Call): SubnetRow | undefined =>
  subnets.page(
    { Filters: [{ Name: 'ipv6-cidr-block-association.association-id', Values: [exactly(id)] }] },
    [],
    call,
  ).rows[0]
