import type {
  DescribeValidDBInstanceModificationsMessage,
  DescribeValidDBInstanceModificationsResult,
  ValidStorageOptions,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { storageLimits, storageTypes } from '../orderable.ts'
import { on } from '../permissions.ts'
import type { Instance } from '../rows/instances.ts'
import { requireInstance } from './instances.ts'

export const DescribeValidDBInstanceModifications = operation<
  DescribeValidDBInstanceModificationsMessage,
  DescribeValidDBInstanceModificationsResult
>({
  authorize: ({ DBInstanceIdentifier }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier!)),
  ],
  run({ DBInstanceIdentifier }, call) {
    const instance = requireInstance(call, DBInstanceIdentifier!)
    return {
      ValidDBInstanceModificationsMessage: {
        Storage: instance.engine.startsWith('aurora')
          ? []
          : storageTypes.map((type) => storageOptions(type, instance)),
        ValidProcessorFeatures: [],
        SupportsDedicatedLogVolume: false,
      },
    }
  },
})

/** Storage grows by a tenth at least, and never shrinks. */
function storageOptions(
  type: (typeof storageTypes)[number],
  { configuration: { AllocatedStorage = 0, StorageType } }: Instance,
): ValidStorageOptions {
  const { size, iops, iopsPerGib, throughput, throughputPerIops } = storageLimits[type]!
  const smallest = StorageType === type ? Math.ceil(AllocatedStorage * 1.1) : AllocatedStorage
  const range = ([From, To]: readonly [number, number]) => ({ From, To })
  return {
    StorageType: type,
    StorageSize: [{ From: Math.max(size[0], smallest), To: size[1], Step: 1 }],
    ProvisionedIops: iops ? [{ ...range(iops), Step: 1 }] : [],
    IopsToStorageRatio: iopsPerGib ? [range(iopsPerGib)] : [],
    ProvisionedStorageThroughput: throughput ? [{ ...range(throughput), Step: 1 }] : [],
    StorageThroughputToIopsRatio: throughputPerIops ? [range(throughputPerIops)] : [],
    SupportsStorageAutoscaling: type !== 'standard',
  }
}
