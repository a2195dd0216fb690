import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { declareTaggable } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { imagesDoNotExist, malformedId } from '../errors.ts'
import { publicImages } from '../facts/images.ts'
import { anyResource } from '../permissions.ts'
import { tagsOf } from '../rows/tags.ts'

const never = () => undefined
const devices = (image: Image) => image.BlockDeviceMappings ?? []

const imageSource: FactSource<Image> = {
  limits: { least: 1, most: 1000, idsExclude: 'imageIdsSet' },
  filters: {
    architecture: (image) => image.Architecture,
    'block-device-mapping.delete-on-termination': (image) =>
      devices(image).map(({ Ebs }) => Ebs?.DeleteOnTermination),
    'block-device-mapping.device-name': (image) =>
      devices(image).map(({ DeviceName }) => DeviceName),
    'block-device-mapping.encrypted': (image) => devices(image).map(({ Ebs }) => Ebs?.Encrypted),
    'block-device-mapping.snapshot-id': (image) => devices(image).map(({ Ebs }) => Ebs?.SnapshotId),
    'block-device-mapping.volume-size': (image) => devices(image).map(({ Ebs }) => Ebs?.VolumeSize),
    'block-device-mapping.volume-type': (image) => devices(image).map(({ Ebs }) => Ebs?.VolumeType),
    'creation-date': (image) => image.CreationDate,
    description: (image) => image.Description,
    'ena-support': (image) => image.EnaSupport,
    'free-tier-eligible': (image) => image.FreeTierEligible,
    hypervisor: (image) => image.Hypervisor,
    'image-allowed': (image) => image.ImageAllowed,
    'image-id': (image) => image.ImageId,
    'image-type': (image) => image.ImageType,
    'is-public': (image) => image.Public,
    'kernel-id': never,
    'manifest-location': (image) => image.ImageLocation,
    name: (image) => image.Name,
    'owner-alias': (image) => image.ImageOwnerAlias,
    'owner-id': (image) => image.OwnerId,
    platform: (image) => image.Platform,
    'platform-details': (image) => image.PlatformDetails,
    'product-code': never,
    'product-code.type': never,
    'ramdisk-id': never,
    'root-device-name': (image) => image.RootDeviceName,
    'root-device-type': (image) => image.RootDeviceType,
    'source-image-id': (image) => image.SourceImageId,
    'source-image-region': (image) => image.SourceImageRegion,
    'source-instance-id': (image) => image.SourceInstanceId,
    'sriov-net-support': (image) => image.SriovNetSupport,
    state: (image) => image.State,
    'state-reason-code': (image) => image.StateReason?.Code,
    'state-reason-message': (image) => image.StateReason?.Message,
    'tag:': (image) => (image.Tags ?? []).map(({ Key, Value }) => `${Key}\0${Value}`),
    'tag-key': (image) => (image.Tags ?? []).map(({ Key }) => Key),
    'tag-value': (image) => (image.Tags ?? []).map(({ Value }) => Value),
    'usage-operation': (image) => image.UsageOperation,
    'virtualization-type': (image) => image.VirtualizationType,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export const DescribeImages = operation<DescribeImagesRequest, DescribeImagesResult>({
  authorize: anyResource,
  run({ ImageIds = [], Owners = [], ExecutableUsers = [], ...input }, call) {
    const picked = ImageIds.length > 0 ? requireImages(ImageIds, call) : visibleImages(call)
    const listed = picked.filter(
      (image) =>
        (Owners.length === 0 || Owners.some((owner) => isOwner(image, owner, call))) &&
        (ExecutableUsers.length === 0 ||
          ExecutableUsers.some((user) => isExecutableBy(image, user))),
    )
    const { items, nextToken } = pageOfFacts(imageSource, listed, input, call, ImageIds)
    return { Images: items, NextToken: nextToken }
  },
})

/** The public images, with the tags that the account has put on them: only it sees those. */
function visibleImages(scope: Scope): Image[] {
  const images = [...publicImages(scope.region).values()]
  const tags = tagsOf(
    scope,
    images.map(({ ImageId }) => ImageId!),
  )
  return tags.size === 0
    ? images
    : images.map((image) => ({ ...image, Tags: tags.get(image.ImageId!) ?? [] }))
}

/** @throws InvalidAMIID.Malformed or InvalidAMIID.NotFound, naming those that are missing */
export function requireImages(ids: readonly string[], scope: Scope): Image[] {
  const malformed = ids.find((id) => !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
  if (malformed !== undefined) throw malformedId('InvalidAMIID.Malformed', malformed, 'ami')
  const images = new Map(visibleImages(scope).map((image) => [image.ImageId!, image]))
  const wanted = [...new Set(ids)]
  const absent = wanted.filter((id) => !images.has(id))
  if (absent.length > 0) throw imagesDoNotExist(absent)
  return wanted.map((id) => images.get(id)!)
}

declareTaggable('ami', { type: 'image', requireAll: requireImages })

const isOwner = (image: Image, owner: string, { account }: Call): boolean =>
  owner === 'self'
    ? image.OwnerId === account
    : image.OwnerId === owner || image.ImageOwnerAlias === owner

/**
 * `all` means public images; `self` and account numbers mean images shared with that account, of which there are
 * none as long as accounts cannot share images.
 */
const isExecutableBy = (image: Image, user: string): boolean =>
  user === 'all' && image.Public === true
