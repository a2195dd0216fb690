import type {
  EntityType,
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
} from '@aws-sdk/client-iam'
import { groupDetail, policyDetail, roleDetail, userDetail } from '../authorization-details.ts'
import { operation, type Call } from '../../../operation.ts'
import { invalidMarker } from '../errors.ts'
import { awsPolicy, ownPolicy, type ManagedPolicy } from '../managed-policies.ts'
import { page } from '../pages.ts'
import { awsPolicyPrefix } from '../arns.ts'
import { listGroups, type Group } from '../rows/groups.ts'
import type { Page } from '../rows/held-policies.ts'
import { policiesInUse } from '../rows/policies-in-use.ts'
import { listPolicies } from '../rows/policies.ts'
import { listRoles, type Role } from '../rows/roles.ts'
import { listUsers, type User } from '../rows/users.ts'

/** What the report is about, each with the name that it is sorted by. */
type Entry =
  | { readonly kind: 'User'; readonly name: string; readonly user: User }
  | { readonly kind: 'Role'; readonly name: string; readonly role: Role }
  | { readonly kind: 'Group'; readonly name: string; readonly group: Group }
  | {
      readonly kind: 'LocalManagedPolicy' | 'AWSManagedPolicy'
      readonly name: string
      readonly policy: ManagedPolicy
    }

/** The kinds in the order of the report's pages. */
const kinds = [
  'User',
  'Role',
  'Group',
  'LocalManagedPolicy',
  'AWSManagedPolicy',
] as const satisfies readonly EntityType[]

export const GetAccountAuthorizationDetails = operation<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
>({
  authorize: () => ['*'],
  run({ Filter = [], ...request }, call) {
    const wanted = kinds.filter((kind) => Filter.length === 0 || Filter.includes(kind))
    const { items, answer } = page(
      request,
      (after, limit) => entriesAfter(call, wanted, { after, limit }),
      ({ kind, name }) => `${kind}:${name}`,
    )
    return {
      UserDetailList: items.flatMap((entry) =>
        'user' in entry ? [userDetail(call, entry.user)] : [],
      ),
      GroupDetailList: items.flatMap((entry) =>
        'group' in entry ? [groupDetail(call, entry.group)] : [],
      ),
      RoleDetailList: items.flatMap((entry) =>
        'role' in entry ? [roleDetail(call, entry.role)] : [],
      ),
      Policies: items.flatMap((entry) =>
        'policy' in entry ? [policyDetail(call, entry.policy)] : [],
      ),
      ...answer,
    }
  },
})

/** @param page `after` is empty, or the kind and the name of the last entry */
function entriesAfter(
  call: Call,
  wanted: readonly Entry['kind'][],
  { after, limit }: Page,
): Entry[] {
  const at = after.indexOf(':')
  const first = after === '' ? 0 : wanted.indexOf(after.slice(0, at) as Entry['kind'])
  if (first === -1) throw invalidMarker()
  const found: Entry[] = []
  for (const [index, kind] of wanted.slice(first).entries()) {
    if (found.length >= limit) break
    const rest = { after: index === 0 ? after.slice(at + 1) : '', limit: limit - found.length }
    found.push(...entriesOf(call, kind, rest))
  }
  return found
}

function entriesOf(call: Call, kind: Entry['kind'], { after, limit }: Page): Entry[] {
  const { db, account } = call
  const everywhere = { pathPrefix: '/', after, limit }
  switch (kind) {
    case 'User':
      return listUsers(db, account, everywhere).map((user) => ({ kind, name: user.name, user }))
    case 'Role':
      return listRoles(db, account, everywhere).map((role) => ({ kind, name: role.name, role }))
    case 'Group':
      return listGroups(db, account, everywhere).map((group) => ({ kind, name: group.name, group }))
    case 'LocalManagedPolicy':
      return listPolicies(db, account, everywhere).map((policy) => ({
        kind,
        name: policy.name,
        policy: ownPolicy(policy)!,
      }))
    case 'AWSManagedPolicy':
      // Of AWS's policies only those that something has.
      return policiesInUse(db, account)
        .filter((arn) => arn.startsWith(awsPolicyPrefix) && arn > after)
        .slice(0, limit)
        .map((arn) => ({ kind, name: arn, policy: awsPolicy(arn)! }))
  }
}
