import type { ValidationErrorsEntry } from '@aws-sdk/client-secrets-manager'
import type { Call } from '../../operation.ts'
import { namedPrincipals, validatePolicy } from '../../policy/validation/index.ts'

const syntaxError = 'This resource policy contains a syntax error.'

/** What AWS would refuse a resource policy for; nothing for one that it takes. */
export function problemsOf(call: Call, text: string): ValidationErrorsEntry[] {
  if (validatePolicy(text, 'key') !== undefined) {
    return [{ CheckName: 'PolicySyntax', ErrorMessage: syntaxError }]
  }
  const isMissing = namedPrincipals(text).some(
    ({ kind, value }) => kind === 'AWS' && isUnknown(call, value),
  )
  return isMissing
    ? [
        {
          CheckName: 'PolicyPrincipal',
          ErrorMessage: 'This resource policy contains an unsupported principal.',
        },
      ]
    : []
}

/** A user or role of this account that is not there; others' are not ours to know. */
const isUnknown = ({ ports, db, account }: Call, principal: string): boolean =>
  ['user', 'role'].some((kind) => principal.startsWith(`arn:aws:iam::${account}:${kind}/`)) &&
  ports.principals?.exists(db, principal) === false

interface Statement {
  readonly Effect?: string
  readonly Principal?: unknown
  readonly Condition?: object
}

/** Whether it lets in everybody: an Allow for all principals, without a condition. */
export function isPublic(text: string): boolean {
  const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] }
  return [Statement].flat().some(({ Effect, Principal, Condition }) => {
    const all =
      Principal === '*' ||
      [(Principal as { AWS?: string | string[] } | undefined)?.AWS].flat().includes('*')
    return Effect === 'Allow' && all && Object.keys(Condition ?? {}).length === 0
  })
}
