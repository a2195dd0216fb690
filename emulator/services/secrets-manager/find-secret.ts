import type { Call } from '../../operation.ts'
import { isReplica, markedForDeletion, secretNotFound } from './errors.ts'
import { findSecretByArn, findSecretByName, type Place, type Secret } from './rows/secrets.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** @param suffix six letters and digits that tell a secret from an earlier one of the same name */
export const secretArn = ({ account, region }: Place, name: string, suffix: string): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`

/** Six letters and digits. */
export const newSuffix = (bytes: Buffer): string =>
  Array.from(bytes.subarray(0, 6), (byte) => letters[byte % letters.length]).join('')

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

interface ParsedArn extends Place {
  /** With its suffix, or without. */
  readonly name: string
}

export function parseArn(arn: string): ParsedArn | undefined {
  const match = /^arn:aws[\w-]*:secretsmanager:([\w-]+):(\d{12}):secret:(.+)$/.exec(arn)
  return match ? { region: match[1]!, account: match[2]!, name: match[3]! } : undefined
}

/**
 * The secret that is named by its name, by its ARN or by the ARN without the suffix; of another account by an ARN.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function lookUp({ db, ...place }: Scope, id: string): Secret | undefined {
  if (!id.startsWith('arn:')) return findSecretByName(db, place, id)
  const parsed = parseArn(id)
  if (!parsed || parsed.region !== place.region) return undefined
  return findSecretByArn(db, parsed, id) ?? findSecretByName(db, parsed, parsed.name)
}

/** Any secret, also one that is to be deleted. @throws ResourceNotFoundException */
export function requireAny(scope: Scope, id: string): Secret {
  const secret = lookUp(scope, id)
  if (!secret) throw secretNotFound()
  return secret
}

/** @throws ResourceNotFoundException, InvalidRequestException for one that is to be deleted */
export function requireSecret(scope: Scope, id: string): Secret {
  const secret = requireAny(scope, id)
  if (secret.deletedAt !== null) throw markedForDeletion()
  return secret
}

/** A secret to be changed: replicas are changed where their primary is. @throws InvalidParameterException for a replica */
export function requirePrimary(scope: Scope, id: string): Secret {
  const secret = requireAny(scope, id)
  refuseReplica(secret)
  if (secret.deletedAt !== null) throw markedForDeletion()
  return secret
}

export function refuseReplica({ primaryRegion }: Secret): void {
  if (primaryRegion !== null) throw isReplica()
}
