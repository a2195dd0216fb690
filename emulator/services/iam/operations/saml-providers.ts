import { createPrivateKey } from 'node:crypto'
import type {
  CreateSAMLProviderRequest,
  CreateSAMLProviderResponse,
  DeleteSAMLProviderRequest,
  GetSAMLProviderRequest,
  GetSAMLProviderResponse,
  ListSAMLProvidersResponse,
  ListSAMLProviderTagsRequest,
  ListSAMLProviderTagsResponse,
  TagSAMLProviderRequest,
  UntagSAMLProviderRequest,
  UpdateSAMLProviderRequest,
  UpdateSAMLProviderResponse,
} from '@aws-sdk/client-iam'
import type { IdSource } from '../../../ids.ts'
import { operation, type Call } from '../../../operation.ts'
import { samlProviderArn } from '../arns.ts'
import {
  addAndRemoveKeys,
  cannotRemoveKey,
  nameTaken,
  noKeyToRequireEncryption,
  noSuchSamlProvider,
  nothingToUpdate,
  privateKeyLimit,
  unreadablePrivateKey,
} from '../credential-errors.ts'
import { invalidArn, quotaExceeded } from '../errors.ts'
import { createdTags, listTags, onTagged, tagged, untagged, withExactTags } from '../exact-tags.ts'
import {
  deleteSamlProvider,
  findSamlProvider,
  putSamlProvider,
  samlProvidersOf,
  type SamlPrivateKey,
  type SamlProvider,
} from '../rows/saml-providers.ts'
import { readSamlMetadata } from '../saml-metadata.ts'
import { date } from '../subjects.ts'
import { requestTagContext, tagList } from '../tags.ts'

const providersPerAccount = 100
const keysPerProvider = 2

export const CreateSAMLProvider = operation<CreateSAMLProviderRequest, CreateSAMLProviderResponse>({
  authorize: ({ Name, Tags }, { account }) => [
    { resource: samlProviderArn(account, Name!), context: requestTagContext(Tags) },
  ],
  run(input, call) {
    const { db, account, now, ids } = call
    const { Name, SAMLMetadataDocument, Tags, AddPrivateKey } = input
    const arn = samlProviderArn(account, Name!)
    readSamlMetadata(SAMLMetadataDocument!)
    if (findSamlProvider(db, account, arn)) throw nameTaken('Provider with name', Name!)
    if (samlProvidersOf(db, account).length >= providersPerAccount) {
      throw quotaExceeded('SAMLProvidersPerAccount', providersPerAccount)
    }
    const provider: SamlProvider = {
      account,
      arn,
      uuid: samlId('SAMLSP', ids),
      metadata: SAMLMetadataDocument!,
      encryptionMode: input.AssertionEncryptionMode ?? 'Allowed',
      privateKeys: AddPrivateKey === undefined ? [] : [newKey(call, AddPrivateKey)],
      createdAt: now,
      validUntil: inAHundredYears(now),
      tags: withExactTags({}, Tags),
    }
    refuseRequiredWithoutKey(provider)
    putSamlProvider(db, provider)
    return { SAMLProviderArn: arn, ...createdTags(provider.tags) }
  },
})

export const GetSAMLProvider = operation<GetSAMLProviderRequest, GetSAMLProviderResponse>({
  authorize: ({ SAMLProviderArn }, call) => [onProvider(call, SAMLProviderArn!)],
  run({ SAMLProviderArn }, call) {
    const provider = requireProvider(call, SAMLProviderArn!)
    return {
      SAMLProviderUUID: provider.uuid,
      SAMLMetadataDocument: provider.metadata,
      CreateDate: date(provider.createdAt),
      ValidUntil: date(provider.validUntil),
      Tags: tagList(provider.tags),
      AssertionEncryptionMode: provider.encryptionMode,
      PrivateKeyList: provider.privateKeys.map(({ id, addedAt }) => ({
        KeyId: id,
        Timestamp: date(addedAt),
      })),
    }
  },
})

export const ListSAMLProviders = operation<{}, ListSAMLProvidersResponse>({
  authorize: () => ['*'],
  run: (_, { db, account }) => ({
    SAMLProviderList: samlProvidersOf(db, account).map(({ arn, createdAt, validUntil }) => ({
      Arn: arn,
      ValidUntil: date(validUntil),
      CreateDate: date(createdAt),
    })),
  }),
})

export const UpdateSAMLProvider = operation<UpdateSAMLProviderRequest, UpdateSAMLProviderResponse>({
  authorize: ({ SAMLProviderArn }, call) => [onProvider(call, SAMLProviderArn!)],
  run(input, call) {
    const { SAMLMetadataDocument: metadata, AssertionEncryptionMode: encryptionMode } = input
    const { AddPrivateKey, RemovePrivateKey } = input
    if (AddPrivateKey !== undefined && RemovePrivateKey !== undefined) throw addAndRemoveKeys()
    const changes = [metadata, encryptionMode, AddPrivateKey, RemovePrivateKey]
    if (changes.every((change) => change === undefined)) throw nothingToUpdate()
    const provider = requireProvider(call, input.SAMLProviderArn!)
    if (metadata !== undefined) readSamlMetadata(metadata)
    const updated: SamlProvider = {
      ...provider,
      ...(metadata !== undefined && { metadata, validUntil: inAHundredYears(call.now) }),
      encryptionMode: encryptionMode ?? provider.encryptionMode,
      privateKeys: changedKeys(call, provider, AddPrivateKey, RemovePrivateKey),
    }
    if (encryptionMode !== undefined) refuseRequiredWithoutKey(updated)
    putSamlProvider(call.db, updated)
    return { SAMLProviderArn: provider.arn }
  },
})

export const DeleteSAMLProvider = operation<DeleteSAMLProviderRequest, {}>({
  authorize: ({ SAMLProviderArn }, call) => [onProvider(call, SAMLProviderArn!)],
  run({ SAMLProviderArn }, call) {
    deleteSamlProvider(call.db, requireProvider(call, SAMLProviderArn!))
    return {}
  },
})

export const TagSAMLProvider = operation<TagSAMLProviderRequest, {}>({
  authorize: ({ SAMLProviderArn, Tags }, call) => [onProvider(call, SAMLProviderArn!, { Tags })],
  run({ SAMLProviderArn, Tags }, call) {
    const provider = requireProvider(call, SAMLProviderArn!)
    putSamlProvider(call.db, { ...provider, tags: tagged(provider.tags, Tags!) })
    return {}
  },
})

export const UntagSAMLProvider = operation<UntagSAMLProviderRequest, {}>({
  authorize: ({ SAMLProviderArn, TagKeys }, call) => [
    onProvider(call, SAMLProviderArn!, { TagKeys }),
  ],
  run({ SAMLProviderArn, TagKeys }, call) {
    const provider = requireProvider(call, SAMLProviderArn!)
    putSamlProvider(call.db, { ...provider, tags: untagged(provider.tags, TagKeys!) })
    return {}
  },
})

export const ListSAMLProviderTags = operation<
  ListSAMLProviderTagsRequest,
  ListSAMLProviderTagsResponse
>({
  authorize: ({ SAMLProviderArn }, call) => [onProvider(call, SAMLProviderArn!)],
  run: ({ SAMLProviderArn, ...request }, call) =>
    listTags(request, requireProvider(call, SAMLProviderArn!).tags),
})

function changedKeys(
  call: Call,
  { privateKeys, encryptionMode }: SamlProvider,
  added: string | undefined,
  removed: string | undefined,
): readonly SamlPrivateKey[] {
  if (added !== undefined) {
    if (privateKeys.length >= keysPerProvider) throw privateKeyLimit(keysPerProvider)
    return [...privateKeys, newKey(call, added)]
  }
  if (removed === undefined) return privateKeys
  const kept = privateKeys.filter(({ id }) => id !== removed)
  const isLastNeeded = encryptionMode === 'Required' && kept.length === 0
  if (kept.length === privateKeys.length || isLastNeeded) throw cannotRemoveKey()
  return kept
}

function newKey({ ids, now }: Call, key: string): SamlPrivateKey {
  try {
    createPrivateKey(key)
  } catch {
    throw unreadablePrivateKey()
  }
  return { id: samlId('SAMLPK', ids), key, addedAt: now }
}

function refuseRequiredWithoutKey({ encryptionMode, privateKeys }: SamlProvider): void {
  if (encryptionMode === 'Required' && privateKeys.length === 0) throw noKeyToRequireEncryption()
}

/** AWS sets the end of a provider's validity by itself, whatever its metadata says. */
function inAHundredYears(now: number): number {
  const end = new Date(now)
  end.setUTCFullYear(end.getUTCFullYear() + 100)
  return end.getTime()
}

/** The prefix and 16 letters and digits. */
const samlId = (prefix: string, ids: IdSource): string => ids.iam(prefix).slice(0, 22)

function requireProvider({ db, account }: Call, arn: string): SamlProvider {
  if (!/^arn:aws[\w-]*:iam::\d{12}:saml-provider\/[\w._-]+$/.test(arn)) throw invalidArn(arn)
  const provider = findSamlProvider(db, account, arn)
  if (!provider) throw noSuchSamlProvider(arn)
  return provider
}

const onProvider = ({ db, account }: Call, arn: string, request?: Parameters<typeof onTagged>[2]) =>
  onTagged(arn, findSamlProvider(db, account, arn)?.tags, request)
