import type {
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse,
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse,
  StopReplicationToReplicaRequest,
  StopReplicationToReplicaResponse,
} from '@aws-sdk/client-secrets-manager'
import { operation } from '../../../operation.ts'
import { isNoReplica } from '../errors.ts'
import { requirePrimary, requireSecret } from '../find-secret.ts'
import { onSecret } from '../permissions.ts'
import { addReplicas, removeReplicas } from '../replicas.ts'
import { findSecretByName, putSecret } from '../rows/secrets.ts'

export const ReplicateSecretToRegions = operation<
  ReplicateSecretToRegionsRequest,
  ReplicateSecretToRegionsResponse
>({
  authorize: ({ SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret: force }, call) => [
    onSecret(call, SecretId!, {
      'secretsmanager:AddReplicaRegions': AddReplicaRegions!.map(({ Region = '' }) => Region),
      ...(force !== undefined && {
        'secretsmanager:ForceOverwriteReplicaSecret': String(force),
      }),
    }),
  ],
  run({ SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret = false }, call) {
    const secret = requirePrimary(call, SecretId!)
    const scope = { ...call, account: secret.account }
    const after = addReplicas(scope, secret, AddReplicaRegions!, ForceOverwriteReplicaSecret)
    return { ARN: after.arn, ReplicationStatus: [...after.replicas] }
  },
})

export const RemoveRegionsFromReplication = operation<
  RemoveRegionsFromReplicationRequest,
  RemoveRegionsFromReplicationResponse
>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId, RemoveReplicaRegions }, call) {
    const secret = requirePrimary(call, SecretId!)
    const after = removeReplicas(call, secret, RemoveReplicaRegions!)
    return { ARN: after.arn, ReplicationStatus: [...after.replicas] }
  },
})

/** A replica becomes a secret of its own, which its primary knows nothing of any more. */
export const StopReplicationToReplica = operation<
  StopReplicationToReplicaRequest,
  StopReplicationToReplicaResponse
>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId }, call) {
    const replica = requireSecret(call, SecretId!)
    if (replica.primaryRegion === null) throw isNoReplica()
    const { account, primaryRegion, name, region } = replica
    const primary = findSecretByName(call.db, { account, region: primaryRegion }, name)
    if (primary) {
      putSecret(call.db, {
        ...primary,
        replicas: primary.replicas.filter(({ Region }) => Region !== region),
      })
    }
    putSecret(call.db, { ...replica, primaryRegion: null })
    return { ARN: replica.arn }
  },
})
