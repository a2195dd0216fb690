import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersResponse,
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  TagOpenIDConnectProviderRequest,
  UntagOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { oidcProviderArn } from '../arns.ts'
import { invalidInput, invalidIssuer, noSuchOidcProvider, nameTaken } from '../credential-errors.ts'
import { invalidArn, quotaExceeded } from '../errors.ts'
import { createdTags, listTags, onTagged, tagged, untagged, withExactTags } from '../exact-tags.ts'
import {
  deleteOidcProvider,
  findOidcProvider,
  oidcProvidersOf,
  putOidcProvider,
  type OidcProvider,
} from '../rows/oidc-providers.ts'
import { date } from '../subjects.ts'
import { requestTagContext, tagList } from '../tags.ts'

const providersPerAccount = 100
const clientIdsPerProvider = 100
const thumbprintsPerProvider = 5

export const CreateOpenIDConnectProvider = operation<
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse
>({
  authorize: ({ Url, Tags }, { account }) => [
    { resource: oidcProviderArn(account, issuer(Url!)), context: requestTagContext(Tags) },
  ],
  run({ Url, ClientIDList = [], ThumbprintList = [], Tags }, { db, account, now }) {
    const url = issuer(Url!)
    const arn = oidcProviderArn(account, url)
    const clientIds = withinQuota([...new Set(ClientIDList)])
    const thumbprints = checkThumbprints(ThumbprintList)
    if (findOidcProvider(db, account, arn)) throw nameTaken('Provider with url', Url!)
    if (oidcProvidersOf(db, account).length >= providersPerAccount) {
      throw quotaExceeded('OpenIdConnectProvidersPerAccount', providersPerAccount)
    }
    const tags = withExactTags({}, Tags)
    putOidcProvider(db, { account, arn, url, clientIds, thumbprints, createdAt: now, tags })
    return { OpenIDConnectProviderArn: arn, ...createdTags(tags) }
  },
})

export const GetOpenIDConnectProvider = operation<
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse
>({
  authorize: ({ OpenIDConnectProviderArn }, call) => [onProvider(call, OpenIDConnectProviderArn!)],
  run({ OpenIDConnectProviderArn }, call) {
    const provider = requireProvider(call, OpenIDConnectProviderArn!)
    return {
      Url: provider.url,
      ClientIDList: [...provider.clientIds],
      ThumbprintList: [...provider.thumbprints],
      CreateDate: date(provider.createdAt),
      Tags: tagList(provider.tags),
    }
  },
})

export const ListOpenIDConnectProviders = operation<{}, ListOpenIDConnectProvidersResponse>({
  authorize: () => ['*'],
  run: (_, { db, account }) => ({
    OpenIDConnectProviderList: oidcProvidersOf(db, account).map(({ arn }) => ({ Arn: arn })),
  }),
})

export const AddClientIDToOpenIDConnectProvider = operation<
  AddClientIDToOpenIDConnectProviderRequest,
  {}
>({
  authorize: ({ OpenIDConnectProviderArn }, call) => [onProvider(call, OpenIDConnectProviderArn!)],
  run({ OpenIDConnectProviderArn, ClientID }, call) {
    const provider = requireProvider(call, OpenIDConnectProviderArn!)
    const clientIds = withinQuota([...new Set([...provider.clientIds, ClientID!])])
    putOidcProvider(call.db, { ...provider, clientIds })
    return {}
  },
})

export const RemoveClientIDFromOpenIDConnectProvider = operation<
  RemoveClientIDFromOpenIDConnectProviderRequest,
  {}
>({
  authorize: ({ OpenIDConnectProviderArn }, call) => [onProvider(call, OpenIDConnectProviderArn!)],
  // "This operation is idempotent; it does not fail or return an error if you try to remove a client ID that does not exist."
  run({ OpenIDConnectProviderArn, ClientID }, call) {
    const provider = requireProvider(call, OpenIDConnectProviderArn!)
    const clientIds = provider.clientIds.filter((id) => id !== ClientID)
    putOidcProvider(call.db, { ...provider, clientIds })
    return {}
  },
})

export const UpdateOpenIDConnectProviderThumbprint = operation<
  UpdateOpenIDConnectProviderThumbprintRequest,
  {}
>({
  authorize: ({ OpenIDConnectProviderArn }, call) => [onProvider(call, OpenIDConnectProviderArn!)],
  run({ OpenIDConnectProviderArn, ThumbprintList }, call) {
    const provider = requireProvider(call, OpenIDConnectProviderArn!)
    if (ThumbprintList!.length === 0) {
      throw invalidInput('Thumbprint list must contain at least one entry.')
    }
    putOidcProvider(call.db, { ...provider, thumbprints: checkThumbprints(ThumbprintList!) })
    return {}
  },
})

/** "This operation is idempotent; it does not fail or return an error if you call the operation for a provider that does not exist." */
export const DeleteOpenIDConnectProvider = operation<DeleteOpenIDConnectProviderRequest, {}>({
  authorize: ({ OpenIDConnectProviderArn }, call) => [onProvider(call, OpenIDConnectProviderArn!)],
  run({ OpenIDConnectProviderArn }, call) {
    const provider = findProvider(call, OpenIDConnectProviderArn!)
    if (provider) deleteOidcProvider(call.db, provider)
    return {}
  },
})

export const TagOpenIDConnectProvider = operation<TagOpenIDConnectProviderRequest, {}>({
  authorize: ({ OpenIDConnectProviderArn, Tags }, call) => [
    onProvider(call, OpenIDConnectProviderArn!, { Tags }),
  ],
  run({ OpenIDConnectProviderArn, Tags }, call) {
    const provider = requireProvider(call, OpenIDConnectProviderArn!)
    putOidcProvider(call.db, { ...provider, tags: tagged(provider.tags, Tags!) })
    return {}
  },
})

export const UntagOpenIDConnectProvider = operation<UntagOpenIDConnectProviderRequest, {}>({
  authorize: ({ OpenIDConnectProviderArn, TagKeys }, call) => [
    onProvider(call, OpenIDConnectProviderArn!, { TagKeys }),
  ],
  run({ OpenIDConnectProviderArn, TagKeys }, call) {
    const provider = requireProvider(call, OpenIDConnectProviderArn!)
    putOidcProvider(call.db, { ...provider, tags: untagged(provider.tags, TagKeys!) })
    return {}
  },
})

export const ListOpenIDConnectProviderTags = operation<
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse
>({
  authorize: ({ OpenIDConnectProviderArn }, call) => [onProvider(call, OpenIDConnectProviderArn!)],
  run: ({ OpenIDConnectProviderArn, ...request }, call) =>
    listTags(request, requireProvider(call, OpenIDConnectProviderArn!).tags),
})

/** The issuer as ARNs have it: without scheme and standard port, otherwise letter by letter. */
function issuer(url: string): string {
  if (!/^https:\/\//i.test(url) || !URL.canParse(url)) throw invalidIssuer()
  const { search, hash, username, hostname } = new URL(url)
  if (search || hash || username || !hostname || /[?#]/.test(url)) throw invalidInput('Unknown')
  return url.slice('https://'.length).replace(/^([^/]+):443(?=\/|$)/, '$1')
}

function withinQuota(clientIds: readonly string[]): readonly string[] {
  if (clientIds.length > clientIdsPerProvider) {
    throw quotaExceeded('ClientIdsPerOpenIdConnectProvider', clientIdsPerProvider)
  }
  return clientIds
}

function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > thumbprintsPerProvider) {
    throw invalidInput('Thumbprint list must contain fewer than 5 entries.')
  }
  return thumbprints.map((thumbprint) => thumbprint.toLowerCase())
}

function findProvider({ db, account }: Call, arn: string): OidcProvider | undefined {
  if (!/^arn:aws[\w-]*:iam::\d{12}:oidc-provider\/./.test(arn)) throw invalidArn(arn)
  return findOidcProvider(db, account, arn)
}

function requireProvider(call: Call, arn: string): OidcProvider {
  const provider = findProvider(call, arn)
  if (!provider) throw noSuchOidcProvider(arn)
  return provider
}

const onProvider = ({ db, account }: Call, arn: string, request?: Parameters<typeof onTagged>[2]) =>
  onTagged(arn, findOidcProvider(db, account, arn)?.tags, request)
