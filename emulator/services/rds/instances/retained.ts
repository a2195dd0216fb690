import type { Call } from '../../../operation.ts'
import { putAutomatedBackup } from '../rows/automated-backups.ts'
import type { Instance } from '../rows/instances.ts'

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
