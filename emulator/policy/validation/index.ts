import { type BucketFacts, checkAccessPointPolicy, checkBucketPolicy } from './bucket.ts'
import { checkIdentityPolicy } from './identity.ts'
import { checkKeyPolicy } from './key.ts'
import { type DocumentText, readDocumentText } from './json-text.ts'
import type { NamedPrincipal } from './principals.ts'
import { Problem } from './problem.ts'
import { checkTrustPolicy, principalsOf } from './trust.ts'

export { positionAt, readDocumentText, type Span } from './json-text.ts'
export type { NamedPrincipal } from './principals.ts'

/** What a document is for. A managed policy has to name today's version of the language. */
export type PolicyPurpose = 'managed' | 'inline' | 'trust' | 'bucket' | 'access-point' | 'key'

const checks: Readonly<Record<PolicyPurpose, (text: DocumentText, facts: BucketFacts) => void>> = {
  managed: (text) => checkIdentityPolicy(text, { legacyVersion: false }),
  inline: (text) => checkIdentityPolicy(text, { legacyVersion: true }),
  trust: checkTrustPolicy,
  bucket: checkBucketPolicy,
  'access-point': checkAccessPointPolicy,
  key: checkKeyPolicy,
}

const notJson: Readonly<Record<PolicyPurpose, string>> = {
  managed: 'Syntax errors in policy.',
  inline: 'Syntax errors in policy.',
  trust: 'This policy contains invalid Json',
  bucket: 'This policy contains invalid Json',
  'access-point': 'This policy contains invalid Json',
  key: 'This policy contains invalid Json',
}

/**
 * Checks a policy document as AWS does when it is written: JSON, grammar, actions, resources, principals, conditions.
 * Sizes are quotas, and so are the services' to check.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @returns AWS's sentence for the first thing that is wrong; undefined for a document that AWS takes
 */
export function validatePolicy(
  text: string,
  purpose: PolicyPurpose,
  facts: BucketFacts = {},
): string | undefined {
  if ((purpose === 'bucket' || purpose === 'access-point') && !text.startsWith('{')) {
    return "Policies must be valid JSON and the first byte must be '{'"
  }
  const read = readDocumentText(text)
  if (!read) return notJson[purpose]
  try {
    checks[purpose](read, facts)
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
}

/** Whom a resource policy names, once it was found valid. */
export function namedPrincipals(text: string): readonly NamedPrincipal[] {
  const read = readDocumentText(text)
  return read ? principalsOf(read) : []
}

/** How AWS counts a document against its quotas: without white space. */
export const documentSize = (text: string): number => text.replaceAll(/\s/g, '').length
