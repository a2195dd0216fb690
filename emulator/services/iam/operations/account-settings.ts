import type {
  CreateAccountAliasRequest,
  DeleteAccountAliasRequest,
  EnableOutboundWebIdentityFederationResponse,
  GetOutboundWebIdentityFederationInfoResponse,
  ListAccountAliasesRequest,
  ListAccountAliasesResponse,
  SetSecurityTokenServicePreferencesRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import {
  aliasTaken,
  cannotBeFound,
  federationDisabled,
  federationEnabled,
} from '../credential-errors.ts'
import { pageOf } from '../pages.ts'
import {
  accountAlias,
  aliasOwner,
  deleteAccountAlias,
  preferencesOf,
  putAccountAlias,
  putPreferences,
} from '../rows/account-settings.ts'

export const CreateAccountAlias = operation<CreateAccountAliasRequest, {}>({
  authorize: () => ['*'],
  // An account has one alias: another that is free takes its place.
  run({ AccountAlias }, { db, account }) {
    if (aliasOwner(db, AccountAlias!)) throw aliasTaken(AccountAlias!)
    putAccountAlias(db, account, AccountAlias!)
    return {}
  },
})

export const ListAccountAliases = operation<ListAccountAliasesRequest, ListAccountAliasesResponse>({
  authorize: () => ['*'],
  run(request, { db, account }) {
    const alias = accountAlias(db, account)
    const aliases = alias === undefined ? [] : [alias]
    const { items, answer } = pageOf(request, aliases, (alias) => alias)
    return { AccountAliases: [...items], ...answer }
  },
})

export const DeleteAccountAlias = operation<DeleteAccountAliasRequest, {}>({
  authorize: () => ['*'],
  run({ AccountAlias }, { db, account }) {
    if (!deleteAccountAlias(db, account, AccountAlias!)) {
      throw cannotBeFound('Account Alias', AccountAlias!)
    }
    return {}
  },
})

/** What it sets is told by GetAccountSummary; tokens are good in every region here anyway. */
export const SetSecurityTokenServicePreferences = operation<
  SetSecurityTokenServicePreferencesRequest,
  {}
>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run({ GlobalEndpointTokenVersion }, { db, account }) {
    const tokenVersion = GlobalEndpointTokenVersion === 'v2Token' ? 2 : 1
    putPreferences(db, account, { ...preferencesOf(db, account), tokenVersion })
    return {}
  },
})

/** The issuer has an address, but `sts:GetWebIdentityToken` is not built: nothing is issued. */
export const EnableOutboundWebIdentityFederation = operation<
  {},
  EnableOutboundWebIdentityFederationResponse
>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run(_, { db, account, ids }) {
    const preferences = preferencesOf(db, account)
    if (preferences.issuerEnabled) throw federationEnabled(account)
    const issuer = preferences.issuer ?? `https://${ids.uuid()}.tokens.sts.global.api.aws`
    putPreferences(db, account, { ...preferences, issuer, issuerEnabled: true })
    return { IssuerIdentifier: issuer }
  },
})

export const GetOutboundWebIdentityFederationInfo = operation<
  {},
  GetOutboundWebIdentityFederationInfoResponse
>({
  authorize: () => ['*'],
  run(_, { db, account }) {
    const { issuer, issuerEnabled } = preferencesOf(db, account)
    if (!issuerEnabled) throw federationDisabled(account)
    return { IssuerIdentifier: issuer!, JwtVendingEnabled: true }
  },
})

export const DisableOutboundWebIdentityFederation = operation<{}, {}>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run(_, { db, account }) {
    const preferences = preferencesOf(db, account)
    if (!preferences.issuerEnabled) throw federationDisabled(account)
    putPreferences(db, account, { ...preferences, issuerEnabled: false })
    return {}
  },
})
