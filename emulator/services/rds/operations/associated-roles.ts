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

interface Role {
  readonly RoleArn?: string | undefined
  readonly FeatureName?: string | undefined
}

/** What has roles: their codes begin with it. */
type Owner = 'DBInstance' | 'DBCluster'
const spoken = { DBInstance: 'DB Instance', DBCluster: 'DB Cluster' } as const

/** A feature has one role, and a role is there once. @throws DBInstanceRoleAlreadyExists, DBClusterRoleAlreadyExists */
function added(owner: Owner, id: string, roles: readonly Role[], { RoleArn, FeatureName }: Role) {
  const isThere = roles.some(
    (one) =>
      one.RoleArn === RoleArn || (FeatureName !== undefined && one.FeatureName === FeatureName),
  )
  if (isThere) {
    throw new AwsError(
      `${owner}RoleAlreadyExists`,
      `Role ARN ${RoleArn} already exists for ${spoken[owner]}: ${id}.`,
    )
  }
  const role = { RoleArn, Status: 'ACTIVE', ...(FeatureName !== undefined && { FeatureName }) }
  return [...roles, role]
}

/** @throws DBInstanceRoleNotFound, DBClusterRoleNotFound */
function without(owner: Owner, id: string, roles: readonly Role[], { RoleArn, FeatureName }: Role) {
  const left = roles.filter(
    (one) =>
      one.RoleArn !== RoleArn || (FeatureName !== undefined && one.FeatureName !== FeatureName),
  )
  if (left.length < roles.length) return left
  throw new AwsError(
    `${owner}RoleNotFound`,
    `Role ARN ${RoleArn} cannot be found for ${spoken[owner]}: ${id}.`,
    { status: 404 },
  )
}

export const AddRoleToDBInstance = operation<AddRoleToDBInstanceMessage, {}>({
  coverage: 'recorded',
  authorize: ({ DBInstanceIdentifier = '', RoleArn }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier)),
    ...passing(RoleArn),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, ...role }, call) {
    const instance = requireInstance(call, DBInstanceIdentifier!)
    const { id, configuration } = instance
    if (instance.status !== 'available') {
      throw invalidInstanceState(`Instance ${id} should be in a valid state to add role.`)
    }
    const AssociatedRoles = added('DBInstance', id, configuration.AssociatedRoles ?? [], role)
    updateInstance(call.db, instance, { configuration: { ...configuration, AssociatedRoles } })
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
  run({ DBInstanceIdentifier, ...role }, call) {
    const instance = requireInstance(call, DBInstanceIdentifier!)
    const { id, configuration } = instance
    const AssociatedRoles = without('DBInstance', id, configuration.AssociatedRoles ?? [], role)
    updateInstance(call.db, instance, { configuration: { ...configuration, AssociatedRoles } })
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
  run({ DBClusterIdentifier, ...role }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    const { id, configuration } = cluster
    if (cluster.status !== 'available') throw wrongClusterState(id)
    const AssociatedRoles = added('DBCluster', id, configuration.AssociatedRoles ?? [], role)
    updateCluster(call.db, cluster, { configuration: { ...configuration, AssociatedRoles } })
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
  run({ DBClusterIdentifier, ...role }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    const { id, configuration } = cluster
    const AssociatedRoles = without('DBCluster', id, configuration.AssociatedRoles ?? [], role)
    updateCluster(call.db, cluster, { configuration: { ...configuration, AssociatedRoles } })
    return {}
  },
})
