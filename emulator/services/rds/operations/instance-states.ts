import type {
  DeleteDBInstanceMessage,
  DeleteDBInstanceResult,
  RebootDBInstanceMessage,
  RebootDBInstanceResult,
  StartDBInstanceMessage,
  StartDBInstanceResult,
  StopDBInstanceMessage,
  StopDBInstanceResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { invalidParameterCombination } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { describeInstance } from '../instances/describe.ts'
import {
  deletionProtected,
  finalSnapshotNotWanted,
  finalSnapshotRequired,
  invalidInstanceState,
  wrongInstanceState,
} from '../instances/errors.ts'
import { newIdentifier } from '../instances/limits.ts'
import { forgetSecret } from '../instances/managed-password.ts'
import { retainBackups, retainReplicated } from '../instances/retained.ts'
import { cancelTimers, longestStop, scheduleRestart } from '../instances/timers.ts'
import { on } from '../permissions.ts'
import { replicatedBackups } from '../rows/automated-backups.ts'
import { listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { insertSnapshot } from '../rows/snapshots.ts'
import { removeAutomatedSnapshots } from '../snapshots/automated.ts'
import { requireNewSnapshot } from '../snapshots/find.ts'
import { copyTagsToSnapshot, snapshotOf } from '../snapshots/new-snapshot.ts'
import { requireOwnInstance, settledInstance } from './instances.ts'

const onInstance = (
  { DBInstanceIdentifier = '' }: { DBInstanceIdentifier?: string | undefined },
  call: Call,
) => [on(call, 'db', nameIn('db', DBInstanceIdentifier))]

export const RebootDBInstance = operation<RebootDBInstanceMessage, RebootDBInstanceResult>({
  authorize: onInstance,
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, ForceFailover: failover = false }, call) {
    const instance = requireOwnInstance(call, DBInstanceIdentifier!)
    if (!['available', 'incompatible-parameters'].includes(instance.status)) {
      throw wrongInstanceState(instance.id)
    }
    if (failover && !instance.configuration.MultiAZ) {
      throw invalidParameterCombination(
        'Cannot force failover for a DB instance that is not Multi-AZ.',
      )
    }
    const { parametersPending: _, ...hidden } = instance.private
    return {
      DBInstance: change(call, instance, 'rebooting', {
        ...hidden,
        task: { kind: 'reboot', failover },
      }),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html */
export const StopDBInstance = operation<StopDBInstanceMessage, StopDBInstanceResult>({
  authorize: ({ DBInstanceIdentifier, DBSnapshotIdentifier }, call) => [
    ...onInstance({ DBInstanceIdentifier }, call),
    ...(DBSnapshotIdentifier ? [on(call, 'snapshot', DBSnapshotIdentifier.toLowerCase())] : []),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, DBSnapshotIdentifier }, call) {
    const instance = requireOwnInstance(call, DBInstanceIdentifier!)
    if (instance.status !== 'available') throw wrongInstanceState(instance.id)
    if (instance.clusterId !== null) {
      throw invalidParameterCombination(
        'aurora-postgresql DB instances are not eligible for stopping or starting.',
      )
    }
    if (instance.source !== null) {
      throw invalidParameterCombination('Cannot stop or start a read replica.')
    }
    if (replicasOf(call, instance).length > 0) {
      throw invalidParameterCombination(
        'Cannot stop or start a DB instance that has read replicas.',
      )
    }
    const snapshot =
      DBSnapshotIdentifier === undefined
        ? undefined
        : addSnapshot(call, instance, 'DBSnapshotIdentifier', DBSnapshotIdentifier)
    scheduleRestart(call, instance)
    const restart = new Date(call.now + longestStop)
    const stopped = {
      ...instance,
      configuration: { ...instance.configuration, AutomaticRestartTime: restart },
    }
    updateInstance(call.db, instance, { configuration: stopped.configuration })
    return {
      DBInstance: change(call, stopped, 'stopping', {
        ...instance.private,
        task: { kind: 'stop', ...(snapshot !== undefined && { snapshot }) },
      }),
    }
  },
})

export const StartDBInstance = operation<StartDBInstanceMessage, StartDBInstanceResult>({
  authorize: onInstance,
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier }, call) {
    const instance = requireOwnInstance(call, DBInstanceIdentifier!)
    if (!['stopped', 'inaccessible-encryption-credentials-recoverable'].includes(instance.status)) {
      throw invalidInstanceState(
        `Instance ${instance.id} is not stopped or in inaccessible-encryption-credentials-recoverable state.`,
      )
    }
    call.timers.cancel('endOfStop', instance.resourceId)
    const { AutomaticRestartTime: _, ...configuration } = instance.configuration
    const started = updateInstance(call.db, instance, { configuration })
    return { DBInstance: change(call, started, 'starting', instance.private) }
  },
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html */
export const DeleteDBInstance = operation<DeleteDBInstanceMessage, DeleteDBInstanceResult>({
  authorize: ({ DBInstanceIdentifier, FinalDBSnapshotIdentifier, SkipFinalSnapshot }, call) => [
    ...onInstance({ DBInstanceIdentifier }, call),
    ...(FinalDBSnapshotIdentifier && !SkipFinalSnapshot
      ? [
          on(call, 'snapshot', FinalDBSnapshotIdentifier.toLowerCase(), {
            action: 'rds:CreateDBSnapshot',
          }),
        ]
      : []),
  ],
  async prepare({ DBInstanceIdentifier, SkipFinalSnapshot, DeleteAutomatedBackups }, call) {
    // A final snapshot is of data that are there, and backups that are kept have to be there.
    const needsAll = !SkipFinalSnapshot || DeleteAutomatedBackups === false
    return needsAll ? settledInstance(call, DBInstanceIdentifier) : undefined
  },
  run(input, call) {
    const instance = requireOwnInstance(call, input.DBInstanceIdentifier!)
    if (instance.status === 'deleting') {
      throw invalidInstanceState(`Instance ${instance.id} is already being deleted.`)
    }
    if (instance.configuration.DeletionProtection) throw deletionProtected()
    const needsNone = instance.clusterId !== null || instance.source !== null
    const { SkipFinalSnapshot: skips = false, FinalDBSnapshotIdentifier: name } = input
    if (skips && name !== undefined) throw finalSnapshotNotWanted()
    if (!skips && name === undefined && !needsNone) throw finalSnapshotRequired()
    if (name !== undefined && needsNone) {
      throw invalidParameterCombination(
        'FinalDBSnapshotIdentifier can not be specified when deleting a replica instance',
      )
    }
    if (
      name !== undefined &&
      !['available', 'storage-optimization', 'stopped'].includes(instance.status)
    ) {
      throw invalidInstanceState(
        `Instance ${instance.id} is in ${instance.status} state: a final snapshot can't be taken.`,
      )
    }
    const finalSnapshot =
      name === undefined
        ? undefined
        : addSnapshot(call, instance, 'FinalDBSnapshotIdentifier', name)
    const { DeleteAutomatedBackups: deletes = true } = input
    if (deletes) removeAutomatedSnapshots(call, instance)
    else retainBackups(call, instance)
    for (const one of replicatedBackups(call.db, instance)) {
      if (one.status === 'replicating') retainReplicated(call, one)
    }
    cancelTimers(call, instance)
    forgetSecret(call, instance.configuration)
    for (const replica of replicasOf(call, instance)) promote(call, replica)
    return {
      DBInstance: change(call, instance, 'deleting', {
        ...instance.private,
        task: { kind: 'delete', ...(finalSnapshot !== undefined && { finalSnapshot }) },
      }),
    }
  },
})

const replicasOf = (call: Call, { id }: Instance) =>
  listInstances(call.db, call).filter(({ source }) => source === id)

/** What loses its source is an instance of its own. */
export function promote(call: Call, replica: Instance): Instance {
  const promoted = updateInstance(call.db, replica, {
    source: null,
    status: replica.status === 'available' ? 'modifying' : replica.status,
    private: { ...replica.private, task: { kind: 'promote' } },
  })
  recordEvent(call, { sourceType: 'db-instance', source: replica.id, id: 'RDS-EVENT-0062' })
  call.ports.databases?.changed(call.db, promoted)
  return promoted
}

function addSnapshot(call: Call, instance: Instance, parameter: string, name: string): string {
  const id = newIdentifier(parameter, name, 255)
  requireNewSnapshot(call, id)
  insertSnapshot(call.db, snapshotOf(call, instance, id, 'manual'))
  copyTagsToSnapshot(call, instance, id)
  recordEvent(call, { sourceType: 'db-snapshot', source: id, id: 'RDS-EVENT-0040' })
  return id
}

function change(call: Call, instance: Instance, status: string, hidden: Instance['private']) {
  const changed = updateInstance(call.db, instance, { status, private: hidden })
  call.ports.databases?.changed(call.db, changed)
  return describeInstance(call, changed)
}
