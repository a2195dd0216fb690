import type {
  DescribeImageAttributeRequest,
  ImageAttribute,
  LaunchPermission,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { invalidLaunchPermission } from '../images/errors.ts'
import { onImage } from '../images/permissions.ts'
import { updateImageDocument } from '../rows/images.ts'
import { changeShares, everyone, removeShares, sharesOf } from '../rows/shares.ts'
import { refuseBlockedSharing } from '../volumes/public-sharing.ts'
import { requireOwnImage } from './own-images.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html */
export const ModifyImageAttribute = operation<ModifyImageAttributeRequest, {}>({
  authorize: ({ ImageId = '' }, call) => [onImage(ImageId, call)],
  run(input, call) {
    const { ImageId: id } = requireOwnImage(input.ImageId, call)
    const description =
      input.Description?.Value ?? (input.Attribute === 'description' ? input.Value : undefined)
    const imds =
      input.ImdsSupport?.Value ?? (input.Attribute === 'imdsSupport' ? input.Value : undefined)
    const change = asked(input)
    if (description !== undefined) updateImageDocument(call, id!, { Description: description })
    else if (imds !== undefined) {
      if (imds !== 'v2.0') throw invalidValue(imds, 'imdsSupport')
      updateImageDocument(call, id!, { ImdsSupport: imds })
    } else if (change.add.length > 0 || change.remove.length > 0) {
      const bad = [...change.add, ...change.remove].find(
        (one) => !/^(\d{12}$|all$|organization:|unit:)/.test(one),
      )
      if (bad !== undefined) throw invalidLaunchPermission(bad)
      if (change.add.includes(everyone)) refuseBlockedSharing(call, 'image')
      changeShares(call, id!, change)
    } else throw missingParameter('attribute')
    return {}
  },
})

// Organizations and their units stand among the grantees with these in front.
const organization = 'organization:'
const unit = 'unit:'

function toPermission(grantee: string): LaunchPermission {
  if (grantee === everyone) return { Group: everyone }
  if (grantee.startsWith(organization)) {
    return { OrganizationArn: grantee.slice(organization.length) }
  }
  if (grantee.startsWith(unit)) return { OrganizationalUnitArn: grantee.slice(unit.length) }
  return { UserId: grantee }
}

/** Both forms of the request: the list of permissions, and the older lists of users and groups. */
function asked(input: ModifyImageAttributeRequest): { add: string[]; remove: string[] } {
  const named = [
    ...(input.UserIds ?? []),
    ...(input.UserGroups ?? []),
    ...(input.OrganizationArns ?? []).map((arn) => `${organization}${arn}`),
    ...(input.OrganizationalUnitArns ?? []).map((arn) => `${unit}${arn}`),
  ]
  const grantees = (list: readonly LaunchPermission[] | undefined) =>
    (list ?? []).map(({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
      OrganizationArn
        ? `${organization}${OrganizationArn}`
        : OrganizationalUnitArn
          ? `${unit}${OrganizationalUnitArn}`
          : (UserId ?? Group ?? ''),
    )
  return {
    add: [
      ...grantees(input.LaunchPermission?.Add),
      ...(input.OperationType === 'add' ? named : []),
    ],
    remove: [
      ...grantees(input.LaunchPermission?.Remove),
      ...(input.OperationType === 'remove' ? named : []),
    ],
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html */
export const DescribeImageAttribute = operation<DescribeImageAttributeRequest, ImageAttribute>({
  authorize: ({ ImageId = '' }, call) => [onImage(ImageId, call)],
  run({ ImageId, Attribute }, call) {
    if (!Attribute) throw missingParameter('Attribute')
    const image = requireOwnImage(ImageId, call)
    const id = image.ImageId!
    const value = (Value: string | undefined) => (Value === undefined ? {} : { Value })
    switch (Attribute) {
      case 'description':
        return { ImageId: id, Description: value(image.Description) }
      case 'launchPermission':
        return {
          ImageId: id,
          LaunchPermissions: (sharesOf(call, [id]).get(id) ?? []).map(toPermission),
        }
      case 'blockDeviceMapping':
        return { ImageId: id, BlockDeviceMappings: image.BlockDeviceMappings }
      case 'productCodes':
        return { ImageId: id, ProductCodes: [] }
      case 'kernel':
        return { ImageId: id, KernelId: {} }
      case 'ramdisk':
        return { ImageId: id, RamdiskId: {} }
      case 'sriovNetSupport':
        return { ImageId: id, SriovNetSupport: value(image.SriovNetSupport) }
      case 'bootMode':
        return { ImageId: id, BootMode: value(image.BootMode) }
      case 'tpmSupport':
        return { ImageId: id, TpmSupport: value(image.TpmSupport) }
      case 'imdsSupport':
        return { ImageId: id, ImdsSupport: value(image.ImdsSupport) }
      case 'deregistrationProtection':
        return { ImageId: id, DeregistrationProtection: value(image.DeregistrationProtection) }
      default:
        throw invalidValue(Attribute, 'attribute', 'Unknown attribute.')
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetImageAttribute.html */
export const ResetImageAttribute = operation<ResetImageAttributeRequest, {}>({
  authorize: ({ ImageId = '' }, call) => [onImage(ImageId, call)],
  run({ ImageId, Attribute }, call) {
    const image = requireOwnImage(ImageId, call)
    if (Attribute !== 'launchPermission') {
      throw Attribute
        ? invalidValue(Attribute, 'attribute', 'Unknown attribute.')
        : missingParameter('Attribute')
    }
    removeShares(call, image.ImageId!)
    return {}
  },
})
