import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  GetPolicyRequest,
  GetPolicyResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { policyArn } from '../arns.ts'
import { awsManagedPolicyArns } from '../aws-managed-policies.ts'
import { createdTags } from '../exact-tags.ts'
import { policyAttached, policyExists, policyHasVersions, quotaExceeded } from '../errors.ts'
import {
  awsPolicy,
  describePolicy,
  onPolicy,
  ownPolicy,
  requireManagedPolicy,
  requireOwnPolicy,
  type ManagedPolicy,
} from '../managed-policies.ts'
import { page, pageOf } from '../pages.ts'
import { checkPolicyDocument, documentSize } from '../policy-documents.ts'
import { boundaryUsageCount, boundedBy } from '../rows/boundaries.ts'
import { attachmentCount, holdersOf } from '../rows/held-policies.ts'
import {
  countPolicies,
  deletePolicy,
  insertPolicy,
  listPolicies,
  policyNameTaken,
  policyVersions,
} from '../rows/policies.ts'
import { requestTagContext, withTags } from '../tags.ts'

/** Characters of a managed policy's document, white space not counted. */
export const maxPolicySize = 6144

const policiesPerAccount = 1500

export const CreatePolicy = operation<CreatePolicyRequest, CreatePolicyResponse>({
  authorize: ({ PolicyName, Path = '/', Tags }, call) => [
    { resource: policyArn(call.account, Path, PolicyName!), context: requestTagContext(Tags) },
  ],
  run({ PolicyName, Path = '/', PolicyDocument, Description, Tags }, call) {
    const { db, account, now, ids } = call
    checkPolicyDocument(PolicyDocument!, 'managed')
    if (documentSize(PolicyDocument!) > maxPolicySize) {
      throw quotaExceeded('PolicySize', maxPolicySize)
    }
    if (policyNameTaken(db, account, PolicyName!)) throw policyExists(PolicyName!)
    if (countPolicies(db, account) >= policiesPerAccount) {
      throw quotaExceeded('PoliciesPerAccount', policiesPerAccount)
    }
    const policy = insertPolicy(db, {
      account,
      id: ids.iam('ANPA'),
      arn: policyArn(account, Path, PolicyName!),
      name: PolicyName!,
      path: Path,
      description: Description ?? null,
      defaultVersion: 1,
      latestVersion: 1,
      document: PolicyDocument!,
      createdAt: now,
      updatedAt: now,
      tags: withTags({}, Tags),
    })
    // The answer has no description, and tags only where some were given: GetPolicy has both.
    const answer = describePolicy(call, ownPolicy(policy)!, { details: false })
    return { Policy: { ...answer, ...createdTags(policy.tags) } }
  },
})

export const GetPolicy = operation<GetPolicyRequest, GetPolicyResponse>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run: ({ PolicyArn }, call) => ({
    Policy: describePolicy(call, requireManagedPolicy(call, PolicyArn!), { details: true }),
  }),
})

export const ListPolicies = operation<ListPoliciesRequest, ListPoliciesResponse>({
  authorize: () => ['*'],
  run({ Scope = 'All', OnlyAttached, PathPrefix = '/', PolicyUsageFilter, ...request }, call) {
    const { db, account } = call
    const countUses =
      PolicyUsageFilter === 'PermissionsBoundary' ? boundaryUsageCount : attachmentCount
    const onlyUsed = OnlyAttached || PolicyUsageFilter !== undefined
    const isWanted = (arn: string) => !onlyUsed || countUses(db, account, arn) > 0
    const { items, answer } = page(
      request,
      (after, limit) => policiesAfter(call, { Scope, PathPrefix, after, limit, isWanted }),
      ({ arn, name, own }) => (own ? `own:${name}` : arn),
    )
    return {
      Policies: items.map((policy) => describePolicy(call, policy, { details: false })),
      ...answer,
    }
  },
})

/** The account's own policies by name, then those of AWS by ARN. */
function policiesAfter(
  call: Call,
  request: {
    Scope: string
    PathPrefix: string
    after: string
    limit: number
    isWanted: (arn: string) => boolean
  },
): ManagedPolicy[] {
  const { Scope, PathPrefix, after, limit, isWanted } = request
  const found: ManagedPolicy[] = []
  const amongOwn = after === '' || after.startsWith('own:')
  if (Scope !== 'AWS' && amongOwn) {
    let name = after.slice('own:'.length)
    while (found.length < limit) {
      const batch = listPolicies(call.db, call.account, {
        pathPrefix: PathPrefix,
        after: name,
        limit,
      })
      found.push(...batch.map((policy) => ownPolicy(policy)!).filter(({ arn }) => isWanted(arn)))
      if (batch.length < limit) break
      name = batch.at(-1)!.name
    }
  }
  if (Scope !== 'Local') {
    for (const arn of awsManagedPolicyArns()) {
      if (found.length >= limit) break
      if (!amongOwn && arn <= after) continue
      if (!arn.startsWith(`arn:aws:iam::aws:policy${PathPrefix}`)) continue
      if (isWanted(arn)) found.push(awsPolicy(arn)!)
    }
  }
  return found.slice(0, limit)
}

export const ListEntitiesForPolicy = operation<
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse
>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter, ...request }, call) {
    const { arn } = requireManagedPolicy(call, PolicyArn!)
    const { db, account } = call
    const users = [
      ...(PolicyUsageFilter === 'PermissionsBoundary' ? [] : holdersOf(db, account, arn)),
      ...(PolicyUsageFilter === 'PermissionsPolicy' ? [] : boundedBy(db, account, arn)),
    ]
    const holders = [...new Map(users.map((user) => [user.id, user])).values()].filter(
      ({ kind, path }) =>
        (EntityFilter === undefined || EntityFilter.toLowerCase() === kind) &&
        path.startsWith(PathPrefix),
    )
    const { items, answer } = pageOf(request, holders, ({ id }) => id)
    const ofKind = (kind: string) => items.filter((holder) => holder.kind === kind)
    return {
      PolicyUsers: ofKind('user').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyGroups: ofKind('group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyRoles: ofKind('role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...answer,
    }
  },
})

export const DeletePolicy = operation<DeletePolicyRequest, {}>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn }, call) {
    const policy = requireOwnPolicy(call, PolicyArn!)
    const { db, account } = call
    const uses =
      attachmentCount(db, account, policy.arn) + boundaryUsageCount(db, account, policy.arn)
    if (uses > 0) throw policyAttached()
    if (policyVersions(call.db, policy).length > 1) throw policyHasVersions()
    deletePolicy(call.db, policy)
    return {}
  },
})
