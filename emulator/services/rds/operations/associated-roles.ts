import type {
  AddRoleToDBClusterMessage,
  AddRoleToDBInstanceMessage,
  RemoveRoleFromDBClusterMessage,
  RemoveRoleFromDBInstanceMessage,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../errors.ts'
import { operation, type Permission } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { wrongClusterState } from '../clusters/errors.ts'
import { requireCluster } from '../clusters/members.ts'
import { invalidInstanceState } from '../instances/errors.ts'
import { on } from '../permissions.ts'
import { updateCluster } from '../rows/clusters.ts'
import { updateInstance } from '../rows/instances.ts'
import { requireInstance, settledInstance } from './instances.ts'
import { settledCluster } from './clusters.ts'

// Roles are for features that reach other services (import from S3, Lambda), which no engine here does.

const passing = (arn: string | undefined): Permission[] => [
  { action: 'iam:PassRole', resource: arn ?? '*' },
]

export const AddRoleToDBInstance = operation<AddRoleToDBInstanceMessage, {}>({
  coverage: 'recorded',
  authorize: ({ DBInstanceIdentifier = '', RoleArn }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier)),
    ...passing(RoleArn),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, RoleArn, FeatureName }, call) {
    const instance = requireInstance(call, DBInstanceIdentifier!)
    const { id, configuration } = instance
    if (instance.status !== 'available') {
      throw invalidInstanceState(`Instance ${id} should be in a valid state to add role.`)
    }
    const roles = configuration.AssociatedRoles ?? []
    if (roles.some((one) => one.RoleArn === RoleArn || one.FeatureName === FeatureName)) {
      throw new AwsError(
        'DBInstanceRoleAlreadyExists',
        `Role ARN ${RoleArn} already exists for DB Instance: ${id}.`,
      )
    }
    const added = { RoleArn, FeatureName, Status: 'ACTIVE' }
    updateInstance(call.db, instance, {
      configuration: { ...configuration, AssociatedRoles: [...roles, added] },
    })
    return {}
  },
})

export const RemoveRoleFromDBInstance = operation<RemoveRoleFromDBInstanceMessage, {}>({
  coverage: 'recorded',
  authorize: ({ DBInstanceIdentifier = '', RoleArn }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier)),
    ...passing(RoleArn),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, RoleArn, FeatureName }, call) {
    const instance = requireInstance(call, DBInstanceIdentifier!)
    const { id, configuration } = instance
    const roles = configuration.AssociatedRoles ?? []
    const left = roles.filter((one) => one.RoleArn !== RoleArn || one.FeatureName !== FeatureName)
    if (left.length === roles.length) {
      throw new AwsError(
        'DBInstanceRoleNotFound',
        `Role ARN ${RoleArn} cannot be found for DB Instance: ${id}.`,
        { status: 404 },
      )
    }
    updateInstance(call.db, instance, {
      configuration: { ...configuration, AssociatedRoles: left },
    })
    return {}
  },
})

export const AddRoleToDBCluster = operation<AddRoleToDBClusterMessage, {}>({
  coverage: 'recorded',
  authorize: ({ DBClusterIdentifier = '', RoleArn }, call) => [
    on(call, 'cluster', nameIn('cluster', DBClusterIdentifier)),
    ...passing(RoleArn),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
  run({ DBClusterIdentifier, RoleArn, FeatureName }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    const { id, configuration } = cluster
    if (cluster.status !== 'available') throw wrongClusterState(id)
    const roles = configuration.AssociatedRoles ?? []
    if (
      roles.some(
        (one) =>
          one.RoleArn === RoleArn || (FeatureName !== undefined && one.FeatureName === FeatureName),
      )
    ) {
      throw new AwsError(
        'DBClusterRoleAlreadyExists',
        `Role ARN ${RoleArn} already exists for DB Cluster: ${id}.`,
      )
    }
    const added = { RoleArn, Status: 'ACTIVE', ...(FeatureName !== undefined && { FeatureName }) }
    updateCluster(call.db, cluster, {
      configuration: { ...configuration, AssociatedRoles: [...roles, added] },
    })
    return {}
  },
})

export const RemoveRoleFromDBCluster = operation<RemoveRoleFromDBClusterMessage, {}>({
  coverage: 'recorded',
  authorize: ({ DBClusterIdentifier = '', RoleArn }, call) => [
    on(call, 'cluster', nameIn('cluster', DBClusterIdentifier)),
    ...passing(RoleArn),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
  run({ DBClusterIdentifier, RoleArn, FeatureName }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    const { id, configuration } = cluster
    const roles = configuration.AssociatedRoles ?? []
    const left = roles.filter(
      (one) =>
        one.RoleArn !== RoleArn || (FeatureName !== undefined && one.FeatureName !== FeatureName),
    )
    if (left.length === roles.length) {
      throw new AwsError(
        'DBClusterRoleNotFound',
        `Role ARN ${RoleArn} cannot be found for DB Cluster: ${id}.`,
        { status: 404 },
      )
    }
    updateCluster(call.db, cluster, {
      configuration: { ...configuration, AssociatedRoles: left },
    })
    return {}
  },
})
