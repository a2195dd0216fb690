import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'

// Of instances and their snapshots.

export const instanceExists = () =>
  new AwsError('DBInstanceAlreadyExists', 'DB instance already exists')

/** @param state what it would have to be: `available` */
export const wrongInstanceState = (id: string, state = 'available') =>
  new AwsError('InvalidDBInstanceState', `Instance ${id} is not in ${state} state.`)

export const invalidInstanceState = (message: string) =>
  new AwsError('InvalidDBInstanceState', message)

export const instanceQuotaExceeded = () =>
  new AwsError('InstanceQuotaExceeded', 'DB Instance quota exceeded')

export const snapshotNotFound = (id: string) =>
  new AwsError('DBSnapshotNotFound', `DBSnapshot ${id} not found.`, { status: 404 })

export const snapshotExists = (id: string) =>
  new AwsError(
    'DBSnapshotAlreadyExists',
    `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
  )

/** Two blanks, as RDS has it. */
export const invalidSnapshotIdentifier = (id: string) =>
  invalidParameterValue(`Invalid snapshot identifier:  ${id}`)

export const storageOfRestore = () =>
  invalidParameterValue(
    "The allocated storage size can't be less than the source snapshot or backup size.",
  )

export const wrongSnapshotState = (id: string) =>
  new AwsError('InvalidDBSnapshotState', `The DB snapshot ${id} is not in the available state.`)

export const storageQuotaExceeded = (excess: number) =>
  new AwsError(
    'StorageQuotaExceeded',
    `The operation cannot be completed. The storage quota for this account has been exceeded by ${excess}. You can use the Service Quotas console to request an increase in total storage for this account`,
  )

export const snapshotQuotaExceeded = (most: number) =>
  new AwsError('SnapshotQuotaExceeded', `Cannot create more than ${most} manual snapshots`)

export const snapshotOfMember = () =>
  invalidParameterValue(
    'The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the CreateDBClusterSnapshot API instead.',
  )

export const automatedSnapshotStays = (id: string) =>
  new AwsError(
    'InvalidDBSnapshotState',
    `Only manual snapshots may be deleted, and ${id} is not a manual snapshot.`,
  )

export const sharedAccountQuotaExceeded = () =>
  new AwsError(
    'SharedSnapshotQuotaExceeded',
    'You have exceeded the maximum number of accounts that you can share a manual DB snapshot with.',
  )

export const deletionProtected = () =>
  invalidParameterCombination(
    'Cannot delete protected DB Instance, please disable deletion protection and try again.',
  )

export const finalSnapshotRequired = () =>
  invalidParameterCombination(
    'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
  )

export const finalSnapshotNotWanted = () =>
  invalidParameterCombination(
    'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.',
  )

export const reservedMasterUsername = (name: string) =>
  invalidParameterValue(
    `MasterUsername ${name} cannot be used as it is a reserved word used by the engine`,
  )

export const versionNotFound = (engine: string, version: string) =>
  invalidParameterCombination(`Cannot find version ${version} for ${engine}`)

export const invalidStorage = (engine: string, type: string, size: number) =>
  invalidParameterValue(
    `Invalid storage size for engine name ${engine} and storage type ${type}: ${size}`,
  )

export const invalidRetention = (days: number, min = 0) =>
  invalidParameterValue(`Invalid backup retention period: ${days}. Must be between ${min} and 35`)

/** What is real on AWS and has no engine here; `how` says what could be done. */
export const noEngine = (what: string, how: string) =>
  new AwsError(
    'InsufficientDBInstanceCapacity',
    `pocketcloud has no engine to run ${what}: no database is ever faked. ${how}`,
  )

/** MySQL's plugin for it is Amazon's own, and MariaDB has none that could look at a token. */
export const noTokens = (engine: string) =>
  invalidParameterCombination(
    `IAM Database Authentication is not supported for this configuration: pocketcloud runs ${engine} on MariaDB, which has no AWSAuthenticationPlugin.`,
  )

export const pointInTimeRestoreNotEnabled = (id: string) =>
  new AwsError(
    'PointInTimeRestoreNotEnabled',
    `Point in time restore is not enabled for the DB instance ${id}: its backup retention period is 0.`,
  )

export const automatedBackupNotFound = (id: string) =>
  new AwsError('DBInstanceAutomatedBackupNotFound', `DBInstanceAutomatedBackup ${id} not found.`, {
    status: 404,
  })

export const automatedBackupInUse = () =>
  new AwsError(
    'InvalidDBInstanceAutomatedBackupState',
    'The automated backup is in an invalid state. For example, this automated backup is associated with an active instance.',
  )

export const logFileNotFound = (name: string) =>
  new AwsError('DBLogFileNotFoundFault', `DBLog File: ${name} is not found on the DB instance`, {
    status: 404,
  })
