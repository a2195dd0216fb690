import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as accessKeys from './operations/access-keys.ts'
import * as groupMembers from './operations/group-members.ts'
import * as groupPolicies from './operations/group-policies.ts'
import * as groups from './operations/groups.ts'
import * as policies from './operations/policies.ts'
import * as policyVersions from './operations/policy-versions.ts'
import * as userPolicies from './operations/user-policies.ts'
import * as userTags from './operations/user-tags.ts'
import * as users from './operations/users.ts'

export { seedIdentities } from './first-state.ts'
export { identities } from './identities.ts'

export default defineService(
  'iam',
  {
    ...users,
    ...accessKeys,
    ...userPolicies,
    ...userTags,
    ...groups,
    ...groupMembers,
    ...groupPolicies,
    ...policies,
    ...policyVersions,
  },
  { validate: constraintsOf('iam/constraints.json', ownSentence) },
)

/** For names and paths IAM has sentences of its own instead of the pattern. */
function ownSentence(member: string, pattern: string): string | undefined {
  const problem = { [namePattern]: onlyNameCharacters, ...pathProblems }[pattern]
  return problem && `The specified value for ${member} is invalid. ${problem}`
}

const namePattern = String.raw`[\w+=,.@-]+`
const onlyNameCharacters =
  'It must contain only alphanumeric characters and/or the following: +=,.@_-'
const bothSlashes =
  'It must begin and end with / and contain only alphanumeric characters and/or / characters.'
const pathProblems = {
  [String.raw`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`]: bothSlashes,
  [String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`]: bothSlashes,
  [String.raw`\u002F[\u0021-\u007F]*`]:
    'It must begin with / and contain only alphanumeric characters and/or / characters.',
}
