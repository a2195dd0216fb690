import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { requireImages, visibleImages } from '../images/visible-images.ts'
import { anyResource } from '../permissions.ts'
import { everyone, sharesOf } from '../rows/shares.ts'

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
    const picked =
      ImageIds.length > 0
        ? requireImages(ImageIds, call)
        : visibleImages(call).filter((image) => isListed(image, input, call))
    const grantees = sharesOf(
      call,
      ExecutableUsers.length === 0 ? [] : picked.map(({ ImageId }) => ImageId!),
    )
    const listed = picked.filter(
      (image) =>
        (Owners.length === 0 || Owners.some((owner) => isOwner(image, owner, call))) &&
        (ExecutableUsers.length === 0 ||
          ExecutableUsers.some((user) => isExecutableBy(image, user, grantees, call))),
    )
    const { items, nextToken } = pageOfFacts(imageSource, listed, input, call, ImageIds)
    return { Images: items, NextToken: nextToken }
  },
})

/** Deprecated images are shown to their owner only, and disabled ones to nobody, unless they are asked for. */
function isListed(
  image: Image,
  { IncludeDeprecated, IncludeDisabled }: DescribeImagesRequest,
  { account, now }: Call,
): boolean {
  if (image.State === 'disabled' && !IncludeDisabled) return false
  if (image.DeprecationTime === undefined || IncludeDeprecated) return true
  return image.OwnerId === account || Date.parse(image.DeprecationTime) > now
}

const isOwner = (image: Image, owner: string, { account }: Call): boolean =>
  owner === 'self'
    ? image.OwnerId === account
    : image.OwnerId === owner || image.ImageOwnerAlias === owner

/** `all` means public images; `self` and account numbers mean images shared with that account by name. */
function isExecutableBy(
  image: Image,
  user: string,
  grantees: ReadonlyMap<string, readonly string[]>,
  { account }: Call,
): boolean {
  if (user === everyone) return image.Public === true
  const isNamed = grantees.get(image.ImageId!)?.includes(user === 'self' ? account : user) === true
  if (user === 'self' || user === account) {
    return isNamed || (image.OwnerId !== account && image.Public !== true)
  }
  return isNamed
}
