import { validatePolicy } from '../../policy/validation/index.ts'
import { malformedPolicy } from './errors.ts'

export { documentSize } from '../../policy/validation/index.ts'

/** What sort of policy a document is for: a managed policy must name the current version of the language. */
export type DocumentKind = 'managed' | 'inline'

/**
 * Refuses a document that is no identity policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @throws MalformedPolicyDocument with AWS's sentence for the first thing that is wrong
 */
export function checkPolicyDocument(text: string, kind: DocumentKind): void {
  const problem = validatePolicy(text, kind)
  if (problem !== undefined) throw malformedPolicy(problem)
}

/** Percent-encoded as RFC 3986 has it: how IAM returns documents. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
