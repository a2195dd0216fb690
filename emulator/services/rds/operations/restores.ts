import type {
  DBInstance,
  DBSnapshot,
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceFromDBSnapshotResult,
  RestoreDBInstanceToPointInTimeMessage,
  RestoreDBInstanceToPointInTimeResult,
} from '@aws-sdk/client-rds'
import { wallTimeOf } from '../../../clock/wall-time.ts'
import { operation, type Call } from '../../../operation.ts'
import { autoBackupName, nameIn, parseArn } from '../arns.ts'
import { instanceNotFound, invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { describeInstance } from '../instances/describe.ts'
import { runnableVersion } from '../instances/engines.ts'
import {
  automatedBackupNotFound,
  invalidInstanceState,
  pointInTimeRestoreNotEnabled,
  storageOfRestore,
} from '../instances/errors.ts'
import { checkManagedPassword, generatedPassword } from '../instances/managed-password.ts'
import { addInstance, type Wish } from '../instances/new-instance.ts'
import { on, requestContext } from '../permissions.ts'
import { findAutomatedBackup, listAutomatedBackups } from '../rows/automated-backups.ts'
import { backupsOf } from '../rows/base-backups.ts'
import {
  findInstance,
  findInstanceByResource,
  listInstances,
  type InstancePrivate,
  updateInstance,
  type Instance,
  type Origin,
} from '../rows/instances.ts'
import { requireUsableSnapshot } from '../snapshots/find.ts'
import { creationPermissions, manageNewPassword } from './create-instance.ts'
import { settledInstance } from './instances.ts'
import { requireWhole, settledSnapshot } from './snapshots.ts'

export const RestoreDBInstanceFromDBSnapshot = operation<
  RestoreDBInstanceFromDBSnapshotMessage,
  RestoreDBInstanceFromDBSnapshotResult
>({
  authorize: (input, call) => {
    const source = input.DBSnapshotIdentifier ?? ''
    return [
      ...restorePermissions(input, call),
      on(call, 'snapshot', nameIn('snapshot', source), {
        tags: input.Tags,
        ...(parseArn(source) && { arn: source }),
      }),
    ]
  },
  prepare: ({ DBSnapshotIdentifier }, call) => settledSnapshot(call, DBSnapshotIdentifier),
  run(input, call) {
    if (!input.DBSnapshotIdentifier) throw mustBeProvided('DBSnapshotIdentifier')
    const snapshot = requireWhole(requireUsableSnapshot(call, input.DBSnapshotIdentifier))
    checkEngine(input.Engine, snapshot.engine)
    checkSize(input.AllocatedStorage, snapshot.configuration.AllocatedStorage)
    const { configuration } = snapshot
    const instance = addInstance(call, wishOf(input), {
      version: runnableVersion(snapshot.engine, snapshot.engineVersion),
      inherited: {
        ...inheritedOf(configuration),
        DBInstanceClass: snapshot.private.instanceClass,
        DBName: snapshot.private.databaseName,
        BackupRetentionPeriod: snapshot.private.retention,
      },
      inheritedPort: snapshot.private.port,
      hidden: { origin: { kind: 'backup', backup: snapshot.private.backup! } },
    })
    return { DBInstance: managedOrNot(call, instance, input) }
  },
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html */
export const RestoreDBInstanceToPointInTime = operation<
  RestoreDBInstanceToPointInTimeMessage,
  RestoreDBInstanceToPointInTimeResult
>({
  authorize: (input, call) => [
    ...(input.SourceDBInstanceIdentifier
      ? [on(call, 'db', nameIn('db', input.SourceDBInstanceIdentifier), { tags: input.Tags })]
      : []),
    ...restorePermissions(
      { ...input, DBInstanceIdentifier: input.TargetDBInstanceIdentifier },
      call,
    ),
  ],
  prepare: ({ SourceDBInstanceIdentifier }, call) =>
    settledInstance(call, SourceDBInstanceIdentifier),
  run(input, call) {
    const source = sourceOfRestore(call, input)
    const moment = momentOf(call, input)
    checkEngine(input.Engine, source.engine)
    checkSize(input.AllocatedStorage, source.configuration.AllocatedStorage)
    const instance = addInstance(
      call,
      {
        ...wishOf(input),
        DBInstanceIdentifier: input.TargetDBInstanceIdentifier,
      },
      {
        version: runnableVersion(source.engine, source.engineVersion),
        inherited: inheritedOf(source.configuration),
        inheritedPort: source.private?.wantedPort,
        hidden: { origin: originOf(call, source, moment) },
      },
    )
    return { DBInstance: managedOrNot(call, instance, input) }
  },
})

/** The password that the data came with stays, unless it is to be kept in a secret from now on. */
function managedOrNot(
  call: Call,
  instance: Instance,
  {
    ManageMasterUserPassword,
    MasterUserSecretKmsKeyId,
  }: Pick<
    RestoreDBInstanceFromDBSnapshotMessage,
    'ManageMasterUserPassword' | 'MasterUserSecretKmsKeyId'
  >,
): DBInstance {
  checkManagedPassword({ ManageMasterUserPassword, MasterUserSecretKmsKeyId })
  if (!ManageMasterUserPassword) return describeInstance(call, instance)
  const newPassword = generatedPassword(call)
  const given = updateInstance(call.db, instance, { private: { ...instance.private, newPassword } })
  return manageNewPassword(call, given, newPassword, MasterUserSecretKmsKeyId)
}

interface RestoreSource {
  readonly resourceId: string
  /** Where its backups were made. */
  readonly region?: string
  readonly engine: string
  readonly engineVersion: string
  readonly configuration: Partial<DBInstance>
  readonly private?: Pick<InstancePrivate, 'wantedPort'>
}

/** An instance that is there, or the automated backups of one that is gone. */
function sourceOfRestore(call: Call, input: RestoreDBInstanceToPointInTimeMessage): RestoreSource {
  const {
    SourceDBInstanceIdentifier: name,
    SourceDbiResourceId,
    SourceDBInstanceAutomatedBackupsArn,
  } = input
  if (name) {
    const id = nameIn('db', name)
    const instance = findInstance(call.db, call, id)
    if (!instance) throw instanceNotFound(id)
    if ((instance.configuration.BackupRetentionPeriod ?? 0) === 0) {
      throw pointInTimeRestoreNotEnabled(id)
    }
    if (instance.status === 'creating') {
      throw invalidInstanceState(`Instance ${id} is in creating state.`)
    }
    return instance
  }
  const resourceId =
    SourceDbiResourceId ??
    [...listInstances(call.db, call), ...listAutomatedBackups(call.db, call)].find((one) =>
      SourceDBInstanceAutomatedBackupsArn?.endsWith(`:${autoBackupName(one.resourceId)}`),
    )?.resourceId
  if (resourceId === undefined) throw mustBeProvided('SourceDBInstanceIdentifier')
  const instance = findInstanceByResource(call.db, call, resourceId)
  if (instance) return instance
  const kept = findAutomatedBackup(call.db, call, resourceId)
  if (!kept) throw automatedBackupNotFound(resourceId)
  const { Engine = 'postgres', EngineVersion = '' } = kept.configuration
  return {
    resourceId,
    engine: Engine,
    engineVersion: EngineVersion,
    configuration: kept.configuration,
    ...(kept.configuration.Region !== undefined && { region: kept.configuration.Region }),
  }
}

/** In virtual ms; undefined for the latest moment that can be restored. */
function momentOf(
  call: Call,
  { RestoreTime, UseLatestRestorableTime }: RestoreDBInstanceToPointInTimeMessage,
): number | undefined {
  if (RestoreTime === undefined && !UseLatestRestorableTime) {
    throw invalidParameterCombination(
      'Either RestoreTime or UseLatestRestorableTime must be specified.',
    )
  }
  if (RestoreTime !== undefined && UseLatestRestorableTime) {
    throw invalidParameterCombination(
      'RestoreTime cannot be specified when UseLatestRestorableTime is set to true.',
    )
  }
  const time = RestoreTime?.getTime()
  if (time !== undefined && time > call.now) {
    throw invalidParameterValue(
      `The specified restore time ${RestoreTime!.toISOString()} is after the latest restorable time.`,
    )
  }
  return time
}

/**
 * The backup to begin with, and where to end: PostgreSQL dates its commits by the wall, so that the virtual moment is one of the wall.
 */
export function originOf(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  { resourceId, region: made = call.region }: Pick<RestoreSource, 'resourceId' | 'region'>,
  moment: number | undefined,
): Extract<Origin, { kind: 'moment' }> {
  const wallTime = moment === undefined ? undefined : wallTimeOf(call.db, moment)
  const backups = backupsOf(call.db, { account: call.account, region: made }, resourceId)
  const first = backups.findLast((one) => wallTime === undefined || one.wallCompletedAt <= wallTime)
  if (!first) {
    throw invalidParameterValue(
      backups.length === 0
        ? 'The instance has no backup yet that could be restored.'
        : `The specified restore time is before the earliest restorable time ${new Date(backups[0]!.completedAt).toISOString()}.`,
    )
  }
  const { account, region, id } = first
  return {
    kind: 'moment',
    resourceId,
    backup: { account, region, id },
    ...(wallTime !== undefined && { wallTime }),
  }
}

const restorePermissions = (
  input: Parameters<typeof creationPermissions>[0] & Parameters<typeof requestContext>[0],
  call: Call,
) => {
  const { DBClusterIdentifier: _, ...rest } = input
  return creationPermissions(rest, call, requestContext(input))
}

const wishOf = (
  input: RestoreDBInstanceFromDBSnapshotMessage | RestoreDBInstanceToPointInTimeMessage,
): Wish => {
  const { Engine: _, DBName: _name, ...wish } = input
  return wish
}

/** What a restored instance has of its source, where nothing else is asked for. */
function inheritedOf(source: Partial<DBInstance> | Partial<DBSnapshot>): Partial<DBInstance> {
  const shown: Partial<DBInstance & DBSnapshot> = source as object
  const names = [
    'AllocatedStorage',
    'MasterUsername',
    'DBName',
    'LicenseModel',
    'StorageType',
    'KmsKeyId',
    'IAMDatabaseAuthenticationEnabled',
    'BackupRetentionPeriod',
    'DBInstanceClass',
  ] as const
  const kept = names.flatMap((name) => (shown[name] === undefined ? [] : [[name, shown[name]]]))
  const encrypted = shown.StorageEncrypted ?? shown.Encrypted
  return {
    ...(Object.fromEntries(kept) as Partial<DBInstance>),
    ...(encrypted !== undefined && { StorageEncrypted: encrypted }),
    ...(shown.Iops !== undefined && shown.StorageType?.startsWith('io') && { Iops: shown.Iops }),
  }
}

function checkEngine(wanted: string | undefined, engine: string): void {
  if (wanted !== undefined && wanted !== engine) {
    throw invalidParameterCombination(
      `The engine ${wanted} is not compatible with the engine ${engine} of the source.`,
    )
  }
}

function checkSize(wanted: number | undefined, size = 0): void {
  if (wanted !== undefined && wanted < size) throw storageOfRestore()
}
