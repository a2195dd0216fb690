import type { DBInstance, PendingModifiedValues } from '@aws-sdk/client-rds'
import type { TimerCall } from '../../../clock/timers.ts'
import { engineVersions } from '../engine-versions.ts'
import { recordEvent } from '../events/record-event.ts'
import { useDefaultParameterGroup } from '../groups/parameter-groups.ts'
import { updateInstance, type Instance, type InstanceChange } from '../rows/instances.ts'
import type { EventId } from '../events/catalogue.ts'
import { includedInGp3 } from '../orderable.ts'
import { certificate } from './new-instance.ts'

type Scope = Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>

/** A new password never waits: what else waits goes on waiting. */
export function applyPassword(call: Scope, instance: Instance): Instance {
  const applied = applyPending(call, { ...instance, pending: {} })
  return updateInstance(call.db, applied, { pending: instance.pending })
}

/**
 * Makes true what waits: at once, in the maintenance window, or with a reboot. The engine's part of it is brought about once the
 * transaction has committed.
 *
 * @returns the instance as it is now
 */
export function applyPending(call: Scope, instance: Instance): Instance {
  const { pending, private: hidden } = instance
  const { pendingPassword, ...rest } = hidden
  if (Object.keys(pending).length === 0 && pendingPassword === undefined) return instance
  const changed = updateInstance(call.db, instance, {
    ...changesOf(call.now, instance, pending),
    ...groupOf(call, instance, pending),
    pending: {},
    status: instance.status === 'available' ? statusFor(pending, pendingPassword) : instance.status,
    private: { ...rest, ...(pendingPassword !== undefined && { newPassword: pendingPassword }) },
  })
  for (const id of eventsOf(pending, pendingPassword)) {
    recordEvent(call, { sourceType: 'db-instance', source: changed.id, id })
  }
  call.ports.databases?.changed(call.db, changed)
  return changed
}

/** What comes with a type and size of storage: gp2 and magnetic have nothing to provision, gp3 has what is included. */
function provisioned(
  { Iops: iops, ...rest }: Partial<DBInstance>,
  { StorageType: changed, AllocatedStorage: grown }: Partial<PendingModifiedValues>,
): Partial<DBInstance> {
  const { StorageType: type, AllocatedStorage: size = 0, StorageThroughput: throughput = 0 } = rest
  if (type === 'gp3' && (changed !== undefined || grown !== undefined)) {
    const [baseIops, baseThroughput] = includedInGp3(size)
    return {
      ...rest,
      Iops: Math.max(iops ?? 0, baseIops),
      StorageThroughput: Math.max(throughput, baseThroughput),
    }
  }
  if (changed === undefined) return { ...rest, ...(iops !== undefined && { Iops: iops }) }
  const hasIops = changed.startsWith('io') && iops !== undefined
  return { ...rest, ...(hasIops && { Iops: iops }), StorageThroughput: 0 }
}

function changesOf(
  now: number,
  instance: Instance,
  pending: Partial<PendingModifiedValues>,
): InstanceChange {
  const { EngineVersion, Port, IAMDatabaseAuthenticationEnabled, ...values } = pending
  const {
    MasterUserPassword: _password,
    DBInstanceIdentifier: _id,
    PendingCloudwatchLogsExports: _logs,
    Engine: _engine,
    DBSubnetGroupName: _group,
    ...shown
  } = values
  const { configuration } = instance
  const zones = configuration.DBSubnetGroup?.Subnets?.map(
    ({ SubnetAvailabilityZone }) => SubnetAvailabilityZone?.Name,
  )
  const second = zones?.find((zone) => zone !== configuration.AvailabilityZone)
  const { SecondaryAvailabilityZone: before, ...alone } = configuration
  const multiAz = pending.MultiAZ ?? configuration.MultiAZ
  return {
    ...(EngineVersion !== undefined && { engineVersion: EngineVersion }),
    configuration: {
      ...provisioned({ ...alone, ...shown }, pending),
      ...(multiAz && { SecondaryAvailabilityZone: before ?? second }),
      ...(shown.CACertificateIdentifier !== undefined && {
        CertificateDetails: certificate(now, shown.CACertificateIdentifier),
      }),
      ...(IAMDatabaseAuthenticationEnabled !== undefined && { IAMDatabaseAuthenticationEnabled }),
      ...(Port !== undefined && { Endpoint: { ...configuration.Endpoint, Port } }),
    },
  }
}

/** Another major version has parameters of its own: who has chosen none gets its default group. */
function groupOf(
  call: Scope,
  { engine, parameterGroup }: Instance,
  { EngineVersion: version }: Partial<PendingModifiedValues>,
): InstanceChange {
  if (version === undefined || !parameterGroup.startsWith('default.')) return {}
  const family = engineVersions().find(
    (one) => one.engine.engine === engine && one.version === version,
  )?.major.family
  if (family === undefined || parameterGroup === `default.${family}`) return {}
  return { parameterGroup: useDefaultParameterGroup(call, 'instance', family) }
}

function statusFor(pending: Partial<PendingModifiedValues>, password: string | undefined): string {
  const names = Object.keys(pending)
  if (names.length === 0 && password !== undefined) return 'resetting-master-credentials'
  if (pending.EngineVersion !== undefined) return 'upgrading'
  return 'modifying'
}

function eventsOf(
  pending: Partial<PendingModifiedValues>,
  password: string | undefined,
): readonly EventId[] {
  return [
    ...(pending.DBInstanceClass === undefined
      ? []
      : (['RDS-EVENT-0012', 'RDS-EVENT-0014'] as const)),
    ...(pending.AllocatedStorage === undefined
      ? []
      : (['RDS-EVENT-0018', 'RDS-EVENT-0017'] as const)),
    ...(pending.MultiAZ === true ? (['RDS-EVENT-0024', 'RDS-EVENT-0025'] as const) : []),
    ...(pending.MultiAZ === false ? (['RDS-EVENT-0029', 'RDS-EVENT-0030'] as const) : []),
    ...(password === undefined ? [] : (['RDS-EVENT-0016'] as const)),
  ]
}
