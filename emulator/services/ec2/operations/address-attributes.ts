import type {
  AddressAttribute,
  DescribeAddressesAttributeRequest,
  DescribeAddressesAttributeResult,
  ModifyAddressAttributeRequest,
  ModifyAddressAttributeResult,
  ResetAddressAttributeRequest,
  ResetAddressAttributeResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { onAddress } from '../network/permissions.ts'
import { anyResource } from '../permissions.ts'
import { addresses, setPtrRecord } from '../rows/addresses.ts'
import type { AddressRow } from '../rows/addresses.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressesAttribute.html */
export const DescribeAddressesAttribute = operation<
  DescribeAddressesAttributeRequest,
  DescribeAddressesAttributeResult
>({
  authorize: anyResource,
  run({ AllocationIds, MaxResults, NextToken }, call) {
    const { rows, nextToken } = addresses.page({ MaxResults, NextToken }, AllocationIds, call)
    return { Addresses: rows.map(toAttribute), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAddressAttribute.html */
export const ModifyAddressAttribute = operation<
  ModifyAddressAttributeRequest,
  ModifyAddressAttributeResult
>({
  coverage: 'recorded',
  authorize: ({ AllocationId = '' }, call) => [onAddress(call, AllocationId)],
  run({ AllocationId, DomainName }, call) {
    if (!AllocationId) throw missingParameter('AllocationId')
    if (!DomainName) throw missingParameter('DomainName')
    addresses.require(AllocationId, call)
    setPtrRecord(call, AllocationId, DomainName.endsWith('.') ? DomainName : `${DomainName}.`)
    return { Address: toAttribute(addresses.require(AllocationId, call)) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetAddressAttribute.html */
export const ResetAddressAttribute = operation<
  ResetAddressAttributeRequest,
  ResetAddressAttributeResult
>({
  coverage: 'recorded',
  authorize: ({ AllocationId = '' }, call) => [onAddress(call, AllocationId)],
  run({ AllocationId }, call) {
    if (!AllocationId) throw missingParameter('AllocationId')
    addresses.require(AllocationId, call)
    setPtrRecord(call, AllocationId, null)
    return { Address: toAttribute(addresses.require(AllocationId, call)) }
  },
})

const toAttribute = (row: AddressRow): AddressAttribute => ({
  AllocationId: row.allocation_id,
  PublicIp: row.public_ip,
  ...(row.ptr_record === null ? {} : { PtrRecord: row.ptr_record }),
})
