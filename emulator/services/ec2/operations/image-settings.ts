import type {
  CancelImageLaunchPermissionRequest,
  CancelImageLaunchPermissionResult,
  DisableAllowedImagesSettingsRequest,
  DisableAllowedImagesSettingsResult,
  DisableImageBlockPublicAccessRequest,
  DisableImageBlockPublicAccessResult,
  DisableImageDeprecationRequest,
  DisableImageDeprecationResult,
  DisableImageDeregistrationProtectionRequest,
  DisableImageDeregistrationProtectionResult,
  DisableImageRequest,
  DisableImageResult,
  EnableAllowedImagesSettingsRequest,
  EnableAllowedImagesSettingsResult,
  EnableImageBlockPublicAccessRequest,
  EnableImageBlockPublicAccessResult,
  EnableImageDeprecationRequest,
  EnableImageDeprecationResult,
  EnableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionResult,
  EnableImageRequest,
  EnableImageResult,
  GetAllowedImagesSettingsRequest,
  GetAllowedImagesSettingsResult,
  GetImageBlockPublicAccessStateRequest,
  GetImageBlockPublicAccessStateResult,
  ReplaceImageCriteriaInAllowedImagesSettingsRequest,
  ReplaceImageCriteriaInAllowedImagesSettingsResult,
} from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { allowedImages, setAllowedImages } from '../images/allowed-images.ts'
import { onImage } from '../images/permissions.ts'
import { findImage, requireImages } from '../images/visible-images.ts'
import { anyResource } from '../permissions.ts'
import { findOwnImage, setImageState, updateImageDocument } from '../rows/images.ts'
import { removeShares } from '../rows/shares.ts'
import { publicSharing, setPublicSharing } from '../volumes/public-sharing.ts'
import { requireOwnImage } from './own-images.ts'

const onNamed = ({ ImageId = '' }: { ImageId?: string | undefined }, call: Call) => [
  onImage(ImageId, call),
]

const tenYears = 10 * 366 * 24 * 60 * 60 * 1000
const cooldown = 24 * 60 * 60 * 1000

/** To the minute. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html */
export const EnableImageDeprecation = operation<
  EnableImageDeprecationRequest,
  EnableImageDeprecationResult
>({
  authorize: onNamed,
  run({ ImageId, DeprecateAt }, call) {
    const { ImageId: id } = requireOwnImage(ImageId, call)
    if (!DeprecateAt) throw missingParameter('DeprecateAt')
    const at = Math.round(DeprecateAt.getTime() / 60_000) * 60_000
    if (at <= call.now - 60_000 || at > call.now + tenYears) {
      throw invalidParameterValue(
        `Invalid value for parameter deprecateAt: ${DeprecateAt.toISOString()}. The time has to be in the future, and no more than ten years ahead.`,
      )
    }
    updateImageDocument(call, id!, { DeprecationTime: new Date(at).toISOString() })
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeprecation.html */
export const DisableImageDeprecation = operation<
  DisableImageDeprecationRequest,
  DisableImageDeprecationResult
>({
  authorize: onNamed,
  run({ ImageId }, call) {
    const { ImageId: id } = requireOwnImage(ImageId, call)
    updateImageDocument(call, id!, { DeprecationTime: null as never })
    return { Return: true }
  },
})

/** Nobody else can use it any more, and nobody launches it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html */
export const DisableImage = operation<DisableImageRequest, DisableImageResult>({
  authorize: onNamed,
  run({ ImageId }, call) {
    const { ImageId: id } = requireOwnImage(ImageId, call)
    setImageState(call, id!, 'disabled')
    removeShares(call, id!)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImage.html */
export const EnableImage = operation<EnableImageRequest, EnableImageResult>({
  authorize: onNamed,
  run({ ImageId }, call) {
    const { ImageId: id } = requireOwnImage(ImageId, call)
    setImageState(call, id!, 'available')
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeregistrationProtection.html */
export const EnableImageDeregistrationProtection = operation<
  EnableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionResult
>({
  authorize: onNamed,
  run({ ImageId, WithCooldown }, call) {
    const { ImageId: id } = requireOwnImage(ImageId, call)
    const protection = WithCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown'
    updateImageDocument(call, id!, { DeregistrationProtection: protection })
    return { Return: protection }
  },
})

/** With a cooldown, a day passes before the image can go. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeregistrationProtection.html */
export const DisableImageDeregistrationProtection = operation<
  DisableImageDeregistrationProtectionRequest,
  DisableImageDeregistrationProtectionResult
>({
  authorize: onNamed,
  run({ ImageId }, call) {
    const { ImageId: id, DeregistrationProtection: before } = requireOwnImage(ImageId, call)
    if (before !== 'enabled-with-cooldown') {
      updateImageDocument(call, id!, { DeregistrationProtection: 'disabled' })
      return { Return: 'disabled' }
    }
    const until = `disabled after ${new Date(call.now + cooldown).toISOString()}`
    updateImageDocument(call, id!, { DeregistrationProtection: until })
    call.timers.schedule(call.now + cooldown, 'image-unprotected', { imageId: id, until })
    return { Return: until }
  },
})

export const imageSettingTimers = {
  'image-unprotected'(
    { imageId, until }: { imageId: string; until: string },
    call: TimerCall,
  ): void {
    if (findImage(imageId, call)?.DeregistrationProtection !== until) return
    updateImageDocument(call, imageId, { DeregistrationProtection: 'disabled' })
  },
}

/** Takes this account from those that an image is shared with. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelImageLaunchPermission.html */
export const CancelImageLaunchPermission = operation<
  CancelImageLaunchPermissionRequest,
  CancelImageLaunchPermissionResult
>({
  authorize: onNamed,
  run({ ImageId }, call) {
    if (!ImageId) throw missingParameter('ImageId')
    const { OwnerId } = requireImages([ImageId], call)[0]!
    if (findOwnImage(call, ImageId)) {
      throw invalidParameterValue(`The image ${ImageId} is the account's own.`)
    }
    removeShares({ ...call, account: OwnerId! }, ImageId, call.account)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageBlockPublicAccess.html */
export const EnableImageBlockPublicAccess = operation<
  EnableImageBlockPublicAccessRequest,
  EnableImageBlockPublicAccessResult
>({
  authorize: anyResource,
  run({ ImageBlockPublicAccessState: state }, call) {
    if (!state) throw missingParameter('ImageBlockPublicAccessState')
    if (state !== 'block-new-sharing') throw invalidValue(state, 'imageBlockPublicAccessState')
    setPublicSharing(call, 'image', state)
    return { ImageBlockPublicAccessState: state }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageBlockPublicAccess.html */
export const DisableImageBlockPublicAccess = operation<
  DisableImageBlockPublicAccessRequest,
  DisableImageBlockPublicAccessResult
>({
  authorize: anyResource,
  run(_, call) {
    setPublicSharing(call, 'image', 'unblocked')
    return { ImageBlockPublicAccessState: 'unblocked' }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageBlockPublicAccessState.html */
export const GetImageBlockPublicAccessState = operation<
  GetImageBlockPublicAccessStateRequest,
  GetImageBlockPublicAccessStateResult
>({
  authorize: anyResource,
  run: (_, call) => ({
    ImageBlockPublicAccessState: publicSharing(call, 'image'),
    ManagedBy: 'account',
  }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableAllowedImagesSettings.html */
export const EnableAllowedImagesSettings = operation<
  EnableAllowedImagesSettingsRequest,
  EnableAllowedImagesSettingsResult
>({
  authorize: anyResource,
  run({ AllowedImagesSettingsState: state }, call) {
    if (!state) throw missingParameter('AllowedImagesSettingsState')
    if (state !== 'enabled' && state !== 'audit-mode') {
      throw invalidValue(state, 'allowedImagesSettingsState')
    }
    setAllowedImages(call, { ...allowedImages(call), state })
    return { AllowedImagesSettingsState: state }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableAllowedImagesSettings.html */
export const DisableAllowedImagesSettings = operation<
  DisableAllowedImagesSettingsRequest,
  DisableAllowedImagesSettingsResult
>({
  authorize: anyResource,
  run(_, call) {
    setAllowedImages(call, { ...allowedImages(call), state: 'disabled' })
    return { AllowedImagesSettingsState: 'disabled' }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetAllowedImagesSettings.html */
export const GetAllowedImagesSettings = operation<
  GetAllowedImagesSettingsRequest,
  GetAllowedImagesSettingsResult
>({
  authorize: anyResource,
  run(_, call) {
    const { state, criteria } = allowedImages(call)
    return { State: state, ImageCriteria: [...criteria], ManagedBy: 'account' }
  },
})

const mostCriteria = 10

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceImageCriteriaInAllowedImagesSettings.html */
export const ReplaceImageCriteriaInAllowedImagesSettings = operation<
  ReplaceImageCriteriaInAllowedImagesSettingsRequest,
  ReplaceImageCriteriaInAllowedImagesSettingsResult
>({
  authorize: anyResource,
  run({ ImageCriteria: criteria = [] }, call) {
    if (criteria.length > mostCriteria) {
      throw invalidParameterValue(`At most ${mostCriteria} image criteria can be specified.`)
    }
    setAllowedImages(call, { ...allowedImages(call), criteria })
    return { ReturnValue: true }
  },
})
