import { aliasArn, keyArn, parseArn } from './arns.ts'
import {
  aliasNotFound,
  disabled,
  foreignRegion,
  invalidArn,
  invalidKeyId,
  keyNotFound,
  otherAccount,
  pendingDeletion,
} from './errors.ts'
import type { KeyScope } from '../../ports.ts'
import type { Call } from '../../operation.ts'
import { isManagedAlias, managedKey } from './managed-keys.ts'
import { symmetricMaterial } from './materials.ts'
import { rotatedIfDue } from './rotation.ts'
import { findAlias, putAlias } from './rows/aliases.ts'
import { findKey, insertKey, type Key } from './rows/keys.ts'
import { addMaterial } from './rows/materials.ts'

/** A key that a request names. */
export interface NamedKey {
  readonly key: Key
  readonly arn: string
  /** The alias it is named by, if it is: `alias/name`. */
  readonly alias?: string
}

/** Whether an operation takes an alias in the place of a key's id; those that change a key do not. */
export interface Naming {
  readonly aliases: boolean
}

const keyIdForm = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|mrk-[\da-f]{32})$/i

/**
 * Finds the key that is named by its id or ARN or by an alias or its ARN, without changing anything: an AWS managed
 * key that is not there yet is given as it will be.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
 *
 * @throws NotFoundException, InvalidArnException
 */
export function lookUp(scope: KeyScope, keyId: string, { aliases }: Naming): NamedKey {
  const { account, region } = scope
  if (keyId.startsWith('alias/')) {
    if (!aliases) throw invalidKeyId(keyId)
    return lookUpAlias(scope, { account, region }, keyId)
  }
  if (!keyId.startsWith('arn:')) return named(scope, { account, region }, keyId)
  const parsed = parseArn(keyId)
  if (!parsed) throw invalidArn(keyId)
  if (parsed.region !== region) throw foreignRegion(parsed.region)
  if (parsed.resource.startsWith('key/')) return named(scope, parsed, parsed.resource.slice(4))
  if (!aliases) throw invalidArn(keyId)
  return lookUpAlias(scope, parsed, parsed.resource)
}

type Place = Pick<Key, 'account' | 'region'>

function named({ db }: KeyScope, { account, region }: Place, id: string): NamedKey {
  if (!keyIdForm.test(id)) throw invalidKeyId(id)
  const arn = keyArn({ account, region }, id)
  const key = findKey(db, { account, region, id })
  if (!key) throw keyNotFound(arn)
  return { key, arn }
}

function lookUpAlias(scope: KeyScope, { account, region }: Place, name: string): NamedKey {
  const alias = findAlias(scope.db, { account, region, name })
  if (alias) return { ...named(scope, { account, region }, alias.keyId), alias: name }
  if (account !== scope.account || !isManagedAlias(name)) {
    throw aliasNotFound(aliasArn({ account, region }, name))
  }
  const key = managedKey(name, { account, region }, scope.now)
  return { key, arn: keyArn(key, key.id), alias: name }
}

/**
 * The key that is named, to work with: made if it is an AWS managed key that nobody used yet, and rotated if that was due.
 *
 * @throws NotFoundException, InvalidArnException
 */
export function requireKey(scope: KeyScope, keyId: string, naming: Naming = anyName): NamedKey {
  const found = lookUp(scope, keyId, naming)
  if (found.alias !== undefined && !findKey(scope.db, found.key)) makeManaged(scope, found)
  return { ...found, key: rotatedIfDue(scope, found.key) }
}

export const anyName: Naming = { aliases: true }
export const noAlias: Naming = { aliases: false }

function makeManaged({ db, ids, now }: KeyScope, { key, alias }: NamedKey): void {
  insertKey(db, key)
  addMaterial(db, key, { ...symmetricMaterial(ids), createdAt: now, rotationType: null })
  const { account, region, id } = key
  putAlias(db, { account, region, name: alias!, keyId: id, createdAt: now, updatedAt: now })
}

/** The caller's own key, named without an alias: most operations that change a key have no cross-account use. */
export function requireOwnKey(call: Call, keyId: string): NamedKey {
  const found = requireKey(call, keyId, noAlias)
  refuseOthers(call, found)
  return found
}

export function refuseOthers({ account, caller, operation }: Call, { key }: NamedKey): void {
  if (key.account !== account) throw otherAccount(caller.arn, operation)
}

// Which states an operation takes: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html

/** @throws KMSInvalidStateException */
export function refusePendingDeletion({ key, arn }: NamedKey): void {
  if (key.state === 'PendingDeletion') throw pendingDeletion(arn)
}

/** @throws DisabledException, KMSInvalidStateException */
export function refuseUnusable(found: NamedKey): void {
  if (found.key.state === 'Disabled') throw disabled(found.arn)
  refusePendingDeletion(found)
}
