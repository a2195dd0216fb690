import type {
  AttachVolumeRequest,
  DetachVolumeRequest,
  VolumeAttachment,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { onResource } from '../permissions.ts'
import { instances } from '../rows/instances.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { attachmentsOfVolume, moveAttachment, setVolumeState } from '../rows/volume-changes.ts'
import {
  attachmentsOf,
  insertVolumeAttachment,
  toVolumeAttachment,
  volumes,
} from '../rows/volumes.ts'
import type { VolumeAttachmentRow, VolumeRow } from '../rows/volumes.ts'
import {
  alreadyAttached,
  cannotDetachRoot,
  deviceInUse,
  instanceNotRunning,
  invalidDeviceName,
  needsNitro,
  notAttached,
  tooManyAttachments,
  volumeInState,
  volumeNotAvailable,
  zoneMismatch,
} from '../volumes/errors.ts'
import { durations } from '../volumes/lifecycle.ts'
import { onVolume } from '../volumes/permissions.ts'

const mostMultiAttachments = 16

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html */
export const AttachVolume = operation<AttachVolumeRequest, VolumeAttachment>({
  authorize: onBoth,
  run({ VolumeId, InstanceId, Device }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    if (!InstanceId) throw missingParameter('InstanceId')
    if (!Device) throw missingParameter('Device')
    const volume = volumes.require(VolumeId, call)
    const instance = instances.require(InstanceId, call)
    if (
      !/^(\/dev\/)?(sd[a-z]|sd[a-z]\d{1,2}|xvd[a-z]{1,2}|xvd[a-z]\d{1,2}|hd[a-z])$/.test(Device)
    ) {
      throw invalidDeviceName(Device)
    }
    if (instance.state !== 'running' && instance.state !== 'stopped') {
      throw instanceNotRunning(InstanceId)
    }
    if (volume.availability_zone !== instance.availability_zone) {
      throw zoneMismatch(VolumeId, InstanceId)
    }
    requireFree(volume, instance, call)
    const taken = attachmentsOf(call, [InstanceId]).get(InstanceId) ?? []
    if (taken.some(({ device }) => device === Device)) throw deviceInUse(Device)
    setVolumeState(call, VolumeId, 'in-use')
    insertVolumeAttachment(call, {
      volumeId: VolumeId,
      instanceId: InstanceId,
      device: Device,
      attachedAt: call.now,
      deleteOnTermination: false,
    })
    const attachment = { volumeId: VolumeId, instanceId: InstanceId }
    call.timers.schedule(call.now + durations.attaching, 'volume-attached', attachment)
    return { ...shown(attachment, call), State: 'attaching' }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html */
export const DetachVolume = operation<DetachVolumeRequest, VolumeAttachment>({
  authorize: onBoth,
  run({ VolumeId, InstanceId, Device }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    const volume = volumes.require(VolumeId, call)
    if (InstanceId) instances.require(InstanceId, call)
    const attachments = attachmentsOfVolume(call, VolumeId)
    if (attachments.length === 0) throw volumeInState(VolumeId, volume.state)
    if (attachments.length > 1 && !InstanceId) throw missingParameter('InstanceId')
    const attachment = attachments.find((one) => isMeant(one, InstanceId, Device))
    if (!attachment) throw notAttached(VolumeId, InstanceId ?? '', Device ?? '')
    const instance = instances.require(attachment.instance_id, call)
    const isRoot = attachment.device === instance.root_device_name
    if (isRoot && instance.state !== 'stopped')
      throw cannotDetachRoot(VolumeId, instance.instance_id)
    const which = { volumeId: VolumeId, instanceId: attachment.instance_id }
    if (!moveAttachment(call, which, 'attached', 'detaching')) {
      moveAttachment(call, which, 'attaching', 'detaching')
    }
    call.timers.schedule(call.now + durations.detaching, 'volume-detached', which)
    return shown(which, call)
  },
})

function onBoth(
  { VolumeId, InstanceId }: { VolumeId?: string | undefined; InstanceId?: string | undefined },
  call: Call,
) {
  const instanceId =
    InstanceId ?? (VolumeId ? attachmentsOfVolume(call, VolumeId)[0]?.instance_id : undefined)
  return [
    onVolume(call, VolumeId),
    ...(instanceId ? [onResource(call, 'instance', instanceId)] : []),
  ]
}

const isMeant = (
  { instance_id, device }: VolumeAttachmentRow,
  instanceId: string | undefined,
  wanted: string | undefined,
): boolean => (!instanceId || instance_id === instanceId) && (!wanted || device === wanted)

/** @throws VolumeInUse or IncorrectState; for Multi-Attach, what its limits are */
function requireFree(volume: VolumeRow, instance: InstanceRow, call: Call): void {
  const { volume_id: id } = volume
  const attachments = attachmentsOfVolume(call, id)
  if (attachments.length === 0) {
    if (volume.state !== 'available') throw volumeNotAvailable(id)
  } else if (volume.multi_attach_enabled === 0) throw alreadyAttached(id)
  if (volume.multi_attach_enabled === 0) return
  if (attachments.some((one) => one.instance_id === instance.instance_id)) throw alreadyAttached(id)
  if (attachments.length >= mostMultiAttachments) throw tooManyAttachments(id)
  const type = instanceTypes().get(instance.instance_type)
  if (type?.Hypervisor !== 'nitro') throw needsNitro(id, instance.instance_type)
}

const shown = (
  { volumeId, instanceId }: { volumeId: string; instanceId: string },
  call: Call,
): VolumeAttachment =>
  toVolumeAttachment(
    attachmentsOfVolume(call, volumeId).find((one) => one.instance_id === instanceId)!,
  )
