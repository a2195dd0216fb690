import type { DBCluster } from '@aws-sdk/client-rds'
import type { TimerCall } from '../../../clock/timers.ts'
import type { ManagedPasswords } from '../../../ports.ts'
import { arnOf, instanceArn } from '../arns.ts'
import { recordEvent } from '../events/record-event.ts'
import { keepInSecret, rotateSecret, type PasswordHolder } from '../instances/managed-password.ts'
import { listClusters, updateCluster, type Cluster } from '../rows/clusters.ts'
import { findInstance, listInstances, updateInstance, type Instance } from '../rows/instances.ts'

type Scope = Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>

/** A cluster as the holder of its master user's password. */
export const passwordHolder = (cluster: Cluster): PasswordHolder => ({
  kind: 'cluster',
  arn: arnOf('cluster', cluster, cluster.id),
  configuration: cluster.configuration,
})

/** A new cluster's password is kept in a secret. @returns the cluster as it is now */
export function keepClusterPassword(
  call: Scope,
  cluster: Cluster,
  password: string,
  kmsKeyId: string | undefined,
): Cluster {
  const secret = keepInSecret(call, passwordHolder(cluster), password, kmsKeyId)
  const configuration: Partial<DBCluster> = { ...cluster.configuration, ...secret }
  return updateCluster(call.db, cluster, { configuration })
}

/** The engine gets a password: that of the instance that writes, or of the first one that comes. */
export function giveClusterPassword(call: Scope, cluster: Cluster, password: string): Cluster {
  const writer =
    cluster.private.writer === undefined
      ? undefined
      : findInstance(call.db, call, cluster.private.writer)
  if (writer) givePassword(call, writer, password)
  return updateCluster(call.db, cluster, {
    private: { ...cluster.private, newPassword: password },
  })
}

/** It is set as soon as the engine runs. */
function givePassword(call: Scope, instance: Instance, password: string): void {
  const changed = updateInstance(call.db, instance, {
    private: { ...instance.private, newPassword: password },
    ...(instance.status === 'available' && { status: 'resetting-master-credentials' }),
  })
  recordEvent(call, { sourceType: 'db-instance', source: changed.id, id: 'RDS-EVENT-0016' })
  call.ports.databases?.changed(call.db, changed)
}

/** What Secrets Manager asks of RDS: another password, for the database that a secret opens. */
export const managedPasswords: ManagedPasswords = {
  rotate(call, secretArn) {
    const isOf = ({ configuration }: Pick<PasswordHolder, 'configuration'>) =>
      configuration.MasterUserSecret?.SecretArn === secretArn
    const instance = listInstances(call.db, call).find(isOf)
    if (instance) {
      const arn = instanceArn(instance, instance.id)
      const { configuration } = instance
      const password = rotateSecret(call, { kind: 'instance', arn, configuration })
      givePassword(call, instance, password)
      return true
    }
    const cluster = listClusters(call.db, call).find((one) => isOf(passwordHolder(one)))
    if (!cluster) return false
    giveClusterPassword(call, cluster, rotateSecret(call, passwordHolder(cluster)))
    return true
  },
}
