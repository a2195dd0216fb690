import type {
  DBInstance,
  ModifyDBInstanceMessage,
  ModifyDBInstanceResult,
  PendingModifiedValues,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { instanceArn, nameIn } from '../arns.ts'
import { requireCertificate } from '../certificates.ts'
import { canUpgrade, engineVersions, isDefault, type EngineVersion } from '../engine-versions.ts'
import { invalidParameterCombination } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { requireOptionGroup } from '../groups/option-groups.ts'
import { requireParameterGroup } from '../groups/parameter-groups.ts'
import { describeSubnetGroup, requireSubnetGroup } from '../groups/subnet-groups.ts'
import { describeInstance } from '../instances/describe.ts'
import { isMysql, requireRunnable } from '../instances/engines.ts'
import {
  instanceExists,
  versionNotFound,
  wrongInstanceState,
  noTokens,
} from '../instances/errors.ts'
import {
  checkLargest,
  checkPassword,
  checkPort,
  checkRetention,
  checkStorage,
  checkThroughput,
  checkWindows,
  newIdentifier,
} from '../instances/limits.ts'
import { changePassword, changing } from '../instances/managed-password.ts'
import { checkLogTypes, monitoringOf, withoutMonitoring } from '../instances/monitoring.ts'
import { requireStorage, securityGroups } from '../instances/new-instance.ts'
import { applyPassword, applyPending } from '../instances/pending.ts'
import { scheduleDaily } from '../instances/timers.ts'
import { requireOrderable } from '../orderable.ts'
import { instanceContext, on, requestContext } from '../permissions.ts'
import { findInstance, listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { moveTags } from '../rows/tags.ts'
import { removeAutomatedSnapshots } from '../snapshots/automated.ts'
import { passingMonitoring } from './create-instance.ts'
import { requireOwnInstance, settledInstance } from './instances.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html says what waits, and for what. */
export const ModifyDBInstance = operation<ModifyDBInstanceMessage, ModifyDBInstanceResult>({
  authorize: (input, call) => [
    on(call, 'db', nameIn('db', input.DBInstanceIdentifier ?? ''), {
      context: {
        ...instanceContext(input),
        ...requestContext({ ManageMasterUserPassword: input.ManageMasterUserPassword }),
      },
    }),
    ...(input.OptionGroupName ? [on(call, 'og', nameIn('og', input.OptionGroupName))] : []),
    ...(input.DBParameterGroupName
      ? [on(call, 'pg', nameIn('pg', input.DBParameterGroupName))]
      : []),
    ...passingMonitoring(call, input.MonitoringRoleArn),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run(given, call) {
    const before = requireOwnInstance(call, given.DBInstanceIdentifier!)
    const input = withWholeVersion(given, before)
    if (!['available', 'storage-optimization', 'incompatible-parameters'].includes(before.status)) {
      throw wrongInstanceState(before.id)
    }
    const { instance: kept, password: managed } = managedPassword(call, before, input)
    const now = atOnce(call, kept, input)
    const { pending, password = managed } = deferred(call, before, input)
    const waiting = updateInstance(call.db, now, {
      pending: { ...now.pending, ...pending },
      private: { ...now.private, ...(password !== undefined && { pendingPassword: password }) },
    })
    scheduleDaily(call, waiting)
    call.ports.databases?.changed(call.db, waiting)
    const applies = input.ApplyImmediately ?? false
    // In the answer, what was asked for still waits.
    const answer = describeInstance(call, applies ? { ...waiting, status: before.status } : waiting)
    const named = applies
      ? applyPending(call, waiting)
      : waiting.private.pendingPassword === undefined
        ? waiting
        : applyPassword(call, waiting)
    if (applies || input.NewDBInstanceIdentifier === undefined) rename(call, named, input)
    const { MasterUserSecret: secret } = answer
    return {
      DBInstance: input.RotateMasterUserPassword
        ? { ...answer, ...changing(secret, 'rotating') }
        : secret && !before.configuration.MasterUserSecret
          ? { ...answer, ...changing(secret, 'creating') }
          : answer,
    }
  },
})

/** The password goes into a secret, gets another one there, or is somebody's own again. */
function managedPassword(
  call: Call,
  instance: Instance,
  input: ModifyDBInstanceMessage,
): { readonly instance: Instance; readonly password?: string | undefined } {
  const holder = { kind: 'instance', arn: instanceArn(instance, instance.id) } as const
  const { configuration } = instance
  const { secret, password } = changePassword(call, { ...holder, configuration }, input)
  const { MasterUserSecret: _, ...rest } = configuration
  const changed = { ...rest, ...(secret && { MasterUserSecret: secret }) }
  return { instance: updateInstance(call.db, instance, { configuration: changed }), password }
}

/** A major version alone stands for its default, and for what there is where that is of it. */
function withWholeVersion(
  input: ModifyDBInstanceMessage,
  { engine, engineVersion }: Instance,
): ModifyDBInstanceMessage {
  const named = engineVersions().filter(
    (one) => one.engine.engine === engine && one.major.major === input.EngineVersion,
  )
  const stays = named.some(({ version }) => version === engineVersion)
  const version = stays ? engineVersion : named.find((one) => isDefault(one, true))?.version
  return version === undefined ? input : { ...input, EngineVersion: version }
}

/** What never waits for the maintenance window. */
function atOnce(call: Call, instance: Instance, input: ModifyDBInstanceMessage): Instance {
  const { configuration } = instance
  const backup = input.PreferredBackupWindow ?? configuration.PreferredBackupWindow!
  const maintenance = input.PreferredMaintenanceWindow ?? configuration.PreferredMaintenanceWindow!
  if (input.PreferredBackupWindow || input.PreferredMaintenanceWindow)
    checkWindows(backup, maintenance)
  const group = input.DBSubnetGroupName
    ? requireSubnetGroup(call, input.DBSubnetGroupName)
    : undefined
  const vpcId = group?.vpcId ?? configuration.DBSubnetGroup?.VpcId ?? ''
  const parameterGroup = input.DBParameterGroupName
    ? requireParameterGroup(call, 'instance', input.DBParameterGroupName)
    : undefined
  const family = familyOf(
    input.EngineVersion ? { ...instance, engineVersion: input.EngineVersion } : instance,
  )
  if (parameterGroup && family !== undefined && parameterGroup.family !== family) {
    throw invalidParameterCombination(
      `The parameter group ${parameterGroup.name} with DBParameterGroupFamily ${parameterGroup.family} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`,
    )
  }
  const { EnableLogTypes } = input.CloudwatchLogsExportConfiguration ?? {}
  checkLogTypes(instance.engine, instance.engineVersion, EnableLogTypes)
  const changes: Partial<DBInstance> = {
    PreferredBackupWindow: backup,
    PreferredMaintenanceWindow: maintenance.toLowerCase(),
    ...(group && { DBSubnetGroup: describeSubnetGroup(group) }),
    ...(input.VpcSecurityGroupIds && {
      VpcSecurityGroups: securityGroups(call, input.VpcSecurityGroupIds, vpcId),
    }),
    ...defined({
      AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
      CopyTagsToSnapshot: input.CopyTagsToSnapshot,
      DeletionProtection: input.DeletionProtection,
      PubliclyAccessible: input.PubliclyAccessible,
      PromotionTier: input.PromotionTier,
      MaxAllocatedStorage: input.MaxAllocatedStorage,
      DatabaseInsightsMode: input.DatabaseInsightsMode,
      NetworkType: input.NetworkType,
    }),
    ...(input.CloudwatchLogsExportConfiguration && {
      EnabledCloudwatchLogsExports: exportsOf(configuration, input),
    }),
  }
  const { MaxAllocatedStorage: most, ...rest } = {
    ...withoutMonitoring(configuration),
    ...monitoringOf(call, input, configuration),
    ...changes,
  }
  if (input.MaxAllocatedStorage !== undefined) {
    checkLargest(input.MaxAllocatedStorage, input.AllocatedStorage ?? rest.AllocatedStorage ?? 0)
  }
  // Where it is no more than what there is, storage does not grow by itself.
  const grows = most !== undefined && most > (configuration.AllocatedStorage ?? 0)
  const changed = updateInstance(call.db, instance, {
    configuration: { ...rest, ...(grows && { MaxAllocatedStorage: most }) },
    ...(group && { subnetGroup: group.name }),
    ...(parameterGroup && {
      parameterGroup: parameterGroup.name,
      private: { ...instance.private, parametersPending: true },
    }),
    ...(input.OptionGroupName && {
      optionGroup: requireOptionGroup(call, input.OptionGroupName).name,
    }),
  })
  if (parameterGroup) {
    recordEvent(call, {
      sourceType: 'db-instance',
      source: instance.id,
      id: 'RDS-EVENT-0011',
      fill: { name: parameterGroup.name },
    })
  }
  return changed
}

const familyOf = ({ engine, engineVersion }: Instance): string | undefined =>
  engineVersions().find((one) => one.engine.engine === engine && one.version === engineVersion)
    ?.major.family

function exportsOf(
  configuration: Partial<DBInstance>,
  { CloudwatchLogsExportConfiguration: wanted }: ModifyDBInstanceMessage,
): string[] {
  const logs = new Set(configuration.EnabledCloudwatchLogsExports)
  for (const name of wanted?.EnableLogTypes ?? []) logs.add(name)
  for (const name of wanted?.DisableLogTypes ?? []) logs.delete(name)
  return [...logs]
}

/** What waits for the maintenance window, unless it is to be applied immediately; only what is another than now. */
function deferred(
  call: Call,
  instance: Instance,
  input: ModifyDBInstanceMessage,
): { pending: Partial<PendingModifiedValues>; password: string | undefined } {
  const { configuration, engine } = instance
  const { MasterUserPassword: password } = input
  if (password !== undefined) checkPassword(password, engine)
  if (input.EnableIAMDatabaseAuthentication && isMysql(engine)) throw noTokens(engine)
  if (input.DBInstanceClass) {
    const version = instance.engineVersion
    requireOrderable({ engine, engineVersion: version, instanceClass: input.DBInstanceClass })
  }
  checkNewStorage(call, instance, input)
  if (input.BackupRetentionPeriod !== undefined) {
    checkRetention(input.BackupRetentionPeriod)
    retain(call, instance, input.BackupRetentionPeriod)
  }
  if (input.DBPortNumber !== undefined) checkPort(input.DBPortNumber)
  if (input.EngineVersion !== undefined) checkUpgrade(instance, input)
  if (input.CACertificateIdentifier !== undefined) requireCertificate(input.CACertificateIdentifier)
  const wanted: Partial<PendingModifiedValues> = defined({
    DBInstanceClass: input.DBInstanceClass,
    AllocatedStorage: input.AllocatedStorage,
    BackupRetentionPeriod: input.BackupRetentionPeriod,
    MultiAZ: input.MultiAZ,
    LicenseModel: input.LicenseModel,
    Iops: input.Iops,
    StorageThroughput: input.StorageThroughput,
    StorageType: input.StorageType,
    CACertificateIdentifier: input.CACertificateIdentifier,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication,
    DedicatedLogVolume: input.DedicatedLogVolume,
  })
  const pending = Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => (configuration as Record<string, unknown>)[name] !== value,
    ),
  )
  return {
    pending: {
      ...pending,
      ...(input.EngineVersion !== undefined &&
        input.EngineVersion !== instance.engineVersion && { EngineVersion: input.EngineVersion }),
      ...(input.NewDBInstanceIdentifier !== undefined && {
        DBInstanceIdentifier: input.NewDBInstanceIdentifier.toLowerCase(),
      }),
    },
    password,
  }
}

function checkNewStorage(
  call: Call,
  { configuration, engine }: Instance,
  input: ModifyDBInstanceMessage,
): void {
  const { AllocatedStorage: size, StorageType: type, Iops: iops } = input
  const isAsked = [size, type, iops, input.StorageThroughput].some((one) => one !== undefined)
  if (!isAsked) return
  const before = configuration.AllocatedStorage ?? 0
  const hasIops = configuration.StorageType?.startsWith('io') && (type ?? 'io').startsWith('io')
  if (hasIops && (size === undefined) !== (iops === undefined)) {
    throw invalidParameterCombination(
      'You must specify both the storage size and iops when modifying the storage size or iops on a DB instance that has iops.',
    )
  }
  if (size !== undefined && size < before) {
    throw invalidParameterCombination(
      `Requested size cannot be less than allocated size: ${size} < ${before}.`,
    )
  }
  if (size !== undefined && size > before && size < before * 1.1) {
    throw invalidParameterCombination(
      'The allocated storage must be increased by at least 10 percent.',
    )
  }
  const next = type ?? configuration.StorageType ?? 'gp2'
  checkStorage(engine, next, size ?? before, iops)
  checkThroughput(engine, next, size ?? before, input.StorageThroughput, iops ?? configuration.Iops)
  if (size !== undefined) requireStorage(call, size - before)
}

/** @throws InvalidParameterCombination for what is no upgrade, or one that no program here can do */
function checkUpgrade(instance: Instance, input: ModifyDBInstanceMessage): void {
  const { engine, engineVersion } = instance
  const wanted = input.EngineVersion!
  const target = engineVersions().find(
    (one) => one.engine.engine === engine && one.version === wanted,
  )
  if (!target) throw versionNotFound(engine, wanted)
  const from = engineVersions().find(
    (one) => one.engine.engine === engine && one.version === engineVersion,
  )
  if (!from || target.major === from.major) return
  if (!input.AllowMajorVersionUpgrade) {
    throw invalidParameterCombination(
      'The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.',
    )
  }
  requireRunnable(target)
  // It is the same MariaDB, whatever version of RDS it stands for.
  if (isMysql(engine)) return requireUpgradePath(instance, from, target, input)
  throw invalidParameterCombination(
    `Cannot upgrade ${engine} from ${engineVersion} to ${wanted}: pocketcloud has no pg_upgrade for it. Restore a dump into a new instance instead.`,
  )
}

/** @throws InvalidParameterCombination for a major that is not the next, or without a parameter group for it */
function requireUpgradePath(
  { engine, engineVersion, parameterGroup }: Instance,
  from: EngineVersion,
  target: EngineVersion,
  input: ModifyDBInstanceMessage,
): void {
  if (!canUpgrade(from, target)) {
    throw invalidParameterCombination(
      `Cannot upgrade ${engine} from ${engineVersion} to ${target.version}`,
    )
  }
  if (!input.DBParameterGroupName && !parameterGroup.startsWith('default.')) {
    throw invalidParameterCombination(
      `The parameter group ${parameterGroup} can't be used with ${engine} ${target.version}. Please use a Parameter Group with DBParameterGroupFamily ${target.major.family}`,
    )
  }
}

/** Without a retention period the automated backups go at once. */
function retain(call: Call, instance: Instance, days: number): void {
  const before = instance.configuration.BackupRetentionPeriod ?? 0
  if (days === 0 && listInstances(call.db, call).some(({ source }) => source === instance.id)) {
    throw invalidParameterCombination(
      'Automated backups cannot be disabled for an instance that has read replicas.',
    )
  }
  if (before > 0 && days === 0) {
    removeAutomatedSnapshots(call, instance)
    recordEvent(call, { sourceType: 'db-instance', source: instance.id, id: 'RDS-EVENT-0028' })
  }
  if (before === 0 && days > 0) {
    recordEvent(call, { sourceType: 'db-instance', source: instance.id, id: 'RDS-EVENT-0032' })
  }
}

function rename(call: Call, instance: Instance, input: ModifyDBInstanceMessage): void {
  if (input.NewDBInstanceIdentifier === undefined) return
  const id = newIdentifier('NewDBInstanceIdentifier', input.NewDBInstanceIdentifier)
  if (id === instance.id) return
  if (findInstance(call.db, call, id)) throw instanceExists()
  const { DBInstanceIdentifier: _, ...pending } = instance.pending
  for (const replica of listInstances(call.db, call)) {
    if (replica.source === instance.id) updateInstance(call.db, replica, { source: id })
  }
  moveTags(call, instanceArn(call, instance.id), instanceArn(call, id))
  const renamed = updateInstance(call.db, instance, { id, pending, status: 'renaming' })
  call.ports.databases?.changed(call.db, renamed)
}

function defined<Value extends object>(
  value: Value,
): {
  [Key in keyof Value]?: Exclude<Value[Key], undefined>
} {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never
}
