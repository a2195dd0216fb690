import type {
  DBInstanceAutomatedBackup,
  DBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult,
  DescribeDBInstanceAutomatedBackupsMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, autoBackupName, instanceArn, nameIn } from '../arns.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { automatedBackupInUse, automatedBackupNotFound } from '../instances/errors.ts'
import { automatedBackupOf, deleteRetainedBackups } from '../instances/retained.ts'
import { untilSettled } from '../instances/settled.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  findAutomatedBackup,
  listAutomatedBackups,
  type AutomatedBackup,
} from '../rows/automated-backups.ts'
import { backupsOf } from '../rows/base-backups.ts'
import { listInstances } from '../rows/instances.ts'
import { tagsOf } from '../rows/tags.ts'

export const arnOfBackup = (
  place: Pick<AutomatedBackup, 'account' | 'region'>,
  resourceId: string,
): string => arnOf('auto-backup', place, autoBackupName(resourceId))

export const DescribeDBInstanceAutomatedBackups = operation<
  DescribeDBInstanceAutomatedBackupsMessage,
  DBInstanceAutomatedBackupMessage
>({
  authorize: ({ DBInstanceIdentifier }, call) =>
    DBInstanceIdentifier
      ? [on(call, 'db', nameIn('db', DBInstanceIdentifier))]
      : [on(call, 'auto-backup', '*')],
  async prepare(_input, call) {
    await untilSettled(call, listInstances(call.db, call), 'look')
    return undefined
  },
  run(input, call) {
    const { DbiResourceId, DBInstanceIdentifier, DBInstanceAutomatedBackupsArn } = input
    const chosen = [...active(call), ...listAutomatedBackups(call.db, call)].filter(
      (one) =>
        (DbiResourceId === undefined || one.resourceId === DbiResourceId) &&
        (DBInstanceIdentifier === undefined ||
          one.instanceId === nameIn('db', DBInstanceIdentifier)) &&
        (DBInstanceAutomatedBackupsArn === undefined ||
          arnOfBackup(one, one.resourceId) === DBInstanceAutomatedBackupsArn),
    )
    if (DbiResourceId !== undefined && chosen.length === 0) {
      throw automatedBackupNotFound(DbiResourceId)
    }
    const found = filtered(chosen, input.Filters, filters)
    const { records, Marker } = page(input, found, ({ resourceId }) => resourceId)
    return {
      DBInstanceAutomatedBackups: records.map((one) => describeAutomatedBackup(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

/** Those of instances that are there. */
const active = (call: Call): AutomatedBackup[] =>
  listInstances(call.db, call)
    .filter((one) => (one.configuration.BackupRetentionPeriod ?? 0) > 0 && one.clusterId === null)
    .map((instance) => ({
      account: instance.account,
      region: instance.region,
      resourceId: instance.resourceId,
      instanceId: instance.id,
      status: instance.status === 'creating' ? 'creating' : 'active',
      configuration: automatedBackupOf(instance, Math.trunc(call.now / 1000) * 1000),
    }))

const filters: Record<string, FilterDefinition<AutomatedBackup>> = {
  status: { values: 'Statuses', of: ({ status }) => status },
  'db-instance-id': {
    values: 'DB Instance Identifiers',
    of: ({ instanceId }) => instanceId,
    read: (value) => nameIn('db', value),
  },
  'dbi-resource-id': { values: 'DB Instance Resource Identifiers', of: (one) => one.resourceId },
}

/** An automated backup as RDS shows it. */
export function describeAutomatedBackup(
  call: Pick<Call, 'db' | 'account' | 'region' | 'now'>,
  backup: AutomatedBackup,
): DBInstanceAutomatedBackup {
  const { configuration, resourceId, instanceId, status } = backup
  const source = { account: backup.account, region: configuration.Region ?? backup.region }
  const [earliest] = backupsOf(call.db, source, resourceId)
  const latest =
    status === 'replicating'
      ? Math.trunc(call.now / 1000) * 1000
      : configuration.RestoreWindow?.LatestTime
  return {
    ...configuration,
    ...(configuration.InstanceCreateTime && {
      InstanceCreateTime: new Date(configuration.InstanceCreateTime),
    }),
    DBInstanceArn: instanceArn(source, instanceId),
    DbiResourceId: resourceId,
    DBInstanceIdentifier: instanceId,
    Region: source.region,
    Status: status,
    RestoreWindow: {
      ...(earliest && { EarliestTime: new Date(earliest.completedAt) }),
      ...(latest && { LatestTime: new Date(latest) }),
    },
    DBInstanceAutomatedBackupsArn: arnOfBackup(backup, resourceId),
    TagList: tagsOf(call, arnOfBackup(backup, resourceId)),
  }
}

/** Of an instance that is gone: the backups of one that is there go with its retention period. */
export const DeleteDBInstanceAutomatedBackup = operation<
  DeleteDBInstanceAutomatedBackupMessage,
  DeleteDBInstanceAutomatedBackupResult
>({
  authorize: ({ DBInstanceAutomatedBackupsArn: arn }, call) => [
    arn ? on(call, 'auto-backup', '', { arn }) : on(call, 'auto-backup', '*'),
  ],
  run({ DbiResourceId, DBInstanceAutomatedBackupsArn }, call) {
    const resourceId =
      DbiResourceId ??
      [...active(call), ...listAutomatedBackups(call.db, call)].find(
        (one) => arnOfBackup(one, one.resourceId) === DBInstanceAutomatedBackupsArn,
      )?.resourceId
    const backup = resourceId && findAutomatedBackup(call.db, call, resourceId)
    if (backup && backup.status === 'replicating') throw automatedBackupInUse()
    if (!backup && active(call).some((one) => one.resourceId === resourceId)) {
      throw automatedBackupInUse()
    }
    if (!backup) throw automatedBackupNotFound(resourceId ?? DBInstanceAutomatedBackupsArn ?? '')
    const answer = describeAutomatedBackup(call, backup)
    deleteRetainedBackups(call, backup.resourceId)
    return { DBInstanceAutomatedBackup: { ...answer, Status: 'deleting' } }
  },
})
