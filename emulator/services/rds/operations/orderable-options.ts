import type {
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOption,
  OrderableDBInstanceOptionsMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { enginesWithoutVersions, engineVersions } from '../engine-versions.ts'
import { unknownEngine } from '../errors.ts'
import { filtered } from '../filters.ts'
import { required } from '../groups/names.ts'
import {
  combinationKey,
  licenseOf,
  orderable,
  storageLimits,
  type Combination,
} from '../orderable.ts'
import { page } from '../pages.ts'

const mostOptions = 1000

export const DescribeOrderableDBInstanceOptions = operation<
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOptionsMessage
>({
  authorize: () => ['*'],
  run(input, call) {
    const engine = required('Engine', input.Engine)
    if (
      !enginesWithoutVersions.includes(engine) &&
      !engineVersions().some((version) => version.engine.engine === engine)
    ) {
      throw unknownEngine(engine)
    }
    const isWanted =
      (input.LicenseModel === undefined || input.LicenseModel === licenseOf(engine)) &&
      (input.AvailabilityZoneGroup === undefined || input.AvailabilityZoneGroup === call.region) &&
      input.Vpc !== false
    const all = isWanted
      ? orderable({
          engine,
          engineVersion: input.EngineVersion,
          instanceClass: input.DBInstanceClass,
        })
      : []
    const { records, Marker } = page(
      input,
      filtered(all, input.Filters, {}),
      combinationKey,
      mostOptions,
    )
    const zones = zonesOf(call)
    return {
      OrderableDBInstanceOptions: records.map((one) => describe(one, call, zones)),
      ...(Marker && { Marker }),
    }
  },
})

const zonesOf = ({ ports, region }: Call) => ports.networks?.zones(region) ?? []

function describe(
  { version, instanceClass, storageType }: Combination,
  { region }: Call,
  zones: readonly string[],
): OrderableDBInstanceOption {
  const { engine } = version
  const aurora = engine.aurora ?? false
  const isPostgres = engine.engine.endsWith('postgres') || engine.engine.endsWith('postgresql')
  const limits = storageLimits[storageType]!
  // A standby without a reader of its own is no way of Aurora's to be highly available.
  const isSmall = /\.(?:micro|small)$/.test(instanceClass.name)
  return {
    Engine: engine.engine,
    EngineVersion: version.version,
    DBInstanceClass: instanceClass.name,
    LicenseModel: licenseOf(engine.engine),
    AvailabilityZoneGroup: region,
    AvailabilityZones: zones.map((Name) => ({ Name })),
    MultiAZCapable: !aurora,
    ReadReplicaCapable: !aurora,
    Vpc: true,
    SupportsStorageEncryption: true,
    StorageType: storageType,
    SupportsIops: limits.iops !== undefined,
    SupportsStorageThroughput: limits.throughput !== undefined,
    SupportsEnhancedMonitoring: true,
    SupportsIAMDatabaseAuthentication: true,
    SupportsPerformanceInsights: isPostgres || !isSmall,
    ...(!aurora && { MinStorageSize: limits.size[0], MaxStorageSize: limits.size[1] }),
    ...(limits.iops && {
      MinIopsPerDbInstance: limits.iops[0],
      MaxIopsPerDbInstance: limits.iops[1],
      MinIopsPerGib: limits.iopsPerGib![0],
      MaxIopsPerGib: limits.iopsPerGib![1],
    }),
    ...(limits.throughput && {
      MinStorageThroughputPerDbInstance: limits.throughput[0],
      MaxStorageThroughputPerDbInstance: limits.throughput[1],
      MinStorageThroughputPerIops: limits.throughputPerIops![0],
      MaxStorageThroughputPerIops: limits.throughputPerIops![1],
    }),
    AvailableProcessorFeatures: [],
    SupportedEngineModes: ['provisioned'],
    SupportsStorageAutoscaling: !aurora && storageType !== 'standard',
    SupportsKerberosAuthentication: isPostgres || engine.engine !== 'mariadb',
    OutpostCapable: false,
    SupportedActivityStreamModes: aurora && !isSmall ? ['sync', 'async'] : [],
    SupportsGlobalDatabases: aurora,
    SupportedNetworkTypes: ['IPV4', 'DUAL'],
    SupportsClusters: !aurora && /^db\.(?:m5d|m6gd|m6id|r5d|r6gd|r6id)\./.test(instanceClass.name),
    SupportsDedicatedLogVolume: storageType === 'io1' || storageType === 'io2',
    SupportsAdditionalStorageVolumes: false,
    SupportsHttpEndpoint: false,
  }
}
