import type { Tag } from '@aws-sdk/client-kms'
import type { KeyScope } from '../../ports.ts'
import type { Call, Permission } from '../../operation.ts'
import { aliasArn } from './arns.ts'
import { anyName, lookUp, type NamedKey, type Naming } from './find-key.ts'
import { policyWithGrants, type GrantedUse } from './grants.ts'
import { aliasesOf } from './rows/aliases.ts'
import type { Key } from './rows/keys.ts'

export type Context = Readonly<Record<string, string | readonly string[]>>

/** Who asks for which operation. */
export type Asker = KeyScope & Pick<Call, 'caller' | 'operation'>

/** What a permission is for besides the operation itself. */
export interface Use extends Partial<GrantedUse> {
  /** Condition keys of the operation's own: `kms:SigningAlgorithm`. */
  readonly context?: Context
}

/**
 * The permission on a key: its policy has to allow, or leave it to the account's own policies, or a grant allows it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/control-access.html
 */
export function onNamed(asker: Asker, { key, arn, alias }: NamedKey, use: Use = {}): Permission {
  const { db, caller } = asker
  const { operation = asker.operation, encryptionContext } = use
  const aliases = aliasesOf(db, key).map(({ name }) => name)
  return {
    action: `kms:${operation}`,
    resource: arn,
    resourceAccount: key.account,
    resourcePolicy: policyWithGrants(db, key, caller, { ...use, operation }),
    context: {
      'kms:CallerAccount': caller.accountId,
      ...keyContext(key),
      ...resourceTagContext(key.tags),
      ...(aliases.length > 0 && { 'kms:ResourceAliases': aliases }),
      ...(alias !== undefined && { 'kms:RequestAlias': alias }),
      ...encryptionContextKeys(encryptionContext),
      ...use.context,
    },
  }
}

/** The permission on the key that a request names. */
export const onKey = (
  asker: Asker,
  keyId: string,
  use: Use = {},
  naming: Naming = anyName,
): Permission => onNamed(asker, lookUp(asker, keyId, naming), use)

/** Aliases have no policy: only those of the caller's account decide. */
export const onAlias = (call: Call, name: string): Permission => ({
  resource: aliasArn(call, name),
  context: { 'kms:CallerAccount': call.caller.accountId },
})

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
export const keyContext = ({
  spec,
  usage,
  multiRegion,
}: Pick<Key, 'spec' | 'usage' | 'multiRegion'>): Context => ({
  'kms:KeySpec': spec,
  'kms:CustomerMasterKeySpec': spec,
  'kms:KeyUsage': usage,
  'kms:CustomerMasterKeyUsage': usage,
  'kms:KeyOrigin': 'AWS_KMS',
  'kms:MultiRegion': String(multiRegion),
  ...(multiRegion && { 'kms:MultiRegionKeyType': 'PRIMARY' }),
})

function encryptionContextKeys(context: Readonly<Record<string, string>> = {}): Context {
  const pairs = Object.entries(context)
  if (pairs.length === 0) return {}
  return {
    ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    'kms:EncryptionContextKeys': pairs.map(([name]) => name),
  }
}

const resourceTagContext = (tags: Key['tags']): Context =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]))

/** The condition keys that the tags in a request fill. */
export const requestTagContext = (tags: readonly Tag[] = []): Context =>
  tags.length === 0
    ? {}
    : {
        ...Object.fromEntries(
          tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey!}`, TagValue!]),
        ),
        'aws:TagKeys': tags.map(({ TagKey }) => TagKey!),
      }
