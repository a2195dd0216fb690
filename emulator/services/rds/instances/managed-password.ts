import type { DBInstance } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { instanceArn } from '../arns.ts'
import { updateInstance, type Instance } from '../rows/instances.ts'

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html

type Scope = Pick<Call, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>

/** A password that nobody chose: 32 characters that every engine takes. */
export const generatedPassword = ({ ids }: Pick<Call, 'ids'>): string =>
  ids.bytes(24).toString('base64url')

/** The password is kept in a secret of RDS's, in Secrets Manager. @returns the instance as it is now */
export function keepInSecret(
  call: Scope,
  instance: Instance,
  password: string,
  kmsKeyId: string | undefined,
): Instance {
  const { secrets } = call.ports
  if (!secrets) return instance
  const { arn, keyArn } = secrets.create(call, {
    service: 'rds',
    name: `rds!db-${call.ids.uuid()}`,
    description: `The secret associated with the primary RDS DB instance: ${instanceArn(instance, instance.id)}`,
    kmsKeyId,
    value: secretText(instance, password),
    tags: [
      { Key: 'aws:rds:primaryDBInstanceArn', Value: instanceArn(instance, instance.id) },
      { Key: 'aws:secretsmanager:owningService', Value: 'rds' },
    ],
  })
  const MasterUserSecret = { SecretArn: arn, SecretStatus: 'active', KmsKeyId: keyArn }
  return updateInstance(call.db, instance, {
    configuration: { ...instance.configuration, MasterUserSecret },
  })
}

/** Another password in the secret. */
export function rotateSecret(call: Scope, instance: Instance, password: string): void {
  const arn = instance.configuration.MasterUserSecret?.SecretArn
  if (arn) call.ports.secrets?.setValue(call, arn, secretText(instance, password))
}

/** The password is somebody's own again, or the instance goes. @returns what of the instance is left */
export function forgetSecret(call: Scope, instance: Instance): Partial<DBInstance> {
  const { MasterUserSecret, ...rest } = instance.configuration
  if (MasterUserSecret?.SecretArn) call.ports.secrets?.delete(call, MasterUserSecret.SecretArn)
  return rest
}

const secretText = ({ configuration }: Instance, password: string): string =>
  JSON.stringify({ username: configuration.MasterUsername, password })
