import type {
  CancelCapacityReservationRequest,
  CancelCapacityReservationResult,
  CapacityReservation,
  CreateCapacityReservationRequest,
  CreateCapacityReservationResult,
  DescribeCapacityReservationsRequest,
  DescribeCapacityReservationsResult,
  GetCapacityReservationUsageRequest,
  GetCapacityReservationUsageResult,
  GetGroupsForCapacityReservationRequest,
  GetGroupsForCapacityReservationResult,
  ModifyCapacityReservationRequest,
  ModifyCapacityReservationResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import {
  capacityReservations,
  letInstancesGo,
  scheduleEnd,
  usedCount,
  withAvailable,
} from '../capacity/reservations.ts'
import { vcpuRoom } from '../capacity/vcpu-quotas.ts'
import { zonesWith } from '../capacity/admit.ts'
import { insufficientCapacity, vcpuLimitExceeded } from '../errors/capacity.ts'
import {
  invalidInstanceType,
  invalidParameterCombination,
  invalidParameterValue,
  invalidValue,
  missingParameter,
  typeNotInZone,
} from '../errors.ts'
import { instanceTypes, isOffered } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { isShort } from '../rows/capacity-shortages.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { specifiedTags } from '../tagging.ts'

const platforms: ReadonlySet<string> = new Set([
  'Linux/UNIX',
  'Red Hat Enterprise Linux',
  'SUSE Linux',
  'Windows',
  'Windows with SQL Server',
  'Windows with SQL Server Enterprise',
  'Windows with SQL Server Standard',
  'Windows with SQL Server Web',
  'Linux with SQL Server Standard',
  'Linux with SQL Server Web',
  'Linux with SQL Server Enterprise',
  'RHEL with SQL Server Standard',
  'RHEL with SQL Server Enterprise',
  'RHEL with SQL Server Web',
  'RHEL with HA',
  'RHEL with HA and SQL Server Standard',
  'RHEL with HA and SQL Server Enterprise',
  'Ubuntu Pro',
])

const onReservation = (id: string | undefined, call: Call, context = {}) =>
  onResource(call, 'capacity-reservation', id ?? '', { context })

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCapacityReservation.html */
export const CreateCapacityReservation = operation<
  CreateCapacityReservationRequest,
  CreateCapacityReservationResult
>({
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'capacity-reservation', TagSpecifications),
  run(input, call) {
    const before = findByToken<string>(input.ClientToken, input, call)
    if (before) {
      return {
        CapacityReservation: withAvailable(capacityReservations.require(before, call), call),
      }
    }
    const { 'capacity-reservation': tags } = specifiedTags(
      input.TagSpecifications,
      'capacity-reservation',
    )
    const zone = wantedZone(input, call)
    const count = checkedCount(input.InstanceCount)
    const type = wantedType(input.InstanceType, zone, call)
    const { InstancePlatform: platform = '' } = input
    if (!platforms.has(platform)) throw invalidValue(platform, 'instancePlatform')
    const start = input.StartDate ?? new Date(call.now)
    const end = checkedEnd(input, call.now)
    const name = type.InstanceType!
    const { room, limit } = vcpuRoom(type, false, call)
    if (room < count) throw vcpuLimitExceeded(limit)
    if (isShort(call, name, zone.name)) {
      throw insufficientCapacity(name, zone.name, zonesWith(type, call))
    }
    const id = call.ids.ec2('cr')
    const reservation = capacityReservations.insert(
      {
        OwnerId: call.account,
        CapacityReservationArn: arnOf(call, 'capacity-reservation', id),
        AvailabilityZone: zone.name,
        AvailabilityZoneId: zone.id,
        InstanceType: name,
        InstancePlatform: platform as 'Linux/UNIX',
        Tenancy: input.Tenancy ?? 'default',
        TotalInstanceCount: count,
        EbsOptimized: input.EbsOptimized === true,
        EphemeralStorage: input.EphemeralStorage === true,
        StartDate: start,
        ...(end ? { EndDate: end } : {}),
        EndDateType: end ? 'limited' : 'unlimited',
        InstanceMatchCriteria: input.InstanceMatchCriteria ?? 'open',
        ReservationType: 'default',
        ...(input.OutpostArn ? { OutpostArn: input.OutpostArn } : {}),
        ...(input.PlacementGroupArn ? { PlacementGroupArn: input.PlacementGroupArn } : {}),
      },
      tags,
      call,
      { id },
    )
    scheduleEnd(reservation, call)
    keepToken(input.ClientToken, input, id, call)
    return { CapacityReservation: withAvailable(reservation, call) }
  },
})

function wantedZone(
  { AvailabilityZone: name, AvailabilityZoneId: id }: CreateCapacityReservationRequest,
  call: Call,
) {
  if (!name && !id) throw missingParameter('AvailabilityZone')
  const zone = zonesOf(call.region).find((one) => (name ? one.name === name : one.id === id))
  if (!zone) throw invalidParameterValue(`Invalid availability zone: [${name ?? id}]`)
  return zone
}

function wantedType(name: string | undefined, zone: { name: string; id: string }, call: Call) {
  if (!name) throw missingParameter('InstanceType')
  const type = instanceTypes().get(name)
  if (!type) throw invalidInstanceType(name)
  if (!isOffered(type, zone)) throw typeNotInZone(name, zone.name, zonesWith(type, call))
  return type
}

function checkedCount(count: number | undefined): number {
  if (count === undefined) throw missingParameter('InstanceCount')
  if (count < 1 || count > 1000) throw invalidValue(count, 'instanceCount')
  return count
}

function checkedEnd(
  { EndDate, EndDateType }: Pick<CreateCapacityReservationRequest, 'EndDate' | 'EndDateType'>,
  now: number,
): Date | undefined {
  if (EndDateType === 'limited' && !EndDate) {
    throw invalidParameterCombination(
      'The EndDate parameter is required when EndDateType is limited.',
    )
  }
  if (EndDate && EndDateType === 'unlimited') {
    throw invalidParameterCombination(
      'The EndDate parameter cannot be specified when EndDateType is unlimited.',
    )
  }
  if (EndDate && EndDate.getTime() <= now) {
    throw invalidParameterValue('The EndDate must be in the future.')
  }
  return EndDate
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCapacityReservations.html */
export const DescribeCapacityReservations = operation<
  DescribeCapacityReservationsRequest,
  DescribeCapacityReservationsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { items, nextToken } = capacityReservations.page(
      input,
      input.CapacityReservationIds,
      call,
    )
    return {
      CapacityReservations: items.map((one) => withAvailable(one, call)),
      NextToken: nextToken,
    }
  },
})

/** @throws InvalidCapacityReservationId.NotFound; InvalidCapacityReservationState for one that has ended */
function requireActive(id: string | undefined, call: Call): CapacityReservation {
  if (!id) throw missingParameter('CapacityReservationId')
  return capacityReservations.require(id, call)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyCapacityReservation.html */
export const ModifyCapacityReservation = operation<
  ModifyCapacityReservationRequest,
  ModifyCapacityReservationResult
>({
  authorize: ({ CapacityReservationId: id }, call) => [onReservation(id, call)],
  run(input, call) {
    const reservation = requireActive(input.CapacityReservationId, call)
    const id = reservation.CapacityReservationId!
    const changes: Partial<CapacityReservation> = {}
    if (input.InstanceCount !== undefined) {
      const count = checkedCount(input.InstanceCount)
      if (count < usedCount(call, id)) {
        throw new AwsError(
          'OperationNotPermitted',
          'The instance count cannot be less than the number of instances that run in the Capacity Reservation.',
        )
      }
      const more = count - reservation.TotalInstanceCount!
      const type = instanceTypes().get(reservation.InstanceType!)!
      const { room, limit } = vcpuRoom(type, false, call)
      if (more > room) throw vcpuLimitExceeded(limit)
      if (more > 0 && isShort(call, reservation.InstanceType!, reservation.AvailabilityZone!)) {
        throw insufficientCapacity(reservation.InstanceType!, reservation.AvailabilityZone!, [])
      }
      changes.TotalInstanceCount = count
    }
    if (input.EndDateType || input.EndDate) {
      const end = checkedEnd(input, call.now)
      changes.EndDate = end
      changes.EndDateType = end ? 'limited' : 'unlimited'
    }
    if (input.InstanceMatchCriteria) changes.InstanceMatchCriteria = input.InstanceMatchCriteria
    scheduleEnd(capacityReservations.change(id, changes, call), call)
    return { Return: true }
  },
})

/** What runs in it runs on. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelCapacityReservation.html */
export const CancelCapacityReservation = operation<
  CancelCapacityReservationRequest,
  CancelCapacityReservationResult
>({
  authorize: ({ CapacityReservationId: id }, call) => [onReservation(id, call)],
  run({ CapacityReservationId }, call) {
    const id = requireActive(CapacityReservationId, call).CapacityReservationId!
    letInstancesGo(call, id)
    capacityReservations.change(id, {}, call, 'cancelled')
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetCapacityReservationUsage.html */
export const GetCapacityReservationUsage = operation<
  GetCapacityReservationUsageRequest,
  GetCapacityReservationUsageResult
>({
  authorize: ({ CapacityReservationId: id }, call) => [onReservation(id, call)],
  run({ CapacityReservationId }, call) {
    const one = withAvailable(requireActive(CapacityReservationId, call), call)
    const used = usedCount(call, one.CapacityReservationId!)
    return {
      CapacityReservationId: one.CapacityReservationId,
      InstanceType: one.InstanceType!,
      TotalInstanceCount: one.TotalInstanceCount,
      AvailableInstanceCount: one.AvailableInstanceCount,
      State: one.State,
      InstanceUsages: used > 0 ? [{ AccountId: call.account, UsedInstanceCount: used }] : [],
    }
  },
})

/** Resource groups are another service's. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetGroupsForCapacityReservation.html */
export const GetGroupsForCapacityReservation = operation<
  GetGroupsForCapacityReservationRequest,
  GetGroupsForCapacityReservationResult
>({
  coverage: 'recorded',
  authorize: ({ CapacityReservationId: id }, call) => [onReservation(id, call)],
  run({ CapacityReservationId }, call) {
    requireActive(CapacityReservationId, call)
    return { CapacityReservationGroups: [] }
  },
})
