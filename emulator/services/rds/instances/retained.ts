import type { TimerCall } from '../../../clock/timers.ts'
import type { Call } from '../../../operation.ts'
import { arnOf, autoBackupName } from '../arns.ts'
import {
  deleteAutomatedBackup,
  putAutomatedBackup,
  type AutomatedBackup,
} from '../rows/automated-backups.ts'
import type { Instance } from '../rows/instances.ts'
import { deleteTags } from '../rows/tags.ts'
import { removeAutomatedSnapshots } from '../snapshots/automated.ts'

const day = 24 * 3600 * 1000

/** The automated backups of an instance that goes stay for its retention period, and can be restored from. */
export function retainBackups(call: Call, instance: Instance): void {
  const { configuration, resourceId } = instance
  if ((configuration.BackupRetentionPeriod ?? 0) === 0) return
  putAutomatedBackup(call.db, {
    account: instance.account,
    region: instance.region,
    resourceId,
    instanceId: instance.id,
    status: 'retained',
    configuration: automatedBackupOf(instance, call.now),
  })
  endRetentionLater(call, call.region, resourceId, configuration.BackupRetentionPeriod!)
}

/** What is kept is kept for so many days from now on. */
function endRetentionLater(
  call: Pick<TimerCall, 'now' | 'timers'>,
  region: string,
  resourceId: string,
  days: number,
): void {
  const payload = { resourceId, region }
  call.timers.schedule(call.now + days * day, 'endOfRetention', payload, `${region}/${resourceId}`)
}

/** Backups that are in another region get no more: they stay for their retention period. */
export function retainReplicated(
  call: Pick<TimerCall, 'db' | 'now' | 'timers'>,
  backup: AutomatedBackup,
): AutomatedBackup {
  const retained: AutomatedBackup = {
    ...backup,
    status: 'retained',
    configuration: {
      ...backup.configuration,
      RestoreWindow: { ...backup.configuration.RestoreWindow, LatestTime: new Date(call.now) },
    },
  }
  putAutomatedBackup(call.db, retained)
  const { BackupRetentionPeriod = 7 } = backup.configuration
  endRetentionLater(call, backup.region, backup.resourceId, BackupRetentionPeriod)
  return retained
}

/** They go, with the snapshots that were made with them. */
export function deleteRetainedBackups(
  call: Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports' | 'timers'>,
  resourceId: string,
): void {
  const { account, region } = call
  call.timers.cancel('endOfRetention', `${region}/${resourceId}`)
  deleteAutomatedBackup(call.db, { account, region, resourceId })
  deleteTags(call, arnOf('auto-backup', call, autoBackupName(resourceId)))
  removeAutomatedSnapshots(call, { resourceId })
  call.ports.databases?.collect(call.db)
}

/** What an automated backup shows of its instance. @param latest the last moment that it can be restored to, virtual ms */
export const automatedBackupOf = (instance: Instance, latest: number) => {
  const { configuration } = instance
  return {
    AllocatedStorage: configuration.AllocatedStorage,
    Port: configuration.Endpoint?.Port,
    AvailabilityZone: configuration.AvailabilityZone,
    VpcId: configuration.DBSubnetGroup?.VpcId,
    InstanceCreateTime: new Date(instance.createdAt),
    MasterUsername: configuration.MasterUsername,
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    LicenseModel: configuration.LicenseModel,
    Iops: configuration.Iops,
    StorageThroughput: configuration.StorageThroughput,
    OptionGroupName: instance.optionGroup,
    Encrypted: configuration.StorageEncrypted ?? false,
    StorageType: configuration.StorageType,
    KmsKeyId: configuration.KmsKeyId,
    IAMDatabaseAuthenticationEnabled: configuration.IAMDatabaseAuthenticationEnabled ?? false,
    BackupRetentionPeriod: configuration.BackupRetentionPeriod,
    PreferredBackupWindow: configuration.PreferredBackupWindow,
    BackupTarget: 'region',
    RestoreWindow: { LatestTime: new Date(latest) },
  }
}
