import type { DocumentText } from './json-text.ts'
import type { NamedPrincipal } from './principals.ts'
import { Problem } from './problem.ts'
import { readResourcePolicy } from './resource.ts'

/**
 * Checks a role's trust policy. Whether its principals exist is for IAM to know.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * @throws Problem
 */
export function checkTrustPolicy(text: DocumentText): void {
  const statements = readResourcePolicy(text, {
    invalidPrincipal: (wrong) => `Invalid principal in policy: ${wrong}`,
    checkPrincipal({ Principal, NotPrincipal }) {
      if (NotPrincipal !== undefined) {
        throw new Problem('AssumeRole policy must not contain NotPrincipal field.')
      }
      if (typeof Principal === 'string') throw new Problem('Principal must be a JSON object.')
    },
  })
  for (const { actions, resources, principals } of statements) {
    const stranger = principals.find(({ kind }) => kind === 'CanonicalUser')
    if (stranger) throw new Problem('Invalid principal in policy: "CanonicalUser"')
    if (!actions.every((action) => /^sts:./i.test(action))) {
      throw new Problem('AssumeRole policy may only specify STS AssumeRole actions.')
    }
    if (resources) throw new Problem('Has prohibited field Resource')
  }
}

/** Whom a trust policy that was checked names. */
export const principalsOf = (text: DocumentText): readonly NamedPrincipal[] =>
  readResourcePolicy(text, { invalidPrincipal: (wrong) => wrong }).flatMap(
    ({ principals }) => principals,
  )
