import type { DBInstance, MasterUserSecret, ModifyDBInstanceMessage } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import type { SecretScope } from '../../../ports.ts'
import { invalidParameterCombination } from '../errors.ts'

// Passwords of master users that RDS keeps in Secrets Manager, of instances and of clusters:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html

/** Whose master user it is. */
export interface PasswordHolder {
  readonly kind: 'instance' | 'cluster'
  readonly arn: string
  readonly configuration: Pick<DBInstance, 'MasterUserSecret' | 'MasterUsername'>
}

/** What a request says of the password. */
export type PasswordWish = Pick<
  ModifyDBInstanceMessage,
  | 'ApplyImmediately'
  | 'ManageMasterUserPassword'
  | 'MasterUserPassword'
  | 'MasterUserSecretKmsKeyId'
  | 'RotateMasterUserPassword'
>

/** A password that nobody chose: 32 characters that every engine takes. */
export const generatedPassword = ({ ids }: Pick<Call, 'ids'>): string =>
  ids.bytes(24).toString('base64url')

/**
 * What a request for something new may say of the password.
 *
 * @throws InvalidParameterCombination
 */
export function checkManagedPassword(wish: PasswordWish): void {
  if (wish.ManageMasterUserPassword && wish.MasterUserPassword !== undefined) {
    throw invalidParameterCombination(
      "You can't specify MasterUserPassword when you enable ManageMasterUserPassword.",
    )
  }
  if (wish.MasterUserSecretKmsKeyId !== undefined && !wish.ManageMasterUserPassword) {
    throw invalidParameterCombination(
      'A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.',
    )
  }
}

/** The words that differ between instances and clusters. */
const words = {
  instance: { name: 'rds!db-', what: 'DB instance', tag: 'aws:rds:primaryDBInstanceArn' },
  cluster: { name: 'rds!cluster-', what: 'DB cluster', tag: 'aws:rds:primaryDBClusterArn' },
} as const

/** The password is kept in a secret of RDS's, in Secrets Manager. @returns what is shown of the secret */
export function keepInSecret(
  call: SecretScope,
  holder: PasswordHolder,
  password: string,
  kmsKeyId: string | undefined,
): { readonly MasterUserSecret?: MasterUserSecret } {
  const { secrets } = call.ports
  if (!secrets) return {}
  const { name, what, tag } = words[holder.kind]
  const { arn, keyArn } = secrets.create(call, {
    service: 'rds',
    name: `${name}${call.ids.uuid()}`,
    description: `The secret associated with the primary RDS ${what}: ${holder.arn}`,
    kmsKeyId,
    value: secretText(holder, password),
    tags: [
      { Key: tag, Value: holder.arn },
      { Key: 'aws:secretsmanager:owningService', Value: 'rds' },
    ],
  })
  return { MasterUserSecret: { SecretArn: arn, SecretStatus: 'active', KmsKeyId: keyArn } }
}

/** Another password in the secret; the engine gets it by the row. @returns the password */
export function rotateSecret(call: SecretScope, holder: PasswordHolder): string {
  const password = generatedPassword(call)
  const arn = holder.configuration.MasterUserSecret?.SecretArn
  if (arn) call.ports.secrets?.setValue(call, arn, secretText(holder, password))
  return password
}

/** The password is somebody's own again, or what it opens goes. @returns what of the configuration is left */
export function forgetSecret<Configuration extends PasswordHolder['configuration']>(
  call: SecretScope,
  configuration: Configuration,
): Omit<Configuration, 'MasterUserSecret'> {
  const { MasterUserSecret, ...rest } = configuration
  if (MasterUserSecret?.SecretArn) call.ports.secrets?.delete(call, MasterUserSecret.SecretArn)
  return rest
}

const secretText = ({ configuration }: PasswordHolder, password: string): string =>
  JSON.stringify({ username: configuration.MasterUsername, password })

/** How a change of something goes on with its password. */
export interface PasswordChange {
  /** The secret that there is from now on. */
  readonly secret?: MasterUserSecret | undefined
  /** What the engine is to be given; one of somebody's own is not in here. */
  readonly password?: string
}

/**
 * The password goes into a secret, gets another one there, or is somebody's own again.
 *
 * @throws InvalidParameterCombination
 */
export function changePassword(
  call: SecretScope,
  holder: PasswordHolder,
  wish: PasswordWish,
): PasswordChange {
  const { ManageMasterUserPassword: manage, MasterUserPassword: own } = wish
  const { MasterUserSecret: secret } = holder.configuration
  if (own !== undefined && (manage ?? secret !== undefined)) {
    throw invalidParameterCombination(
      `You can't specify MasterUserPassword for a ${words[holder.kind].what} whose password is managed in Secrets Manager.`,
    )
  }
  if (manage === false && own === undefined) {
    throw invalidParameterCombination(
      'MasterUserPassword must be provided when ManageMasterUserPassword is set to false.',
    )
  }
  if (manage !== true) checkManagedPassword(wish)
  if (manage === false) {
    forgetSecret(call, holder.configuration)
    return {}
  }
  if (wish.RotateMasterUserPassword) return rotated(call, holder, wish)
  if (!manage || secret) return { secret }
  const password = generatedPassword(call)
  const kept = keepInSecret(call, holder, password, wish.MasterUserSecretKmsKeyId)
  return { secret: kept.MasterUserSecret, password }
}

function rotated(call: SecretScope, holder: PasswordHolder, wish: PasswordWish): PasswordChange {
  const { MasterUserSecret: secret } = holder.configuration
  if (!secret) {
    throw invalidParameterCombination(
      'You can rotate the master user password only where it is managed in Secrets Manager.',
    )
  }
  if (!wish.ApplyImmediately) {
    throw invalidParameterCombination(
      'You must apply the change immediately when rotating the master user password.',
    )
  }
  return { secret, password: rotateSecret(call, holder) }
}

/** As an answer shows a secret that has just been asked to change. */
export const changing = (
  secret: MasterUserSecret | undefined,
  SecretStatus: 'creating' | 'rotating',
): { readonly MasterUserSecret?: MasterUserSecret } =>
  secret ? { MasterUserSecret: { ...secret, SecretStatus } } : {}
