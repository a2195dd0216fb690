import type {
  AcceptAddressTransferRequest,
  AcceptAddressTransferResult,
  AddressTransfer,
  DescribeAddressTransfersRequest,
  DescribeAddressTransfersResult,
  DisableAddressTransferRequest,
  DisableAddressTransferResult,
  EnableAddressTransferRequest,
  EnableAddressTransferResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { onNewResource } from '../permissions.ts'
import { addresses } from '../rows/addresses.ts'
import type { AddressRow } from '../rows/addresses.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'
import { acts } from './operations.ts'
import { keepSetting, settingOf } from './settings.ts'

// Elastic IP addresses that change their account. An offer stands for seven days.
// https://docs.aws.amazon.com/vpc/latest/userguide/transfer-EIPs-intro-ec2.html

const offered = 7 * 24 * 60 * 60 * 1000
const setting = (allocationId: string) => `address-transfer/${allocationId}`
const onAllocation = { AllocationId: 'elastic-ip' } as const

const transferOf = (id: string, call: Call): AddressTransfer | undefined => {
  const transfer = settingOf<AddressTransfer>(call, setting(id), {})
  return transfer.AllocationId ? transfer : undefined
}

const isPending = (transfer: AddressTransfer | undefined, call: Call): boolean =>
  transfer?.AddressTransferStatus === 'pending' &&
  transfer.TransferOfferExpirationTimestamp!.getTime() > call.now

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableAddressTransfer.html */
export const EnableAddressTransfer = acts<
  EnableAddressTransferRequest,
  EnableAddressTransferResult
>(onAllocation, ({ AllocationId: id, TransferAccountId }, call) => {
  if (!TransferAccountId) throw missingParameter('TransferAccountId')
  if (!/^\d{12}$/.test(TransferAccountId) || TransferAccountId === call.account) {
    throw invalidValue(TransferAccountId, 'TransferAccountId')
  }
  const address = addresses.require(id!, call)
  const transfer: AddressTransfer = {
    PublicIp: address.public_ip,
    AllocationId: id,
    TransferAccountId,
    TransferOfferExpirationTimestamp: new Date(call.now + offered),
    AddressTransferStatus: 'pending',
  }
  keepSetting(call, setting(id!), transfer)
  return { AddressTransfer: transfer }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableAddressTransfer.html */
export const DisableAddressTransfer = acts<
  DisableAddressTransferRequest,
  DisableAddressTransferResult
>(onAllocation, ({ AllocationId: id }, call) => {
  const transfer = transferOf(id!, call)
  if (!isPending(transfer, call)) throw noTransfer(id!)
  const disabled: AddressTransfer = { ...transfer, AddressTransferStatus: 'disabled' }
  keepSetting(call, setting(id!), disabled)
  return { AddressTransfer: disabled }
})

const noTransfer = (id: string) =>
  new AwsError('InvalidTransfer.AddressNotPending', `The address '${id}' has no pending transfer.`)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressTransfers.html */
export const DescribeAddressTransfers = acts<
  DescribeAddressTransfersRequest,
  DescribeAddressTransfersResult
>({}, ({ AllocationIds = [], ...input }, call) => {
  const rows =
    AllocationIds.length > 0
      ? addresses.requireAll(AllocationIds, call)
      : addresses.page({}, [], call).rows
  const all = rows.flatMap((row) => transferOf(row.allocation_id, call) ?? [])
  const { items, nextToken } = pageOfFacts({ filters: {} }, all, input, call, AllocationIds)
  return { AddressTransfers: items, NextToken: nextToken }
})

/** The address is another account's still. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptAddressTransfer.html */
export const AcceptAddressTransfer = operation<
  AcceptAddressTransferRequest,
  AcceptAddressTransferResult
>({
  authorize: ({ TagSpecifications }, call) => onNewResource(call, 'elastic-ip', TagSpecifications),
  run({ Address, TagSpecifications }, call) {
    const tags = specifiedTags(TagSpecifications, 'elastic-ip')['elastic-ip']
    if (!Address) throw missingParameter('Address')
    const row = call.db.get<AddressRow & { account: string }>(
      'select * from ec2_addresses where region = ? and public_ip = ?',
      call.region,
      Address,
    )
    const giver = row && { ...call, account: row.account }
    const transfer = giver && transferOf(row.allocation_id, giver)
    if (!isPending(transfer, call) || transfer!.TransferAccountId !== call.account) {
      throw new AwsError(
        'InvalidTransfer.AddressNotPending',
        `The address '${Address}' has no pending transfer to the account.`,
      )
    }
    if (row!.association_id !== null) {
      throw new AwsError(
        'InvalidTransfer.AddressAssociated',
        `The address '${Address}' is associated with a resource.`,
      )
    }
    const AllocationId = call.ids.ec2('eipalloc')
    call.db.run(
      'update ec2_addresses set account = ?, allocation_id = ?, ptr_record = null where seq = ?',
      call.account,
      AllocationId,
      row!.seq,
    )
    deleteTags(giver!, row!.allocation_id)
    tagResource(call, AllocationId, 'elastic-ip', tags)
    const accepted: AddressTransfer = {
      ...transfer,
      AllocationId,
      TransferOfferAcceptedTimestamp: new Date(call.now),
      AddressTransferStatus: 'accepted',
    }
    keepSetting(call, setting(AllocationId), accepted)
    return { AddressTransfer: accepted }
  },
})
