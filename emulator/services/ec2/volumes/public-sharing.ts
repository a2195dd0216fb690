import { AwsError } from '../../../errors.ts'
import type { Scope } from '../describe/resources.ts'
import { keepSetting, settingOf } from '../recorded/settings.ts'

// Whether an account may share snapshots and images with everyone.
// https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html

type What = 'snapshot' | 'image'
type Sharing = 'block-all-sharing' | 'block-new-sharing' | 'unblocked'

export const publicSharing = (scope: Scope, what: What): Sharing =>
  settingOf<{ state: Sharing }>(scope, `${what}-public-sharing`, { state: 'unblocked' }).state

export const setPublicSharing = (scope: Scope, what: What, state: Sharing): void =>
  keepSetting(scope, `${what}-public-sharing`, { state })

/** @throws OperationNotPermitted where the account keeps itself from sharing with everyone */
export function refuseBlockedSharing(scope: Scope, what: What): void {
  if (publicSharing(scope, what) === 'unblocked') return
  throw new AwsError(
    'OperationNotPermitted',
    what === 'image'
      ? 'You can’t publicly share this image because block public access for AMIs is enabled for this account in this Region.'
      : 'You can’t publicly share this snapshot because block public access for snapshots is enabled for this account in this Region.',
  )
}
