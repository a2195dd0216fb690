import type { Image, ImageCriterion } from '@aws-sdk/client-ec2'
import { compileGlob, type TextTest } from '../../../policy/glob.ts'
import type { Scope } from '../describe/resources.ts'
import { keepSetting, settingOf } from '../recorded/settings.ts'

// Which images an account lets itself see and launch. Its own are always allowed.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html

export interface AllowedImages {
  readonly state: 'enabled' | 'audit-mode' | 'disabled'
  readonly criteria: readonly ImageCriterion[]
}

const name = 'allowed-images'

export const allowedImages = (scope: Scope): AllowedImages =>
  settingOf<AllowedImages>(scope, name, { state: 'disabled', criteria: [] })

export const setAllowedImages = (scope: Scope, allowed: AllowedImages): void =>
  keepSetting(scope, name, allowed)

const glob = (pattern: string): TextTest =>
  compileGlob(Array.from(pattern, (one) => (one === '*' || one === '?' ? { wildcard: one } : one)))

/** Whether an image meets one of the criteria. */
export function isAllowed(image: Image, { criteria }: AllowedImages, { account }: Scope): boolean {
  if (image.OwnerId === account || criteria.length === 0) return true
  return criteria.some(
    ({ ImageProviders: providers = [], ImageNames: names = [] }) =>
      (providers.length === 0 ||
        providers.includes(image.OwnerId!) ||
        (image.ImageOwnerAlias !== undefined && providers.includes(image.ImageOwnerAlias))) &&
      (names.length === 0 || names.some((pattern) => glob(pattern)(image.Name ?? ''))),
  )
}
