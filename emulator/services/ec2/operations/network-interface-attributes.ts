import type {
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult,
  ModifyNetworkInterfaceAttributeRequest,
  ResetNetworkInterfaceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { attachmentNotFound } from '../errors/addresses.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { groupsFor } from '../network/interface-groups.ts'
import { onInterface } from '../network/permissions.ts'
import { anyResource, onResource } from '../permissions.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import {
  replaceGroups,
  setInterfaceColumns,
  setSourceDestCheck,
} from '../rows/network-interface-changes.ts'
import { networkInterfaces, toNetworkInterfaces } from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaceAttribute.html */
export const DescribeNetworkInterfaceAttribute = operation<
  DescribeNetworkInterfaceAttributeRequest,
  DescribeNetworkInterfaceAttributeResult
>({
  authorize: anyResource,
  run({ NetworkInterfaceId: id, Attribute }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    if (!Attribute) throw missingParameter('attribute')
    const row = networkInterfaces.require(id, call)
    const [one] = toNetworkInterfaces([row], call)
    switch (Attribute) {
      case 'description':
        return { NetworkInterfaceId: id, Description: { Value: row.description } }
      case 'groupSet':
        return { NetworkInterfaceId: id, Groups: one!.Groups }
      case 'sourceDestCheck':
        return { NetworkInterfaceId: id, SourceDestCheck: { Value: row.source_dest_check === 1 } }
      case 'attachment':
        return { NetworkInterfaceId: id, Attachment: one!.Attachment }
      case 'associatePublicIpAddress':
        return { NetworkInterfaceId: id, AssociatePublicIpAddress: row.auto_public_ip === 1 }
      default:
        throw invalidValue(Attribute, 'attribute', 'Unknown network interface attribute')
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html */
export const ModifyNetworkInterfaceAttribute = operation<
  ModifyNetworkInterfaceAttributeRequest,
  {}
>({
  authorize: ({ NetworkInterfaceId = '', Groups = [] }, call) => [
    onInterface(call, NetworkInterfaceId),
    ...Groups.map((id) => onResource(call, 'security-group', id)),
  ],
  run({ NetworkInterfaceId: id, ...input }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    const row = networkInterfaces.require(id, call)
    const given = [input.Description, input.Groups, input.SourceDestCheck, input.Attachment]
    const count = given.filter((one) => one !== undefined).length
    if (count === 0) throw missingParameter('attribute')
    if (count > 1) {
      throw invalidParameterCombination('Only one attribute may be modified in a request')
    }
    if (input.Description) {
      setInterfaceColumns(call, id, { description: input.Description.Value ?? '' })
    }
    if (input.Groups) replaceGroups(call, id, groupsFor(input.Groups, row, call))
    if (input.SourceDestCheck) checkSource(row, input.SourceDestCheck.Value ?? true, call)
    if (input.Attachment) {
      const { AttachmentId, DeleteOnTermination } = input.Attachment
      if (!AttachmentId) throw missingParameter('attachment.attachmentId')
      if (AttachmentId !== row.attachment_id) throw attachmentNotFound(AttachmentId)
      if (DeleteOnTermination !== undefined) {
        setInterfaceColumns(call, id, { delete_on_termination: Number(DeleteOnTermination) })
      }
    }
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetNetworkInterfaceAttribute.html */
export const ResetNetworkInterfaceAttribute = operation<ResetNetworkInterfaceAttributeRequest, {}>({
  authorize: ({ NetworkInterfaceId = '' }, call) => [onInterface(call, NetworkInterfaceId)],
  run({ NetworkInterfaceId: id, SourceDestCheck }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    const row = networkInterfaces.require(id, call)
    if (SourceDestCheck === undefined) throw missingParameter('sourceDestCheck')
    checkSource(row, true, call)
    return {}
  },
})

/** An instance has its first interface's setting as its own. */
function checkSource(row: NetworkInterfaceRow, value: boolean, call: Call): void {
  setSourceDestCheck(call, row.network_interface_id, value)
  if (row.instance_id !== null && row.device_index === 0) {
    updateInstance(call, row.instance_id, { source_dest_check: Number(value) })
  }
}
