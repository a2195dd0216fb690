import { isElement, isTexts, listOf } from './problem.ts'

/** A principal of a resource policy, as written: `AWS`, `arn:aws:iam::123456789012:user/alice`. */
export interface NamedPrincipal {
  readonly kind: string
  readonly value: string
}

const kinds: ReadonlySet<string> = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])

/**
 * The principals that an element names; `"*"` is `AWS: *`.
 *
 * @returns the kind or principal that is none instead
 */
export function readPrincipals(
  element: unknown,
): { principals: NamedPrincipal[] } | { wrong: string } {
  if (element === '*') return { principals: [{ kind: 'AWS', value: '*' }] }
  if (!isElement(element)) return { wrong: typeof element === 'string' ? element : '' }
  const principals: NamedPrincipal[] = []
  for (const [kind, given] of Object.entries(element)) {
    const values = listOf(given)
    if (!kinds.has(kind) || !isTexts(values) || values.length === 0) return { wrong: `"${kind}"` }
    for (const value of values) {
      if (!forms[kind]!.test(value))
        return { wrong: `"${kind === 'AWS' ? kind : kind.toUpperCase()}":"${value}"` }
      principals.push({ kind, value })
    }
  }
  return { principals }
}

/**
 * Principals are named whole, without wildcards; `AWS` takes ids of users and roles as well, which AWS puts in place of the
 * ARN of one that is gone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
const forms: Readonly<Record<string, RegExp>> = {
  AWS: new RegExp(
    String.raw`^(?:\*|\d{12}|A(?:IDA|ROA)[A-Z0-9]{12,}|arn:aws[\w-]*:(?:` +
      String.raw`iam::(?:\d{12}:(?:root|(?:user|role)/[^*?\s]+)|cloudfront:user/CloudFront Origin Access Identity \w+)|` +
      String.raw`sts::\d{12}:(?:assumed-role/[^*?\s/]+/[^*?\s/]+|federated-user/[^*?\s/]+|self)))$`,
  ),
  Service:
    /^(?:\*|[a-z0-9][a-z0-9.-]*\.(?:amazonaws|amazon|aws\.internal)[a-z.]*|[a-z0-9-]+\.aws)$/i,
  Federated:
    /^(?:\*|arn:aws[\w-]*:iam::\d{12}:(?:saml-provider|oidc-provider)\/\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/i,
  CanonicalUser: /^(?:\*|[0-9a-f]{64})$/,
}
