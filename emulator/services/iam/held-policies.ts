import type { AttachedPolicy } from '@aws-sdk/client-iam'
import type { Call } from '../../operation.ts'
import {
  inlinePoliciesTooLarge,
  noSuchInlinePolicy,
  noSuchPolicy,
  notAttachable,
  quotaExceeded,
} from './errors.ts'
import { findManagedPolicy, requireManagedPolicy } from './managed-policies.ts'
import { pageOf, type PageAnswer, type PageRequest } from './pages.ts'
import { checkPolicyDocument, documentSize, encodeDocument } from './policy-documents.ts'
import {
  attachedPolicyArns,
  attachPolicy,
  deleteInlinePolicy,
  detachPolicy,
  findInlinePolicy,
  inlinePolicies,
  putInlinePolicy,
  type Holder,
} from './rows/held-policies.ts'

// What users, groups and roles have in common: managed policies attached to them, and inline policies of their own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html

const attachmentQuotas: Record<Holder['kind'], readonly [name: string, limit: number]> = {
  user: ['PoliciesPerUser', 10],
  group: ['PoliciesPerGroup', 10],
  role: ['PoliciesPerRole', 10],
}

/** Characters of all inline policies together, white space not counted. */
const inlineQuotas: Record<Holder['kind'], number> = { user: 2048, group: 5120, role: 10_240 }

export function attach(call: Call, holder: Holder, arn: string): void {
  const policy = findManagedPolicy(call, arn)
  if (!policy) throw notAttachable(arn)
  const attached = attachedPolicyArns(call.db, holder)
  const [quota, limit] = attachmentQuotas[holder.kind]
  if (attached.length >= limit && !attached.includes(arn)) throw quotaExceeded(quota, limit)
  attachPolicy(call.db, holder, policy.arn)
}

export function detach(call: Call, holder: Holder, arn: string): void {
  findManagedPolicy(call, arn)
  if (!detachPolicy(call.db, holder, arn)) throw noSuchPolicy(arn)
}

/** The policies attached to a holder, as the three `ListAttached…Policies` operations answer. */
export function listAttached(
  call: Call,
  holder: Holder,
  { PathPrefix = '/', ...request }: PageRequest & { readonly PathPrefix?: string | undefined },
): { AttachedPolicies: AttachedPolicy[] } & PageAnswer {
  const policies = attachedPolicyArns(call.db, holder)
    .map((arn) => requireManagedPolicy(call, arn))
    .filter(({ path }) => path.startsWith(PathPrefix))
  const { items, answer } = pageOf(request, policies, ({ arn }) => arn)
  return {
    AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
    ...answer,
  }
}

/** @param owner the holder's name, for the sentence of an exceeded quota */
export function putInline(
  { db }: Call,
  holder: Holder,
  { owner, name, document }: { owner: string; name: string; document: string },
): void {
  checkPolicyDocument(document, 'inline')
  const others = inlinePolicies(db, holder).filter(
    (policy) => policy.name.toLowerCase() !== name.toLowerCase(),
  )
  const size = [...others, { document }].reduce(
    (sum, policy) => sum + documentSize(policy.document),
    0,
  )
  const limit = inlineQuotas[holder.kind]
  if (size > limit) throw inlinePoliciesTooLarge(limit, holder.kind, owner)
  putInlinePolicy(db, holder, { name, document })
}

/** An inline policy as the three `Get…Policy` operations answer, the document percent-encoded. */
export function getInline({ db }: Call, holder: Holder, name: string) {
  const policy = findInlinePolicy(db, holder, name)
  if (!policy) throw noSuchInlinePolicy(holder.kind, name)
  return { PolicyName: policy.name, PolicyDocument: encodeDocument(policy.document) }
}

export function listInline(
  { db }: Call,
  holder: Holder,
  request: PageRequest,
): { PolicyNames: string[] } & PageAnswer {
  const { items, answer } = pageOf(request, inlinePolicies(db, holder), ({ name }) => name)
  return { PolicyNames: items.map(({ name }) => name), ...answer }
}

export function deleteInline({ db }: Call, holder: Holder, name: string): void {
  if (!deleteInlinePolicy(db, holder, name)) throw noSuchInlinePolicy(holder.kind, name)
}
