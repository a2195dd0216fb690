import type {
  StartDBInstanceAutomatedBackupsReplicationMessage,
  StartDBInstanceAutomatedBackupsReplicationResult,
  StopDBInstanceAutomatedBackupsReplicationMessage,
  StopDBInstanceAutomatedBackupsReplicationResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { autoBackupName, nameIn, parseArn } from '../arns.ts'
import { instanceNotFound, invalidParameterValue } from '../errors.ts'
import { keyArn } from '../instances/encryption.ts'
import { automatedBackupInUse, invalidInstanceState } from '../instances/errors.ts'
import { checkRetention } from '../instances/limits.ts'
import { automatedBackupOf, retainReplicated } from '../instances/retained.ts'
import { on } from '../permissions.ts'
import {
  findAutomatedBackup,
  putAutomatedBackup,
  type AutomatedBackup,
} from '../rows/automated-backups.ts'
import { findInstance, updateInstance, type Instance } from '../rows/instances.ts'
import { putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import { arnOfBackup, describeAutomatedBackup } from './automated-backups.ts'

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
// Regions share the machine: what is in another one is the same copies and the same log, which are kept for it.

const onSource = (call: Call, arn = '', use: object = {}) => {
  const parsed = parseArn(arn)
  return parsed?.type === 'db'
    ? on(call, 'db', parsed.name, { ...use, arn })
    : on(call, 'db', arn, use)
}

/** @throws InvalidParameterValue, DBInstanceNotFound */
function requireSource(call: Call, arn: string): Instance {
  const parsed = parseArn(arn)
  if (parsed?.type !== 'db' || parsed.account !== call.account) {
    throw invalidParameterValue(`Invalid source DB instance ARN: ${arn}`)
  }
  if (parsed.region === call.region) {
    throw invalidParameterValue(
      'The source DB instance must be in another Amazon Web Services Region than the replicated backups.',
    )
  }
  const instance = findInstance(call.db, parsed, nameIn('db', arn))
  if (!instance) throw instanceNotFound(arn)
  return instance
}

/** The source shows where its backups go. */
function showAtSource(call: Call, source: Instance, arn: string, isShown: boolean): void {
  const before = source.configuration.DBInstanceAutomatedBackupsReplications ?? []
  const others = before.filter((one) => one.DBInstanceAutomatedBackupsArn !== arn)
  const now = isShown ? [...others, { DBInstanceAutomatedBackupsArn: arn }] : others
  updateInstance(call.db, source, {
    configuration: { ...source.configuration, DBInstanceAutomatedBackupsReplications: now },
  })
}

export const StartDBInstanceAutomatedBackupsReplication = operation<
  StartDBInstanceAutomatedBackupsReplicationMessage,
  StartDBInstanceAutomatedBackupsReplicationResult
>({
  authorize: ({ SourceDBInstanceArn, Tags: tags }, call) => [
    onSource(call, SourceDBInstanceArn, { tags }),
    on(call, 'auto-backup', '*', { tags }),
  ],
  run(input, call) {
    const { SourceDBInstanceArn = '', BackupRetentionPeriod = 7 } = input
    checkTags(input.Tags)
    checkRetention(BackupRetentionPeriod, 1)
    const source = requireSource(call, SourceDBInstanceArn)
    const { resourceId, configuration } = source
    if (source.clusterId !== null || (configuration.BackupRetentionPeriod ?? 0) === 0) {
      throw invalidInstanceState(
        `Automated backups are not enabled for the DB instance ${source.id}: they can't be replicated.`,
      )
    }
    if (findAutomatedBackup(call.db, call, resourceId)) throw automatedBackupInUse()
    const backup: AutomatedBackup = {
      account: call.account,
      region: call.region,
      resourceId,
      instanceId: source.id,
      status: 'replicating',
      configuration: {
        ...automatedBackupOf(source, call.now),
        Region: source.region,
        BackupRetentionPeriod,
        ...(configuration.StorageEncrypted && { KmsKeyId: keyArn(call, input.KmsKeyId) }),
      },
    }
    putAutomatedBackup(call.db, backup)
    const arn = arnOfBackup(call, resourceId)
    putTags(call, arn, input.Tags)
    showAtSource(call, source, arn, true)
    return {
      DBInstanceAutomatedBackup: {
        ...describeAutomatedBackup(call, backup),
        RestoreWindow: {},
        Status: 'pending',
      },
    }
  },
})

export const StopDBInstanceAutomatedBackupsReplication = operation<
  StopDBInstanceAutomatedBackupsReplicationMessage,
  StopDBInstanceAutomatedBackupsReplicationResult
>({
  authorize: ({ SourceDBInstanceArn }, call) => [onSource(call, SourceDBInstanceArn)],
  run({ SourceDBInstanceArn = '' }, call) {
    const source = requireSource(call, SourceDBInstanceArn)
    const backup = findAutomatedBackup(call.db, call, source.resourceId)
    if (backup?.status !== 'replicating') {
      throw invalidInstanceState(
        `The automated backups of the DB instance ${source.id} are not replicated to ${call.region}: there is no ${autoBackupName(source.resourceId)}.`,
      )
    }
    const answer = describeAutomatedBackup(call, backup)
    retainReplicated(call, backup)
    showAtSource(call, source, arnOfBackup(call, source.resourceId), false)
    return { DBInstanceAutomatedBackup: answer }
  },
})
