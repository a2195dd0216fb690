import type {
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult,
  DetachNetworkInterfaceRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { exactly } from '../describe/filters.ts'
import {
  attachmentNotFound,
  deviceIndexTaken,
  differentZones,
  instanceNotReady,
  managedByService,
  primaryCannotBeDetached,
} from '../errors/addresses.ts'
import { interfaceInUse, missingParameter, tooManyInterfaces } from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { onInstance, onInterface } from '../network/permissions.ts'
import { instances } from '../rows/instances.ts'
import {
  attachInterface,
  releaseInterface,
  setAttached,
} from '../rows/network-interface-changes.ts'
import { interfacesOf, networkInterfaces } from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachNetworkInterface.html */
export const AttachNetworkInterface = operation<
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult
>({
  authorize: ({ InstanceId = '', NetworkInterfaceId = '' }, call) => [
    onInstance(call, InstanceId),
    onInterface(call, NetworkInterfaceId),
  ],
  run({ InstanceId: instanceId, NetworkInterfaceId: id, DeviceIndex: deviceIndex }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    if (!instanceId) throw missingParameter('instanceId')
    if (deviceIndex === undefined) throw missingParameter('deviceIndex')
    const one = networkInterfaces.require(id, call)
    const instance = instances.require(instanceId, call)
    if (one.attachment_id !== null) throw interfaceInUse(id)
    if (instance.state !== 'running' && instance.state !== 'stopped') {
      throw instanceNotReady(instanceId, instance.state)
    }
    if (one.availability_zone !== instance.availability_zone) throw differentZones()
    const there = interfacesOf(call, [instanceId]).get(instanceId) ?? []
    if (there.some((other) => other.device_index === deviceIndex)) {
      throw deviceIndexTaken(instanceId, deviceIndex)
    }
    const type = instanceTypes().get(instance.instance_type)
    const most = type?.NetworkInfo?.MaximumNetworkInterfaces ?? Infinity
    if (there.length >= most) throw tooManyInterfaces(there.length + 1, instance.instance_type)
    const attachmentId = call.ids.ec2('eni-attach')
    attachInterface(call, id, {
      id: attachmentId,
      instanceId,
      deviceIndex,
      attachedAt: call.now,
      deleteOnTermination: false,
    })
    setAttached(call, id)
    return { AttachmentId: attachmentId, NetworkCardIndex: 0 }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachNetworkInterface.html */
export const DetachNetworkInterface = operation<DetachNetworkInterfaceRequest, {}>({
  authorize({ AttachmentId = '' }, call) {
    const one = findByAttachment(AttachmentId, call)
    return [
      onInterface(call, one?.network_interface_id ?? '*'),
      ...(one?.instance_id ? [onInstance(call, one.instance_id)] : []),
    ]
  },
  run({ AttachmentId: id }, call) {
    if (!id) throw missingParameter('attachmentId')
    const one = findByAttachment(id, call)
    if (!one) throw attachmentNotFound(id)
    if (one.instance_id === null) throw managedByService('ela-attach')
    if (one.device_index === 0) throw primaryCannotBeDetached()
    releaseInterface(call, one.network_interface_id)
    return {}
  },
})

function findByAttachment(id: string, call: Call): NetworkInterfaceRow | undefined {
  if (!id) return undefined
  const Filters = [{ Name: 'attachment.attachment-id', Values: [exactly(id)] }]
  return networkInterfaces.page({ Filters }, [], call).rows[0]
}
