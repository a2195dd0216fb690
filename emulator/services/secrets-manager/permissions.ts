import type { Tag } from '@aws-sdk/client-secrets-manager'
import type { Call, Permission } from '../../operation.ts'
import { decryptionFailure, defaultKeyOfOtherAccount, encryptionFailure } from './errors.ts'
import { lookUp, parseArn } from './find-secret.ts'
import type { Secret } from './rows/secrets.ts'
import { versionsOf } from './rows/versions.ts'
import { failing } from './sealing.ts'

type Context = Readonly<Record<string, string | readonly string[]>>

/**
 * The permission on the secret that a request names: the account's policies, or the secret's own, have to allow it.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html
 *
 * @param action where it is not the operation's own: `secretsmanager:GetSecretValue`
 */
export function onSecret(
  call: Call,
  id: string,
  context: Context = {},
  action?: string,
): Permission {
  const secret = lookUp(call, id)
  const parsed = parseArn(id)
  return {
    ...(action !== undefined && { action }),
    resource: secret?.arn ?? (parsed ? id : nameArn(call, id)),
    resourceAccount: secret?.account ?? parsed?.account ?? call.account,
    resourcePolicy: secret?.policy ?? undefined,
    context: {
      'secretsmanager:SecretId': secret?.arn ?? id,
      ...(secret && secretContext(secret)),
      ...context,
    },
  }
}

/** Of a secret that is not there the suffix is unknown: a policy's six question marks fit. */
export const nameArn = ({ account, region }: Pick<Call, 'account' | 'region'>, name: string) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html */
const secretContext = ({ tags, rotation, primaryRegion, region }: Secret): Context => ({
  'secretsmanager:SecretPrimaryRegion': primaryRegion ?? region,
  ...(rotation?.lambdaArn !== undefined && {
    'secretsmanager:resource/AllowRotationLambdaArn': rotation.lambdaArn,
  }),
  ...Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value = '' }) => [
      [`aws:ResourceTag/${Key}`, Value],
      [`secretsmanager:ResourceTag/${Key}`, Value],
    ]),
  ),
})

/** The condition keys that the tags in a request fill. */
export const requestTagContext = (tags: readonly Tag[] = []): Context =>
  tags.length === 0
    ? {}
    : {
        ...Object.fromEntries(tags.map(({ Key, Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
        'aws:TagKeys': tags.map(({ Key }) => Key!),
      }

/** Leaves out what a request does not say. */
export const said = (
  context: Readonly<Record<string, string | number | boolean | undefined>>,
): Context =>
  Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  )

/** What encrypting with a key of the customer's takes of its caller. */
export const toEncrypt = (call: Call, keyId: string | null | undefined): readonly Permission[] =>
  failing(encryptionFailure, () =>
    call.ports.kms.permissions(call, {
      service: 'secretsmanager',
      keyId: keyId ?? undefined,
      operations: ['GenerateDataKey', 'Decrypt'],
      context: {},
    }),
  )

/** What reading a version takes, where there is one. */
export function toDecrypt(
  call: Call,
  id: string,
  isMeant: (version: { id: string; stages: readonly string[] }) => boolean,
): readonly Permission[] {
  const secret = lookUp(call, id)
  const version = secret && versionsOf(call.db, secret).find(isMeant)
  if (!version) return []
  refuseForeignDefaultKey(call, secret)
  return failing(decryptionFailure, () =>
    call.ports.kms.permissions(call, {
      service: 'secretsmanager',
      wrapped: version.wrappedKey,
      operations: ['Decrypt'],
      context: { SecretARN: secret.arn, SecretVersionId: version.id },
    }),
  )
}

/** AWS's own key for secrets is of use to its account only. @throws InvalidRequestException */
export function refuseForeignDefaultKey(call: Call, secret: Secret | undefined): void {
  if (secret && secret.account !== call.account && secret.kmsKeyId === null) {
    throw defaultKeyOfOtherAccount()
  }
}
