import type { TimerCall } from '../../../clock/timers.ts'
import { arnOf, instanceArn } from '../arns.ts'
import type { Instance } from '../rows/instances.ts'
import type { Snapshot } from '../rows/snapshots.ts'
import { putTags, tagsOf } from '../rows/tags.ts'

/** A snapshot gets the tags of its instance, where that is wanted. */
export function copyTagsToSnapshot(
  call: Pick<TimerCall, 'db' | 'account' | 'region'>,
  instance: Instance,
  id: string,
): void {
  if (!instance.configuration.CopyTagsToSnapshot) return
  putTags(call, arnOf('snapshot', call, id), tagsOf(call, instanceArn(call, instance.id)))
}

/** A snapshot of an instance that is to be taken: what is shown of it is the instance's of now. */
export function snapshotOf(
  call: Pick<TimerCall, 'now'>,
  instance: Instance,
  id: string,
  type: Snapshot['type'],
): Snapshot {
  const { configuration } = instance
  return {
    account: instance.account,
    region: instance.region,
    id,
    instanceId: instance.id,
    resourceId: instance.resourceId,
    type,
    engine: instance.engine,
    engineVersion: instance.engineVersion,
    status: 'creating',
    createdAt: call.now,
    optionGroup: instance.optionGroup,
    sharedWith: [],
    private: {
      parameterGroup: instance.parameterGroup,
      instanceClass: configuration.DBInstanceClass!,
      ...(configuration.DBName !== undefined && { databaseName: configuration.DBName }),
      retention: configuration.BackupRetentionPeriod ?? 0,
      ...(instance.private.wantedPort !== undefined && { port: instance.private.wantedPort }),
    },
    configuration: {
      AllocatedStorage: configuration.AllocatedStorage,
      AvailabilityZone: configuration.AvailabilityZone,
      DbiResourceId: instance.resourceId,
      InstanceCreateTime: new Date(instance.createdAt),
      OriginalSnapshotCreateTime: new Date(call.now),
      MasterUsername: configuration.MasterUsername,
      Port: configuration.Endpoint?.Port ?? instance.private.wantedPort,
      VpcId: configuration.DBSubnetGroup?.VpcId,
      LicenseModel: configuration.LicenseModel,
      StorageType: configuration.StorageType,
      Iops: configuration.Iops,
      StorageThroughput: configuration.StorageThroughput,
      Encrypted: configuration.StorageEncrypted ?? false,
      KmsKeyId: configuration.KmsKeyId,
      IAMDatabaseAuthenticationEnabled: configuration.IAMDatabaseAuthenticationEnabled ?? false,
      PercentProgress: 0,
      SnapshotTarget: 'region',
      ProcessorFeatures: [],
      DedicatedLogVolume: false,
      MultiTenant: false,
    },
  }
}
