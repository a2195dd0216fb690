import type { DocumentText } from './json-text.ts'
import { Problem } from './problem.ts'
import { readResourcePolicy } from './resource.ts'

/**
 * Checks a KMS key's policy. Whether its principals exist, and whether it locks everybody out, is for KMS to know.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 *
 * @throws Problem
 */
export function checkKeyPolicy(text: DocumentText): void {
  const statements = readResourcePolicy(text, {
    invalidPrincipal: () => 'Policy contains a statement with one or more invalid principals.',
  })
  for (const { resources } of statements) {
    if (!resources || resources.length === 0) {
      throw new Problem('Policy contains a statement with no resource')
    }
  }
}
