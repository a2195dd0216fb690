import type {
  Instance,
  ModifyInstanceCapacityReservationAttributesRequest,
  ModifyInstanceCapacityReservationAttributesResult,
  ModifyInstanceCpuOptionsRequest,
  ModifyInstanceCpuOptionsResult,
  ModifyInstanceMaintenanceOptionsRequest,
  ModifyInstanceMaintenanceOptionsResult,
  ModifyInstanceNetworkPerformanceRequest,
  ModifyInstanceNetworkPerformanceResult,
  ModifyInstancePlacementRequest,
  ModifyInstancePlacementResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { shownSpecification } from '../capacity/admit.ts'
import { capacityReservations } from '../capacity/reservations.ts'
import { instanceNotStopped, invalidValue, missingParameter } from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { checkedCpuOptions } from '../instances/launch-options.ts'
import { placementOf } from '../instances/launch-parts.ts'
import { onResource } from '../permissions.ts'
import { instances } from '../rows/instances.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import type { InstanceRow } from '../rows/instances.ts'

interface Named {
  readonly InstanceId?: string | undefined
}

const onInstance = ({ InstanceId = '' }: Named, call: Call) => [
  onResource(call, 'instance', InstanceId),
]

function required({ InstanceId }: Named, call: Call): InstanceRow {
  if (!InstanceId) throw missingParameter('InstanceId')
  return instances.require(InstanceId, call)
}

function requiredStopped(input: Named, call: Call): InstanceRow {
  const row = required(input, call)
  if (row.state !== 'stopped') throw instanceNotStopped(row.instance_id)
  return row
}

const documentOf = ({ doc }: InstanceRow): Instance => JSON.parse(doc) as Instance

const change = (row: InstanceRow, changes: Partial<Instance>, call: Call): void =>
  updateInstance(call, row.instance_id, {
    doc: JSON.stringify({ ...documentOf(row), ...changes }),
  })

/** Of a stopped instance; an empty group name takes it out of its group. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstancePlacement.html */
export const ModifyInstancePlacement = operation<
  ModifyInstancePlacementRequest,
  ModifyInstancePlacementResult
>({
  authorize: onInstance,
  run(input, call) {
    const row = requiredStopped(input, call)
    const given = Object.entries(input).filter(([, value]) => value !== undefined)
    if (given.every(([name]) => name === 'InstanceId')) throw missingParameter('Tenancy')
    const before = documentOf(row).Placement ?? {}
    const { GroupId, ...kept } = before
    const named = input.GroupName !== undefined || input.GroupId !== undefined
    const Placement = {
      ...kept,
      ...(GroupId && !named ? { GroupName: before.GroupName } : {}),
      ...(named ? { GroupName: input.GroupName, GroupId: input.GroupId } : {}),
      ...(input.PartitionNumber === undefined ? {} : { PartitionNumber: input.PartitionNumber }),
      ...(input.Tenancy ? { Tenancy: input.Tenancy } : {}),
      ...(input.Affinity ? { Affinity: input.Affinity } : {}),
      ...(input.HostId ? { HostId: input.HostId, Tenancy: 'host' as const } : {}),
      ...(input.HostResourceGroupArn ? { HostResourceGroupArn: input.HostResourceGroupArn } : {}),
    }
    const type = instanceTypes().get(row.instance_type)!
    change(row, { Placement: placementOf({ Placement }, type, call) }, call)
    return { Return: true }
  },
})

const recoveries: ReadonlySet<string> = new Set(['default', 'disabled'])

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMaintenanceOptions.html */
export const ModifyInstanceMaintenanceOptions = operation<
  ModifyInstanceMaintenanceOptionsRequest,
  ModifyInstanceMaintenanceOptionsResult
>({
  authorize: onInstance,
  run(input, call) {
    const row = required(input, call)
    const { AutoRecovery, RebootMigration } = input
    if (!AutoRecovery && !RebootMigration) throw missingParameter('AutoRecovery')
    if (AutoRecovery && !recoveries.has(AutoRecovery)) {
      throw invalidValue(AutoRecovery, 'autoRecovery')
    }
    if (RebootMigration && !recoveries.has(RebootMigration)) {
      throw invalidValue(RebootMigration, 'rebootMigration')
    }
    const MaintenanceOptions = {
      ...documentOf(row).MaintenanceOptions,
      ...(AutoRecovery ? { AutoRecovery } : {}),
      ...(RebootMigration ? { RebootMigration } : {}),
    }
    change(row, { MaintenanceOptions }, call)
    return { InstanceId: row.instance_id, ...MaintenanceOptions }
  },
})

/** Of a stopped instance. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCpuOptions.html */
export const ModifyInstanceCpuOptions = operation<
  ModifyInstanceCpuOptionsRequest,
  ModifyInstanceCpuOptionsResult
>({
  authorize: onInstance,
  run(input, call) {
    const row = requiredStopped(input, call)
    const { CoreCount, ThreadsPerCore } = input
    if (CoreCount === undefined) throw missingParameter('CoreCount')
    if (ThreadsPerCore === undefined) throw missingParameter('ThreadsPerCore')
    const type = instanceTypes().get(row.instance_type)!
    const CpuOptions = checkedCpuOptions({ CpuOptions: { CoreCount, ThreadsPerCore } }, type)
    change(row, { CpuOptions: { ...documentOf(row).CpuOptions, ...CpuOptions } }, call)
    return { InstanceId: row.instance_id, CoreCount, ThreadsPerCore }
  },
})

const weightings: ReadonlySet<string> = new Set(['default', 'vpc-1', 'ebs-1'])

/** Of a stopped instance. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceNetworkPerformanceOptions.html */
export const ModifyInstanceNetworkPerformanceOptions = operation<
  ModifyInstanceNetworkPerformanceRequest,
  ModifyInstanceNetworkPerformanceResult
>({
  authorize: onInstance,
  run(input, call) {
    const row = requiredStopped(input, call)
    const { BandwidthWeighting } = input
    if (!BandwidthWeighting) throw missingParameter('BandwidthWeighting')
    if (!weightings.has(BandwidthWeighting)) {
      throw invalidValue(BandwidthWeighting, 'bandwidthWeighting')
    }
    change(row, { NetworkPerformanceOptions: { BandwidthWeighting } }, call)
    return { InstanceId: row.instance_id, BandwidthWeighting }
  },
})

/** Takes effect at the next start. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCapacityReservationAttributes.html */
export const ModifyInstanceCapacityReservationAttributes = operation<
  ModifyInstanceCapacityReservationAttributesRequest,
  ModifyInstanceCapacityReservationAttributesResult
>({
  authorize(input, call) {
    const { CapacityReservationTarget: target } = input.CapacityReservationSpecification ?? {}
    return [
      ...onInstance(input, call),
      ...(target?.CapacityReservationId
        ? [onResource(call, 'capacity-reservation', target.CapacityReservationId)]
        : []),
    ]
  },
  run(input, call) {
    const row = requiredStopped(input, call)
    const { CapacityReservationSpecification: given } = input
    if (!given) throw missingParameter('CapacityReservationSpecification')
    const id = given.CapacityReservationTarget?.CapacityReservationId
    if (id) capacityReservations.require(id, call)
    change(row, { CapacityReservationSpecification: shownSpecification(given) }, call)
    return { Return: true }
  },
})
