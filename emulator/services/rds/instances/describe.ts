import type { DBInstance } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, instanceArn } from '../arns.ts'
import { isPostgres } from './engines.ts'
import { changing } from './managed-password.ts'
import { listInstances, type Instance } from '../rows/instances.ts'
import { tagsOf } from '../rows/tags.ts'

/** A password that somebody chose has not reached the new engine yet. */
const isBeingGiven = ({ status, private: hidden, configuration }: Instance): boolean =>
  status === 'creating' &&
  hidden.newPassword !== undefined &&
  configuration.MasterUserSecret === undefined

type Scope = Pick<Call, 'db' | 'now'>

/** An instance as RDS shows it. */
export function describeInstance({ db, now }: Scope, instance: Instance): DBInstance {
  const { configuration, id, region, account, pending } = instance
  const scope = { db, region, account }
  const replicas = listInstances(db, instance).filter(
    ({ source, status }) => source === id && status !== 'deleting',
  )
  const isReplica = instance.source !== null
  const hasBackups =
    (configuration.BackupRetentionPeriod ?? 0) > 0 && instance.status !== 'creating'
  const waiting = instance.private.pendingPassword
  return {
    ...configuration,
    DBInstanceIdentifier: id,
    DBInstanceArn: instanceArn(instance, id),
    DbiResourceId: instance.resourceId,
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    DBInstanceStatus: instance.status,
    // While it is made, nobody knows yet where it will be.
    ...(instance.status !== 'creating' && { InstanceCreateTime: new Date(instance.createdAt) }),
    ...(instance.clusterId !== null && { DBClusterIdentifier: instance.clusterId }),
    ...(instance.parameterGroup !== '' && {
      DBParameterGroups: [
        {
          DBParameterGroupName: instance.parameterGroup,
          ParameterApplyStatus: instance.private.parametersPending ? 'pending-reboot' : 'in-sync',
        },
      ],
    }),
    ...(instance.optionGroup !== '' && {
      OptionGroupMemberships: [{ OptionGroupName: instance.optionGroup, Status: 'in-sync' }],
    }),
    ReadReplicaDBInstanceIdentifiers: [
      ...replicas.map((one) => one.id),
      ...(configuration.ReadReplicaDBInstanceIdentifiers ?? []),
    ],
    ...(isReplica && {
      ReadReplicaSourceDBInstanceIdentifier: instance.source,
      StatusInfos: [
        {
          StatusType: 'read replication',
          Normal: true,
          Status: instance.status === 'available' ? 'replicating' : 'stopped',
        },
      ],
      ...(isPostgres(instance.engine) && { ReplicaMode: undefined }),
    }),
    ...(configuration.MasterUserSecret &&
      instance.status === 'creating' &&
      changing(configuration.MasterUserSecret, 'creating')),
    ...((configuration.MonitoringInterval ?? 0) > 0 && {
      EnhancedMonitoringResourceArn: `arn:aws:logs:${region}:${account}:log-group:RDSOSMetrics:log-stream:${instance.resourceId}`,
    }),
    PendingModifiedValues: {
      ...pending,
      ...((waiting !== undefined || isBeingGiven(instance)) && { MasterUserPassword: '****' }),
    },
    ...(hasBackups &&
      instance.clusterId === null && {
        LatestRestorableTime: new Date(Math.trunc(now / 1000) * 1000),
      }),
    TagList: tagsOf(scope, arnOf('db', instance, id)),
  }
}
