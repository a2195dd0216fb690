import type {
  CreateDBInstanceReadReplicaMessage,
  CreateDBInstanceReadReplicaResult,
  PromoteReadReplicaMessage,
  PromoteReadReplicaResult,
  SwitchoverReadReplicaMessage,
  SwitchoverReadReplicaResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { instanceNotFound, invalidParameterCombination } from '../errors.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { describeInstance } from '../instances/describe.ts'
import { runnableVersion } from '../instances/engines.ts'
import { invalidInstanceState, wrongInstanceState } from '../instances/errors.ts'
import { checkRetention, checkWindows } from '../instances/limits.ts'
import { addInstance } from '../instances/new-instance.ts'
import { untilSettled } from '../instances/settled.ts'
import { on, requestContext } from '../permissions.ts'
import { findInstance, listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { creationPermissions } from './create-instance.ts'
import { promote } from './instance-states.ts'
import { requireInstance, settledInstance } from './instances.ts'

const mostReplicas = 15

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html */
export const CreateDBInstanceReadReplica = operation<
  CreateDBInstanceReadReplicaMessage,
  CreateDBInstanceReadReplicaResult
>({
  authorize: (input, call) => {
    const { SourceDBInstanceIdentifier: source = '', SourceDBClusterIdentifier: _, ...rest } = input
    const arn = parseArn(source) ? { arn: source } : {}
    return [
      ...creationPermissions(
        rest,
        call,
        requestContext({ PubliclyAccessible: input.PubliclyAccessible }),
      ),
      on(call, 'db', nameIn('db', source), { tags: input.Tags, ...arn }),
    ]
  },
  async prepare({ SourceDBInstanceIdentifier }, call) {
    const source = SourceDBInstanceIdentifier && findSource(call, SourceDBInstanceIdentifier)
    if (source) await untilSettled(call, [source], 'change')
    return undefined
  },
  run(input, call) {
    if (!input.SourceDBInstanceIdentifier) throw mustBeProvided('SourceDBInstanceIdentifier')
    const source = findSource(call, input.SourceDBInstanceIdentifier)
    if (!source) throw instanceNotFound(nameIn('db', input.SourceDBInstanceIdentifier))
    checkSource(call, source)
    const isElsewhere = source.region !== call.region
    const { configuration } = source
    const instance = addInstance(
      call,
      {
        ...input,
        ...(input.CopyTagsToSnapshot === undefined && {
          CopyTagsToSnapshot: configuration.CopyTagsToSnapshot ?? false,
        }),
        // A replica has no backups unless it is asked to.
        BackupRetentionPeriod: 0,
        PubliclyAccessible: input.PubliclyAccessible ?? configuration.PubliclyAccessible ?? true,
        AutoMinorVersionUpgrade:
          input.AutoMinorVersionUpgrade ?? configuration.AutoMinorVersionUpgrade ?? true,
        ...(input.VpcSecurityGroupIds === undefined &&
          !isElsewhere &&
          input.DBSubnetGroupName === undefined && {
            VpcSecurityGroupIds: configuration.VpcSecurityGroups?.map(
              (group) => group.VpcSecurityGroupId!,
            ),
          }),
      },
      {
        version: runnableVersion(source.engine, source.engineVersion),
        source: isElsewhere ? arnOf('db', source, source.id) : source.id,
        inherited: {
          ...configuration,
          ...(isElsewhere && { DBSubnetGroup: undefined, KmsKeyId: undefined }),
        },
        ...(!isElsewhere && { inheritedParameterGroup: source.parameterGroup }),
        hidden: {
          origin: {
            kind: 'replica',
            source: {
              account: source.account,
              region: source.region,
              resourceId: source.resourceId,
            },
          },
        },
      },
    )
    if (isElsewhere) noteReplica(call, source, instance)
    return { DBInstance: describeInstance(call, instance) }
  },
})

/** In another region it is named by its ARN. */
function findSource(call: Call, nameOrArn: string): Instance | undefined {
  const arn = parseArn(nameOrArn)
  if (arn && arn.account !== call.account) return undefined
  return findInstance(call.db, arn ?? call, nameIn('db', nameOrArn))
}

function checkSource(call: Call, source: Instance): void {
  if (source.status !== 'available') throw wrongInstanceState(source.id)
  if (source.clusterId !== null) {
    throw invalidParameterCombination(
      'A read replica of an instance of a DB cluster is made by adding an instance to the cluster.',
    )
  }
  if ((source.configuration.BackupRetentionPeriod ?? 0) === 0 && source.source === null) {
    throw invalidInstanceState(
      'Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.',
    )
  }
  const replicas = listInstances(call.db, source).filter((one) => one.source === source.id)
  if (replicas.length >= mostReplicas) {
    throw invalidInstanceState(
      `The DB instance ${source.id} already has ${mostReplicas} read replicas.`,
    )
  }
}

/** The source shows replicas of other regions by their ARNs. */
function noteReplica(call: Call, source: Instance, replica: Instance): void {
  const before = source.configuration.ReadReplicaDBInstanceIdentifiers ?? []
  updateInstance(call.db, source, {
    configuration: {
      ...source.configuration,
      ReadReplicaDBInstanceIdentifiers: [...before, arnOf('db', replica, replica.id)],
    },
  })
}

export const PromoteReadReplica = operation<PromoteReadReplicaMessage, PromoteReadReplicaResult>({
  authorize: ({ DBInstanceIdentifier = '' }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier)),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, BackupRetentionPeriod = 1, PreferredBackupWindow }, call) {
    const replica = requireInstance(call, DBInstanceIdentifier!)
    if (replica.source === null) {
      throw invalidInstanceState(`DB Instance ${replica.id} is not a read replica.`)
    }
    if (replica.status !== 'available') throw wrongInstanceState(replica.id)
    checkRetention(BackupRetentionPeriod)
    const { configuration } = replica
    if (PreferredBackupWindow) {
      checkWindows(PreferredBackupWindow, configuration.PreferredMaintenanceWindow!)
    }
    const backups = updateInstance(call.db, replica, {
      configuration: {
        ...configuration,
        BackupRetentionPeriod,
        ...(PreferredBackupWindow && { PreferredBackupWindow }),
      },
    })
    return { DBInstance: describeInstance(call, promote(call, backups)) }
  },
})

/** RDS has it for Oracle only, which nothing here runs. */
export const SwitchoverReadReplica = operation<
  SwitchoverReadReplicaMessage,
  SwitchoverReadReplicaResult
>({
  authorize: ({ DBInstanceIdentifier = '' }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier)),
  ],
  run({ DBInstanceIdentifier }, call) {
    const { engine } = requireInstance(call, DBInstanceIdentifier!)
    throw invalidParameterCombination(
      `The SwitchoverReadReplica operation is only supported for Oracle, not for ${engine}.`,
    )
  },
})
