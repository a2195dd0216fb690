import type { DescribeSecretResponse, SecretListEntry } from '@aws-sdk/client-secrets-manager'
import type { Secret } from './rows/secrets.ts'
import { stagesOf } from './versions.ts'
import type { SealScope } from './sealing.ts'

/** What describing and listing share. */
function common(secret: Secret) {
  const { rotation } = secret
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description !== null && { Description: secret.description }),
    ...(secret.kmsKeyId !== null && { KmsKeyId: secret.kmsKeyId }),
    ...(rotation && { RotationEnabled: rotation.enabled }),
    ...(rotation?.lambdaArn !== undefined && { RotationLambdaARN: rotation.lambdaArn }),
    ...(rotation?.rules && { RotationRules: rotation.rules }),
    ...(rotation?.lastAt !== undefined && { LastRotatedDate: new Date(rotation.lastAt) }),
    LastChangedDate: new Date(secret.changedAt),
    ...(secret.accessedAt !== null && { LastAccessedDate: new Date(secret.accessedAt) }),
    ...(secret.deletedAt !== null && { DeletedDate: new Date(secret.deletedAt) }),
    ...(rotation?.enabled &&
      rotation.nextAt !== undefined && { NextRotationDate: new Date(rotation.nextAt) }),
    ...(secret.tags !== null && { Tags: [...secret.tags] }),
    ...(secret.owningService !== null && { OwningService: secret.owningService }),
    CreatedDate: new Date(secret.createdAt),
    ...primaryRegion(secret),
  }
}

/** Only a secret that has replicas, or is one, says where its primary is. */
const primaryRegion = ({ primaryRegion: of, replicas, region }: Secret) =>
  of !== null || replicas.length > 0 ? { PrimaryRegion: of ?? region } : {}

export function describe(scope: Pick<SealScope, 'db'>, secret: Secret): DescribeSecretResponse {
  const stages = stagesOf(scope, secret)
  return {
    ...common(secret),
    ...(Object.keys(stages).length > 0 && { VersionIdsToStages: stages }),
    ...(secret.replicas.length > 0 && { ReplicationStatus: [...secret.replicas] }),
  }
}

export const listEntry = (scope: Pick<SealScope, 'db'>, secret: Secret): SecretListEntry => ({
  ...common(secret),
  SecretVersionsToStages: stagesOf(scope, secret),
})
