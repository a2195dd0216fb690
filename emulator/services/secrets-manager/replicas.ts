import type { ReplicaRegionType, ReplicationStatusType } from '@aws-sdk/client-secrets-manager'
import { invalidReplicaRegion } from './errors.ts'
import { deleteSecret, findSecretByName, putSecret, type Secret } from './rows/secrets.ts'
import { putVersion, versionsOf } from './rows/versions.ts'
import { seal, unseal, type SealScope } from './sealing.ts'

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html

const regionForm = /^(?:[a-z]+-)+\d+$/

/**
 * Adds replicas of a secret. A region where another secret has the name fails, unless that is to be replaced.
 *
 * @returns the secret as it is now
 * @throws InvalidParameterException for the secret's own region
 */
export function addReplicas(
  scope: SealScope,
  secret: Secret,
  wanted: readonly ReplicaRegionType[],
  force: boolean,
): Secret {
  const states = new Map(secret.replicas.map((one) => [one.Region, one]))
  for (const { Region = '', KmsKeyId } of wanted) {
    if (Region === secret.region || !regionForm.test(Region)) throw invalidReplicaRegion()
    const there = findSecretByName(scope.db, { ...secret, region: Region }, secret.name)
    const isOthers = there !== undefined && there.primaryRegion !== secret.region
    const state: ReplicationStatusType =
      isOthers && !force
        ? {
            Region,
            Status: 'Failed',
            StatusMessage: `Replication failed: Secret name simple already exists in region ${Region}.`,
          }
        : { Region, Status: 'InSync', ...(KmsKeyId !== undefined && { KmsKeyId }) }
    if (isOthers && force) deleteSecret(scope.db, there)
    states.set(Region, state)
  }
  const after = putSecret(scope.db, { ...secret, replicas: [...states.values()] })
  syncReplicas(scope, after)
  return after
}

/** Makes every replica as its primary is now. */
export function syncReplicas(scope: SealScope, secret: Secret): void {
  for (const { Region, Status, KmsKeyId } of secret.replicas) {
    if (Status !== 'InSync') continue
    const there = { ...scope, account: secret.account, region: Region! }
    const replica: Secret = {
      ...secret,
      region: Region!,
      arn: replicaArn(secret, Region!),
      kmsKeyId: KmsKeyId ?? null,
      primaryRegion: secret.region,
      replicas: [],
    }
    const before = findSecretByName(scope.db, replica, secret.name)
    if (before) deleteSecret(scope.db, before)
    putSecret(scope.db, { ...replica, policy: before?.policy ?? null })
    for (const version of versionsOf(scope.db, secret)) {
      const bytes = unseal(scope, secret, version)
      putVersion(scope.db, replica, {
        ...version,
        ...seal(there, replica, version.id, { kind: version.kind, bytes }),
      })
    }
  }
}

export function removeReplicas(
  { db }: SealScope,
  secret: Secret,
  regions: readonly string[],
): Secret {
  for (const region of regions) {
    const replica = findSecretByName(db, { account: secret.account, region }, secret.name)
    if (replica?.primaryRegion === secret.region) deleteSecret(db, replica)
  }
  return putSecret(db, {
    ...secret,
    replicas: secret.replicas.filter(({ Region }) => !regions.includes(Region!)),
  })
}

/** A replica has its primary's ARN, in its own region. */
const replicaArn = ({ arn, region }: Secret, to: string) =>
  arn.replace(`:secretsmanager:${region}:`, `:secretsmanager:${to}:`)
