import type { GetAccountSummaryResponse } from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { accessKeysOf } from '../rows/access-keys.ts'
import { preferencesOf } from '../rows/account-settings.ts'
import { countGroups } from '../rows/groups.ts'
import { policiesInUse } from '../rows/policies-in-use.ts'
import { countInstanceProfiles } from '../rows/instance-profiles.ts'
import { countMfaDevices } from '../rows/mfa-devices.ts'
import { oidcProvidersOf } from '../rows/oidc-providers.ts'
import { countPolicies } from '../rows/policies.ts'
import { countRoles } from '../rows/roles.ts'
import { samlProvidersOf } from '../rows/saml-providers.ts'
import { countServerCertificates } from '../rows/server-certificates.ts'
import { signingCertificatesOf } from '../rows/signing-certificates.ts'
import { countUsers } from '../rows/users.ts'

/** Quotas as they stand without an increase: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
}

export const GetAccountSummary = operation<{}, GetAccountSummaryResponse>({
  authorize: () => ['*'],
  run(_, { db, account }) {
    const devices = countMfaDevices(db, account)
    return {
      SummaryMap: {
        ...quotas,
        // The root user has a password, as an account's owner does. Keys that nobody issued are not counted.
        AccountAccessKeysPresent: Number(accessKeysOf(db, account, account).length > 0),
        AccountMFAEnabled: 0,
        AccountPasswordPresent: 1,
        AccountSigningCertificatesPresent: Number(
          signingCertificatesOf(db, account, account).length > 0,
        ),
        GlobalEndpointTokenVersion: preferencesOf(db, account).tokenVersion,
        Groups: countGroups(db, account),
        InstanceProfiles: countInstanceProfiles(db, account),
        MFADevices: devices.all,
        MFADevicesInUse: devices.assigned,
        Policies: countPolicies(db, account),
        PolicyVersionsInUse: policiesInUse(db, account).length,
        Providers: oidcProvidersOf(db, account).length + samlProvidersOf(db, account).length,
        Roles: countRoles(db, account),
        ServerCertificates: countServerCertificates(db, account),
        Users: countUsers(db, account),
      },
    }
  },
})
