import type {
  CopyImageRequest,
  CopyImageResult,
  CreateImageRequest,
  CreateImageResult,
  DeregisterImageRequest,
  DeregisterImageResult,
  Image,
  Instance,
  RegisterImageRequest,
  RegisterImageResult,
  Tag,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterValue, missingParameter } from '../errors.ts'
import { publicImages } from '../facts/images.ts'
import {
  cannotImage,
  imageNotAvailable,
  notYourImage,
  rootDeviceWithoutSnapshot,
} from '../images/errors.ts'
import { beginImage, checkedImageName, mappingOf, usualDocument } from '../images/make-image.ts'
import { onImage } from '../images/permissions.ts'
import { findImage, requireImages } from '../images/visible-images.ts'
import { planDevices } from '../instances/launch-devices.ts'
import { onNewResource, onResource } from '../permissions.ts'
import { deleteImage, findOwnImage, imageOfSnapshot, snapshotsOf } from '../rows/images.ts'
import type { ImageDocument } from '../rows/images.ts'
import { instances } from '../rows/instances.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { removeShares } from '../rows/shares.ts'
import { deleteTags, tagsOf } from '../rows/tags.ts'
import { attachmentsOf, volumes } from '../rows/volumes.ts'
import { specifiedTags } from '../tagging.ts'
import { chooseEncryption } from '../volumes/encryption.ts'
import { onSnapshot } from '../volumes/permissions.ts'
import { keepInBin } from '../volumes/recycle-bin.ts'
import { beginSnapshot, beginSnapshotOf, copiesVolume } from '../volumes/take-snapshot.ts'
import { requireUsableSnapshot } from '../volumes/usable-snapshots.ts'
import { checkedRegion, forgetSnapshot } from './snapshots.ts'

/** Nothing that can be seen is rebooted, with NoReboot or without. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html */
export const CreateImage = operation<CreateImageRequest, CreateImageResult>({
  authorize: ({ InstanceId = '', TagSpecifications }, call) => [
    ...onNewResource(call, 'image', TagSpecifications),
    ...onNewResource(call, 'snapshot', TagSpecifications),
    onResource(call, 'instance', InstanceId),
  ],
  run(input, call) {
    if (!input.InstanceId) throw missingParameter('InstanceId')
    const instance = instances.require(input.InstanceId, call)
    if (instance.state !== 'running' && instance.state !== 'stopped') {
      throw cannotImage(instance.instance_id, instance.state)
    }
    const tags = specifiedTags(input.TagSpecifications, 'image', 'snapshot')
    const name = checkedImageName(input.Name, call)
    const id = call.ids.ec2('ami')
    const document: ImageDocument = {
      ...documentOf(instance),
      ...(input.Description ? { Description: input.Description } : {}),
      ...(findImage(instance.image_id, call)?.ImdsSupport ? { ImdsSupport: 'v2.0' } : {}),
      BlockDeviceMappings: mappingsOf(instance, id, input, tags.snapshot, call),
    }
    beginImage({ id, name, document, tags: tags.image }, call)
    return { ImageId: id }
  },
})

/** What an image of an instance has of the instance. */
function documentOf(row: InstanceRow): ImageDocument {
  const shown = JSON.parse(row.doc) as Instance
  return {
    ...usualDocument,
    Architecture: shown.Architecture!,
    VirtualizationType: shown.VirtualizationType!,
    EnaSupport: shown.EnaSupport!,
    SriovNetSupport: 'simple',
    ...(shown.Platform ? { Platform: shown.Platform } : {}),
    PlatformDetails: shown.PlatformDetails!,
    UsageOperation: shown.UsageOperation!,
    ...(shown.BootMode ? { BootMode: shown.BootMode } : {}),
    ...(shown.TpmSupport ? { TpmSupport: 'v2.0' } : {}),
    RootDeviceName: row.root_device_name,
    SourceInstanceId: row.instance_id,
    SourceImageId: row.image_id,
    SourceImageRegion: row.region,
  }
}

/** A snapshot of each volume that is attached and not left out, and the devices that the request adds. */
function mappingsOf(
  instance: InstanceRow,
  imageId: string,
  { BlockDeviceMappings: requested = [] }: CreateImageRequest,
  tags: readonly Tag[],
  call: Call,
) {
  const attached = attachmentsOf(call, [instance.instance_id]).get(instance.instance_id) ?? []
  const asked = new Map(requested.map((mapping) => [mapping.DeviceName!, mapping]))
  const description = `Created by CreateImage(${instance.instance_id}) for ${imageId}`
  const taken = attached
    .filter(({ device }) => asked.get(device)?.NoDevice === undefined)
    .map(({ device, volume_id, delete_on_termination }) => {
      const volume = volumes.require(volume_id, call)
      const ebs = asked.get(device)?.Ebs
      return mappingOf(device, {
        snapshotId: beginSnapshotOf(volume, { description, tags }, call),
        size: volume.size,
        type: ebs?.VolumeType ?? volume.volume_type,
        iops: ebs?.Iops ?? volume.iops,
        throughput: ebs?.Throughput ?? volume.throughput,
        encrypted: volume.encrypted === 1,
        deleteOnTermination: ebs?.DeleteOnTermination ?? delete_on_termination === 1,
      })
    })
  const added = requested.filter(
    ({ DeviceName, NoDevice }) =>
      NoDevice === undefined && !attached.some(({ device }) => device === DeviceName),
  )
  return [...taken, ...added]
}

/** From snapshots; images in S3 with a manifest are of the past. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html */
export const RegisterImage = operation<RegisterImageRequest, RegisterImageResult>({
  authorize: (input, call) => [
    ...onNewResource(call, 'image', input.TagSpecifications),
    ...snapshotsOf(input.BlockDeviceMappings).map((id) => onSnapshot(call, id)),
  ],
  run(input, call) {
    const name = checkedImageName(input.Name, call)
    const { image: tags } = specifiedTags(input.TagSpecifications, 'image')
    const { RootDeviceName: root, BlockDeviceMappings: mappings = [] } = input
    if (!root) throw missingParameter('RootDeviceName')
    if (!mappings.some(({ DeviceName, Ebs }) => DeviceName === root && Ebs?.SnapshotId)) {
      throw rootDeviceWithoutSnapshot(root)
    }
    const devices = planDevices({ RootDeviceName: root, BlockDeviceMappings: [] }, mappings, call)
    const id = call.ids.ec2('ami')
    const document: ImageDocument = {
      ...usualDocument,
      ...(input.Description ? { Description: input.Description } : {}),
      Architecture: input.Architecture ?? 'i386',
      VirtualizationType: (input.VirtualizationType as 'hvm' | undefined) ?? 'paravirtual',
      EnaSupport: input.EnaSupport === true,
      ...(input.SriovNetSupport ? { SriovNetSupport: input.SriovNetSupport } : {}),
      ...(input.BootMode ? { BootMode: input.BootMode } : {}),
      ...(input.TpmSupport ? { TpmSupport: input.TpmSupport } : {}),
      ...(input.ImdsSupport ? { ImdsSupport: input.ImdsSupport } : {}),
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      RootDeviceName: root,
      BlockDeviceMappings: devices.map((device) =>
        device.snapshotId
          ? mappingOf(device.device, device)
          : mappings.find(({ DeviceName }) => DeviceName === device.device)!,
      ),
    }
    beginImage({ id, name, document, tags }, call)
    return { ImageId: id }
  },
})

/** Into the region that is called. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html */
export const CopyImage = operation<CopyImageRequest, CopyImageResult>({
  authorize: ({ SourceImageId = '', SourceRegion = '', TagSpecifications }, call) => [
    ...onNewResource(call, 'image', TagSpecifications),
    ...onNewResource(call, 'snapshot', TagSpecifications),
    onImage(SourceImageId, { ...call, region: SourceRegion }),
  ],
  run(input, call) {
    if (!input.SourceImageId) throw missingParameter('SourceImageId')
    const from = { ...call, region: checkedRegion(input.SourceRegion) }
    const source = requireImages([input.SourceImageId], from)[0]!
    if (source.State !== 'available') throw imageNotAvailable(input.SourceImageId)
    const name = checkedImageName(input.Name, call)
    const tags = specifiedTags(input.TagSpecifications, 'image', 'snapshot')
    const id = call.ids.ec2('ami')
    const mappings = (source.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => {
      if (!Ebs?.SnapshotId) return { DeviceName: DeviceName!, Ebs: Ebs! }
      const snapshot = requireUsableSnapshot(Ebs.SnapshotId, from)
      const { encrypted, kmsKeyId } = chooseEncryption(
        {
          encrypted: input.Encrypted,
          kmsKeyId: input.KmsKeyId,
          source: {
            encrypted: snapshot.encrypted,
            kmsKeyId: from.region === call.region ? snapshot.kmsKeyId : null,
          },
        },
        call,
      )
      const snapshotId = beginSnapshot(
        {
          volumeId: copiesVolume,
          size: snapshot.size,
          encrypted,
          kmsKeyId,
          description: `Copied for DestinationAmi ${id} from SourceAmi ${source.ImageId} for SourceSnapshot ${snapshot.id}. Task created on ${call.now * 1000}.`,
          tags: tags.snapshot,
        },
        call,
      )
      return {
        DeviceName: DeviceName!,
        Ebs: { ...Ebs, SnapshotId: snapshotId, Encrypted: encrypted },
      }
    })
    const document: ImageDocument = {
      ...copiedParts(source),
      Description:
        input.Description || `[Copied ${source.ImageId} from ${from.region}] ${source.Name}`,
      BlockDeviceMappings: mappings,
      SourceImageId: source.ImageId!,
      SourceImageRegion: from.region,
    }
    const copied = input.CopyImageTags
      ? (source.Tags ?? []).filter(({ Key }) => !tags.image.some((tag) => tag.Key === Key))
      : []
    beginImage({ id, name, document, tags: [...copied, ...tags.image] }, call)
    return { ImageId: id }
  },
})

/** What belongs to one image alone, and is not copied. */
const ownParts: ReadonlySet<string> = new Set([
  'ImageId',
  'Name',
  'State',
  'OwnerId',
  'ImageOwnerAlias',
  'ImageLocation',
  'CreationDate',
  'Public',
  'Tags',
  'FreeTierEligible',
  'Description',
  'SourceInstanceId',
] satisfies (keyof Image)[])

const copiedParts = (image: Image): ImageDocument =>
  Object.fromEntries(Object.entries(image).filter(([name]) => !ownParts.has(name)))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html */
export const DeregisterImage = operation<DeregisterImageRequest, DeregisterImageResult>({
  authorize: ({ ImageId = '' }, call) => [onImage(ImageId, call)],
  run({ ImageId, DeleteAssociatedSnapshots }, call) {
    const image = requireOwnImage(ImageId, call)
    if (image.DeregistrationProtection !== 'disabled') {
      throw invalidParameterValue(`The image ${ImageId} is protected from deregistration.`)
    }
    const snapshotIds = snapshotsOf(image.BlockDeviceMappings)
    keepInBin('ami', image.ImageId!, call)
    deleteImage(call, image.ImageId!)
    removeShares(call, image.ImageId!)
    deleteTags(call, image.ImageId!)
    if (!DeleteAssociatedSnapshots) return { Return: true }
    return {
      Return: true,
      DeleteSnapshotResults: snapshotIds.map((SnapshotId) => {
        if (imageOfSnapshot(call, SnapshotId)) return { SnapshotId, ReturnCode: 'skipped' }
        forgetSnapshot(SnapshotId, call)
        return { SnapshotId, ReturnCode: 'success' }
      }),
    }
  },
})

/** An image that the account may change. @throws as for images that are missing; AuthFailure for those of others */
export function requireOwnImage(id: string | undefined, call: Call) {
  if (!id) throw missingParameter('ImageId')
  const image = requireImages([id], call)[0]!
  if (publicImages(call.region).has(id) || !findOwnImage(call, id)) throw notYourImage(id)
  return { ...image, Tags: tagsOf(call, [id]).get(id) ?? [] }
}
