import type {
  AliasListEntry,
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-kms'
import { operation, type Call } from '../../../operation.ts'
import { aliasArn } from '../arns.ts'
import { aliasExists, aliasNotFound, limitExceeded, reservedAlias, validation } from '../errors.ts'
import { noAlias, refuseOthers, refusePendingDeletion, requireOwnKey } from '../find-key.ts'
import { lookUp } from '../find-key.ts'
import { date } from '../key-metadata.ts'
import { managedAliases } from '../managed-keys.ts'
import { page } from '../pages.ts'
import { onAlias, onKey } from '../permissions.ts'
import {
  aliasesOf,
  deleteAlias,
  findAlias,
  listAliases,
  putAlias,
  type Alias,
} from '../rows/aliases.ts'
import { findKey, type Key } from '../rows/keys.ts'
import { keyKind } from '../specs.ts'

// https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html

const aliasesPerKey = 50

export const CreateAlias = operation<CreateAliasRequest, {}>({
  authorize: ({ AliasName, TargetKeyId }, call) => [
    onAlias(call, checkedName(AliasName!)),
    onTarget(call, TargetKeyId!),
  ],
  run({ AliasName, TargetKeyId }, call) {
    const { db, account, region, now } = call
    const place = { account, region, name: AliasName! }
    const found = requireOwnKey(call, TargetKeyId!)
    refusePendingDeletion(found)
    if (findAlias(db, place)) throw aliasExists(aliasArn(call, AliasName!))
    refuseTooMany(call, found.key)
    putAlias(db, { ...place, keyId: found.key.id, createdAt: now, updatedAt: now })
    return {}
  },
})

export const UpdateAlias = operation<UpdateAliasRequest, {}>({
  authorize({ AliasName, TargetKeyId }, call) {
    const alias = requireAlias(call, checkedName(AliasName!))
    return [
      onAlias(call, alias.name),
      onKey(call, alias.keyId, {}, noAlias),
      onTarget(call, TargetKeyId!),
    ]
  },
  run({ AliasName, TargetKeyId }, call) {
    const { db, now } = call
    const alias = requireAlias(call, AliasName!)
    const found = requireOwnKey(call, TargetKeyId!)
    refusePendingDeletion(found)
    const current = findKey(db, { ...alias, id: alias.keyId })!
    if (found.key.id !== current.id) refuseTooMany(call, found.key)
    if (!isLike(current, found.key)) {
      throw validation(
        `Alias ${aliasArn(alias, alias.name)} cannot be changed to a key of another type or key usage.`,
      )
    }
    putAlias(db, { ...alias, keyId: found.key.id, updatedAt: now })
    return {}
  },
})

export const DeleteAlias = operation<DeleteAliasRequest, {}>({
  authorize({ AliasName }, call) {
    const { name, keyId } = requireAlias(call, checkedName(AliasName!))
    return [onAlias(call, name), onKey(call, keyId, {}, noAlias)]
  },
  run({ AliasName }, call) {
    deleteAlias(call.db, requireAlias(call, AliasName!))
    return {}
  },
})

/** AWS's own aliases are listed from the start; they name a key once they were used. */
export const ListAliases = operation<ListAliasesRequest, ListAliasesResponse>({
  authorize: () => ['*'],
  run({ KeyId, ...request }, call) {
    const { db } = call
    const found = KeyId === undefined ? undefined : lookUp(call, KeyId, noAlias)
    if (found) refuseOthers(call, found)
    const { items, answer } = page(
      request,
      { byDefault: 50, most: 100 },
      (after, limit) =>
        found
          ? aliasesOf(db, found.key, after, limit).map(describe)
          : withManaged(call, listAliases(db, call, after, limit).map(describe), after, limit),
      ({ AliasName }) => AliasName!,
    )
    return { Aliases: [...items], ...answer }
  },
})

function withManaged(
  place: Pick<Call, 'account' | 'region'>,
  used: readonly AliasListEntry[],
  after: string,
  limit: number,
): AliasListEntry[] {
  const names = new Set(used.map(({ AliasName }) => AliasName))
  const unused = managedAliases
    .filter((name) => name > after && !names.has(name))
    .map((name) => ({ AliasName: name, AliasArn: aliasArn(place, name) }))
  return [...used, ...unused]
    .toSorted((a, b) => (a.AliasName! < b.AliasName! ? -1 : 1))
    .slice(0, limit)
}

const describe = (alias: Alias): AliasListEntry => ({
  AliasName: alias.name,
  AliasArn: aliasArn(alias, alias.name),
  TargetKeyId: alias.keyId,
  CreationDate: date(alias.createdAt),
  LastUpdatedDate: date(alias.updatedAt),
})

function onTarget(call: Call, keyId: string) {
  if (/^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias\//.test(keyId)) {
    throw validation('Aliases must refer to keys. Not aliases')
  }
  return onKey(call, keyId, {}, noAlias)
}

/** @throws ValidationException, NotAuthorizedException for the names that are AWS's own */
function checkedName(name: string): string {
  if (!name.startsWith('alias/')) {
    throw validation(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  }
  if (name.startsWith('alias/aws/')) throw reservedAlias()
  if (name.includes(':')) throw validation(`${name} contains invalid characters for an alias`)
  return name
}

function requireAlias({ db, account, region }: Call, name: string): Alias {
  const alias = findAlias(db, { account, region, name })
  if (!alias) throw aliasNotFound(aliasArn({ account, region }, name))
  return alias
}

function refuseTooMany({ db }: Call, key: Key): void {
  if (aliasesOf(db, key).length >= aliasesPerKey) {
    throw limitExceeded(`The key has reached the maximum of ${aliasesPerKey} aliases.`)
  }
}

/** "The current and new KMS key must be the same type (both symmetric or both asymmetric or both HMAC)". */
const isLike = (a: Key, b: Key) => a.usage === b.usage && typeOf(a) === typeOf(b)

function typeOf({ spec }: Key): string {
  const { kind } = keyKind(spec)
  return kind === 'rsa' || kind === 'ec' ? 'asymmetric' : kind
}
