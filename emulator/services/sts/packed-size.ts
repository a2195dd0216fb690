import { deflateRawSync } from 'node:zlib'
import { policiesTooLarge, tagsTooLarge } from './errors.ts'

/** "The plaintext that you use for both inline and managed session policies can't exceed 2,048 characters." */
const maxPolicyText = 2048

/**
 * AWS's packed format is not published. These numbers come near to what is known of it: a policy of one short statement takes
 * 6%, nine tags of 252 characters take 498%.
 */
const packedPolicies = 1680
const packedTags = 483
const tagOverhead = 15

/**
 * How much of the room for policies and tags a session takes, in percent; undefined for a session without any.
 *
 * @param policy what was passed as text: the inline policy and the ARNs of managed ones
 * @throws PackedPolicyTooLarge
 */
export function packedSize(
  policy: readonly string[],
  tags: Readonly<Record<string, string>>,
): number | undefined {
  const text = policy.join('')
  const entries = Object.entries(tags)
  if (text === '' && entries.length === 0) return undefined
  const ofPolicies =
    text.length > maxPolicyText
      ? percent(text.length, maxPolicyText)
      : percent(text === '' ? 0 : deflateRawSync(text).length, packedPolicies)
  if (ofPolicies > 100) throw policiesTooLarge(ofPolicies)
  const ofTags = percent(
    entries.reduce((sum, [key, value]) => sum + key.length + value.length + tagOverhead, 0),
    packedTags,
  )
  if (ofTags > 100) throw tagsTooLarge(ofTags)
  if (ofPolicies + ofTags > 100) throw policiesTooLarge(ofPolicies + ofTags)
  return ofPolicies + ofTags
}

const percent = (size: number, room: number) => Math.ceil((size * 100) / room)
