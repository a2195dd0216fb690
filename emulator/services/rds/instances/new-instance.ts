import type { CreateDBInstanceMessage, DBInstance, Tag } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, autoBackupName, instanceArn } from '../arns.ts'
import { defaultCertificate, requireCertificate } from '../certificates.ts'
import type { EngineVersion } from '../engine-versions.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { requireOptionGroup, useDefaultOptionGroup } from '../groups/option-groups.ts'
import { requireParameterGroup, useDefaultParameterGroup } from '../groups/parameter-groups.ts'
import {
  defaultSubnetGroup,
  describeSubnetGroup,
  requireSubnetGroup,
} from '../groups/subnet-groups.ts'
import { includedInGp3, licenseOf, requireOrderable } from '../orderable.ts'
import {
  findInstance,
  insertInstance,
  listInstances,
  type Instance,
  type InstancePrivate,
} from '../rows/instances.ts'
import { putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import { instanceExists, storageQuotaExceeded, instanceQuotaExceeded, noTokens } from './errors.ts'
import { keyArn } from './encryption.ts'
import { isAurora, isMysql, portOf } from './engines.ts'
import {
  checkPort,
  checkRetention,
  checkStorage,
  checkThroughput,
  checkWindows,
  chosenWindows,
  newIdentifier,
} from './limits.ts'
import { checkLogTypes, monitoringOf } from './monitoring.ts'
import { scheduleDaily } from './timers.ts'

/** What every way to a new instance is asked for: CreateDBInstance, restores, replicas. */
export type Wish = Partial<Omit<CreateDBInstanceMessage, 'Engine' | 'EngineVersion'>>

export interface NewInstance {
  readonly version: EngineVersion
  readonly source?: string | null
  readonly hidden: InstancePrivate
  /** What it has of the instance or snapshot that its data come from, unless the wish says otherwise. */
  readonly inherited?: Partial<DBInstance>
  readonly clusterId?: string | null
  readonly inheritedParameterGroup?: string | undefined
  readonly inheritedPort?: number | undefined
}

const mostInstances = 40
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** `db-` and 26 letters and digits. */
export const newResourceId = (call: Pick<Call, 'ids'>, prefix = 'db'): string =>
  `${prefix}-${Array.from(call.ids.bytes(26), (byte) => base32[byte & 31]).join('')}`

/**
 * Adds an instance, whose engine is made from `hidden.origin` once the call's transaction has committed.
 *
 * @throws the refusals of what it is asked to be
 */
export function addInstance(call: Call, wish: Wish, made: NewInstance): Instance {
  const id = newIdentifier('DBInstanceIdentifier', wish.DBInstanceIdentifier)
  checkTags(wish.Tags)
  if (findInstance(call.db, call, id)) throw instanceExists()
  if (listInstances(call.db, call).length >= mostInstances) throw instanceQuotaExceeded()
  const instance = compose(call, id, wish, made)
  requireStorage(call, instance.configuration.AllocatedStorage ?? 0)
  insertInstance(call.db, instance)
  putTags(call, instanceArn(call, id), wish.Tags)
  const backups = wish.TagSpecifications?.find((one) => one.ResourceType === 'auto-backup')
  checkTags(backups?.Tags)
  const backupName = autoBackupName(instance.resourceId)
  putTags(call, arnOf('auto-backup', call, backupName), backups?.Tags)
  scheduleDaily(call, instance)
  call.ports.databases?.changed(call.db, instance)
  return instance
}

/** All that an account's instances may have together in a region, in GiB. */
const mostStorage = 100_000

/** @param more GiB that are asked for @throws StorageQuotaExceeded */
export function requireStorage(call: Call, more: number): void {
  const used = listInstances(call.db, call).map(
    ({ configuration }) => configuration.AllocatedStorage,
  )
  const excess = used.reduce<number>((sum, one) => sum + (one ?? 0), more) - mostStorage
  if (excess > 0) throw storageQuotaExceeded(excess)
}

function compose(call: Call, id: string, wish: Wish, made: NewInstance): Instance {
  const { version, inherited = {} } = made
  const { engine } = version.engine
  const aurora = isAurora(engine)
  const instanceClass = wish.DBInstanceClass ?? inherited.DBInstanceClass ?? 'db.t3.micro'
  requireOrderable({ engine, engineVersion: version.version, instanceClass })
  const port = wish.Port ?? made.inheritedPort ?? portOf(engine)
  checkPort(port)
  checkLogTypes(engine, version.version, wish.EnableCloudwatchLogsExports)
  const group = subnetGroupOf(call, wish, inherited)
  const parameterGroup = parameterGroupOf(call, wish, made)
  const optionGroup = wish.OptionGroupName
    ? requireOptionGroup(call, wish.OptionGroupName).name
    : useDefaultOptionGroup(call, engine, version.major.major)
  return {
    account: call.account,
    region: call.region,
    id,
    resourceId: newResourceId(call),
    clusterId: made.clusterId ?? null,
    engine,
    engineVersion: version.version,
    status: 'creating',
    createdAt: call.now,
    parameterGroup,
    optionGroup: aurora ? '' : optionGroup,
    subnetGroup: group.name,
    source: made.source ?? null,
    pending: {},
    private: { wantedPort: port, ...made.hidden },
    configuration: {
      DBInstanceClass: instanceClass,
      ...(inherited.MasterUsername !== undefined && { MasterUsername: inherited.MasterUsername }),
      ...(wish.MasterUsername !== undefined && { MasterUsername: wish.MasterUsername }),
      ...((wish.DBName || inherited.DBName) && {
        DBName: wish.DBName || inherited.DBName,
      }),
      ...backupsOf(call, wish, inherited),
      ...storageOf(call, engine, wish, inherited),
      ...networkOf(call, wish, made, group),
      ...otherFacts(engine, wish, inherited),
      ...monitoringOf(call, wish, insightsOf(inherited)),
      DBSubnetGroup: describeSubnetGroup(group),
      AutoMinorVersionUpgrade: wish.AutoMinorVersionUpgrade ?? true,
    },
  }
}

/** Performance Insights go over to a replica, Enhanced Monitoring does not. */
const insightsOf = ({
  PerformanceInsightsEnabled,
  PerformanceInsightsRetentionPeriod,
}: Partial<DBInstance>) => ({
  PerformanceInsightsEnabled,
  PerformanceInsightsRetentionPeriod,
})

function subnetGroupOf(call: Call, wish: Wish, inherited: Partial<DBInstance>) {
  const named = wish.DBSubnetGroupName ?? inherited.DBSubnetGroup?.DBSubnetGroupName
  return named && named !== 'default' ? requireSubnetGroup(call, named) : defaultSubnetGroup(call)
}

function parameterGroupOf(call: Call, wish: Wish, made: NewInstance): string {
  const { family } = made.version.major
  const named = wish.DBParameterGroupName ?? made.inheritedParameterGroup
  if (named === undefined) return useDefaultParameterGroup(call, 'instance', family)
  const group = requireParameterGroup(call, 'instance', named)
  if (group.family !== family) {
    throw invalidParameterCombination(
      `The parameter group ${group.name} with DBParameterGroupFamily ${group.family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`,
    )
  }
  return group.name.startsWith('default.')
    ? useDefaultParameterGroup(call, 'instance', family)
    : group.name
}

function backupsOf(call: Call, wish: Wish, inherited: Partial<DBInstance>): Partial<DBInstance> {
  const retention = wish.BackupRetentionPeriod ?? inherited.BackupRetentionPeriod ?? 1
  checkRetention(retention)
  const chosen = chosenWindows(call.ids.random())
  const backup = wish.PreferredBackupWindow ?? inherited.PreferredBackupWindow ?? chosen.backup
  const maintenance =
    wish.PreferredMaintenanceWindow ?? inherited.PreferredMaintenanceWindow ?? chosen.maintenance
  if (wish.PreferredBackupWindow || wish.PreferredMaintenanceWindow) {
    checkWindows(backup, maintenance)
  }
  return {
    BackupRetentionPeriod: retention,
    PreferredBackupWindow: backup,
    PreferredMaintenanceWindow: maintenance.toLowerCase(),
    CopyTagsToSnapshot: wish.CopyTagsToSnapshot ?? inherited.CopyTagsToSnapshot ?? false,
    BackupTarget: wish.BackupTarget ?? 'region',
  }
}

function storageOf(
  call: Call,
  engine: string,
  wish: Wish,
  inherited: Partial<DBInstance>,
): Partial<DBInstance> {
  const encrypted = wish.StorageEncrypted ?? inherited.StorageEncrypted ?? isAurora(engine)
  const key = wish.KmsKeyId ?? inherited.KmsKeyId
  const encryption = {
    StorageEncrypted: encrypted,
    ...(encrypted && {
      KmsKeyId: keyArn(call, key),
    }),
  }
  if (!encrypted && wish.KmsKeyId) {
    throw invalidParameterCombination(
      'You cannot specify a KMS key ID for a DB instance that is not encrypted.',
    )
  }
  if (isAurora(engine)) return { AllocatedStorage: 1, StorageType: 'aurora', ...encryption }
  const iops = wish.Iops ?? inherited.Iops
  const type = wish.StorageType ?? inherited.StorageType ?? (iops === undefined ? 'gp2' : 'io1')
  const smallest = call.ports.databases?.strict ? undefined : 20
  const size = wish.AllocatedStorage ?? inherited.AllocatedStorage ?? smallest
  if (size === undefined) {
    throw invalidParameterCombination('Invalid storage size: AllocatedStorage must be specified.')
  }
  const asked = type === 'gp3' && wish.Iops === undefined ? undefined : iops
  checkStorage(engine, type, size, asked)
  checkThroughput(engine, type, size, wish.StorageThroughput, asked)
  const { MaxAllocatedStorage } = wish
  if (MaxAllocatedStorage !== undefined && MaxAllocatedStorage <= size) {
    throw invalidParameterCombination('Max storage size must be greater than storage size')
  }
  return {
    AllocatedStorage: size,
    StorageType: type,
    ...(iops !== undefined && { Iops: iops }),
    StorageThroughput: 0,
    ...(type === 'gp3' && {
      Iops: iops ?? includedInGp3(size)[0],
      StorageThroughput: wish.StorageThroughput ?? includedInGp3(size)[1],
    }),
    ...(MaxAllocatedStorage !== undefined && { MaxAllocatedStorage }),
    ...encryption,
  }
}

function networkOf(
  call: Call,
  wish: Wish,
  { version }: NewInstance,
  group: ReturnType<typeof subnetGroupOf>,
): Partial<DBInstance> {
  const { networks } = call.ports
  const authority = wish.CACertificateIdentifier ?? defaultCertificate(call)
  requireCertificate(authority)
  const zones = [...new Set(group.subnets.map(({ zone }) => zone))]
  const zone = wish.AvailabilityZone ?? zones[0]
  if (zone !== undefined && !networks?.zones(call.region).includes(zone)) {
    throw invalidParameterValue(`Invalid availability zone: [${zone}]`)
  }
  if (wish.MultiAZ && wish.AvailabilityZone) {
    throw invalidParameterCombination(
      'Requesting a specific availability zone is not valid for Multi-AZ instances.',
    )
  }
  const ownDefault = networks?.defaultSecurityGroup(call, group.vpcId)
  const wanted = wish.VpcSecurityGroupIds ?? (ownDefault === undefined ? [] : [ownDefault])
  const groups = securityGroups(call, wanted, group.vpcId)
  const isMultiAz = (wish.MultiAZ ?? false) && !isAurora(version.engine.engine)
  const second = zones.find((one) => one !== zone)
  return {
    VpcSecurityGroups: groups,
    DBSecurityGroups: [],
    ...(zone !== undefined && { AvailabilityZone: zone }),
    MultiAZ: isMultiAz,
    ...(isMultiAz && second !== undefined && { SecondaryAvailabilityZone: second }),
    // Without a word on it, what is in the default VPC is public, as long as that has its gateway.
    PubliclyAccessible:
      wish.PubliclyAccessible ?? (wish.DBSubnetGroupName === undefined || group.name === 'default'),
    NetworkType: wish.NetworkType ?? 'IPV4',
    CertificateDetails: certificate(call.now, authority),
    CACertificateIdentifier: authority,
  }
}

/** @throws InvalidParameterValue for groups that are not there, or of another VPC */
export function securityGroups(
  call: Call,
  ids: readonly string[],
  vpcId: string,
): NonNullable<DBInstance['VpcSecurityGroups']> {
  const found = call.ports.networks?.securityGroups(call, ids) ?? []
  const missing = ids.filter(
    (id) => !found.some((group) => group.id === id && group.vpcId === vpcId),
  )
  if (missing.length > 0) {
    throw invalidParameterValue(
      `Invalid security group , groupId= ${missing.join(', ')}, groupName=.`,
    )
  }
  return ids.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' }))
}

const year = 365 * 24 * 3600 * 1000
/** What an instance shows of the certificate that it has got from an authority. */
export const certificate = (now: number, id: string) => ({
  CAIdentifier: id,
  ValidTill: new Date(Math.trunc((now + year) / 1000) * 1000),
})

function otherFacts(
  engine: string,
  wish: Wish,
  inherited: Partial<DBInstance>,
): Partial<DBInstance> {
  const takesTokens =
    wish.EnableIAMDatabaseAuthentication ?? inherited.IAMDatabaseAuthenticationEnabled ?? false
  if (takesTokens && isMysql(engine)) throw noTokens(engine)
  return {
    LicenseModel: wish.LicenseModel ?? inherited.LicenseModel ?? licenseOf(engine),
    DbInstancePort: 0,
    DomainMemberships: [],
    AssociatedRoles: [],
    ReadReplicaDBInstanceIdentifiers: [],
    ...(wish.PromotionTier !== undefined || isAurora(engine)
      ? { PromotionTier: wish.PromotionTier ?? 1 }
      : {}),
    IAMDatabaseAuthenticationEnabled: takesTokens,
    DatabaseInsightsMode: wish.DatabaseInsightsMode ?? 'standard',
    ...(wish.EnableCloudwatchLogsExports && {
      EnabledCloudwatchLogsExports: [...wish.EnableCloudwatchLogsExports],
    }),
    ...(wish.ProcessorFeatures && { ProcessorFeatures: [...wish.ProcessorFeatures] }),
    DeletionProtection: wish.DeletionProtection ?? false,
    CustomerOwnedIpEnabled: wish.EnableCustomerOwnedIp ?? false,
    ActivityStreamStatus: 'stopped',
    DedicatedLogVolume: wish.DedicatedLogVolume ?? false,
    IsStorageConfigUpgradeAvailable: false,
    EngineLifecycleSupport:
      wish.EngineLifecycleSupport ??
      inherited.EngineLifecycleSupport ??
      'open-source-rds-extended-support',
  }
}

/** Tags that an instance's snapshots, replicas and restores get. */
export type Tags = readonly Tag[] | undefined
