import { defineService } from '../../operation.ts'
import { constraintsOf } from '../../protocol/constraints.ts'
import * as accessKeyLastUsed from './operations/access-key-last-used.ts'
import * as accessKeys from './operations/access-keys.ts'
import * as accountAuthorizationDetails from './operations/account-authorization-details.ts'
import * as accountSummary from './operations/account-summary.ts'
import * as credentialReport from './operations/credential-report.ts'
import * as accountSettings from './operations/account-settings.ts'
import * as contextKeys from './operations/context-keys.ts'
import * as groupMembers from './operations/group-members.ts'
import * as groupPolicies from './operations/group-policies.ts'
import * as groups from './operations/groups.ts'
import * as instanceProfileTags from './operations/instance-profile-tags.ts'
import * as instanceProfiles from './operations/instance-profiles.ts'
import * as loginProfiles from './operations/login-profiles.ts'
import * as mfaDevices from './operations/mfa-devices.ts'
import * as oidcProviders from './operations/oidc-providers.ts'
import * as passwordPolicy from './operations/password-policy.ts'
import * as permissionsBoundaries from './operations/permissions-boundaries.ts'
import * as policies from './operations/policies.ts'
import * as policyTags from './operations/policy-tags.ts'
import * as policyVersions from './operations/policy-versions.ts'
import * as rolePolicies from './operations/role-policies.ts'
import * as roleTags from './operations/role-tags.ts'
import * as roles from './operations/roles.ts'
import * as samlProviders from './operations/saml-providers.ts'
import * as serverCertificates from './operations/server-certificates.ts'
import * as serviceLinkedRoles from './operations/service-linked-roles.ts'
import * as serviceSpecificCredentials from './operations/service-specific-credentials.ts'
import * as serviceLastAccessed from './operations/service-last-accessed.ts'
import * as signingCertificates from './operations/signing-certificates.ts'
import * as simulatePolicy from './operations/simulate-policy.ts'
import * as sshPublicKeys from './operations/ssh-public-keys.ts'
import * as userPolicies from './operations/user-policies.ts'
import * as userTags from './operations/user-tags.ts'
import * as users from './operations/users.ts'
import * as virtualMfaDevices from './operations/virtual-mfa-devices.ts'
import { refuseSession } from './session-callers.ts'

export { seedIdentities } from './first-state.ts'
export { identities } from './identities.ts'

const checkConstraints = constraintsOf('iam/constraints.json', ownSentence)

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
    ...policyTags,
    ...policyVersions,
    ...roles,
    ...rolePolicies,
    ...roleTags,
    ...instanceProfiles,
    ...instanceProfileTags,
    ...permissionsBoundaries,
    ...serviceLinkedRoles,
    ...accessKeyLastUsed,
    ...accountAuthorizationDetails,
    ...accountSummary,
    ...credentialReport,
    ...accountSettings,
    ...loginProfiles,
    ...mfaDevices,
    ...oidcProviders,
    ...passwordPolicy,
    ...samlProviders,
    ...serverCertificates,
    ...serviceSpecificCredentials,
    ...serviceLastAccessed,
    ...signingCertificates,
    ...sshPublicKeys,
    ...virtualMfaDevices,
    ...simulatePolicy,
    ...contextKeys,
  },
  {
    timers: { finishRoleDeletion: serviceLinkedRoles.finishRoleDeletion },
    validate(input, call) {
      refuseSession(call.caller)
      checkConstraints(input, call)
    },
  },
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
