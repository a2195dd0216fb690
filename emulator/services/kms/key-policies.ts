import { globalContext } from '../../authorize/context.ts'
import type { Call } from '../../operation.ts'
import { evaluate } from '../../policy/index.ts'
import { namedPrincipals, validatePolicy } from '../../policy/validation/index.ts'
import { rootArn } from './arns.ts'
import { malformedPolicy } from './errors.ts'
import { keyContext } from './permissions.ts'
import type { Key } from './rows/keys.ts'

/** The only name that a key policy has. */
export const policyName = 'default'

/**
 * What a key has that was made without a policy: it leaves everything to the account's own policies. As AWS writes it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const defaultKeyPolicy = (account: string): string => `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "${rootArn(account)}"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`

const largestPolicy = 32 * 1024

/** What a key policy is checked against. */
export type PolicySubject = Pick<Key, 'account' | 'spec' | 'usage' | 'multiRegion'> & {
  readonly arn: string
}

/**
 * Refuses a document that is no key policy, that names users or roles that are not there, or that would not let the caller
 * change it again.
 *
 * @throws MalformedPolicyDocumentException, LimitExceededException
 */
export function checkKeyPolicy(
  call: Call,
  subject: PolicySubject,
  text: string,
  { bypassLockoutCheck = false }: { readonly bypassLockoutCheck?: boolean | undefined },
): void {
  if (text.length > largestPolicy) {
    throw malformedPolicy(`Policy size exceeds the limit of ${largestPolicy} bytes.`)
  }
  const problem = validatePolicy(text, 'key')
  if (problem !== undefined) throw malformedPolicy(problem)
  if (namedPrincipals(text).some(({ kind, value }) => kind === 'AWS' && isMissing(call, value))) {
    throw malformedPolicy('Policy contains a statement with one or more invalid principals.')
  }
  if (!bypassLockoutCheck && !mayBeChangedBy(call, subject, text)) {
    throw malformedPolicy(
      'The new key policy will not allow you to update the key policy in the future.',
    )
  }
}

/** A user or role of this account that is not there; others' are not ours to know. */
function isMissing({ ports, db, account }: Call, principal: string): boolean {
  const isOurs = ['user', 'role'].some((kind) =>
    principal.startsWith(`arn:aws:iam::${account}:${kind}/`),
  )
  return isOurs && ports.principals?.exists(db, principal) === false
}

/** Whether the policy lets the caller, or leaves it to the caller's account, whose own policies may change any time. */
function mayBeChangedBy(call: Call, subject: PolicySubject, text: string): boolean {
  const { type, arn, accountId, roleArn, userArn } = call.caller
  const { decision } = evaluate({
    request: {
      principal: {
        type,
        arn,
        accountId,
        ...(roleArn !== undefined && { roleArn }),
        ...(userArn !== undefined && { userArn }),
      },
      action: 'kms:PutKeyPolicy',
      resource: subject.arn,
      resourceAccountId: subject.account,
      context: {
        ...globalContext(call),
        'kms:CallerAccount': accountId,
        ...keyContext(subject),
      },
    },
    policies: {
      identity: [{ source: 'user', document: everything }],
      boundary: [],
      session: type === 'FederatedUser' ? [everything] : [],
      resource: text,
      scps: [],
      rcps: [],
    },
  })
  return decision === 'allowed'
}

const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}
