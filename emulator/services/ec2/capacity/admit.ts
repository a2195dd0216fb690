import type {
  CapacityReservation,
  Instance,
  InstanceTypeInfo,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import {
  insufficientCapacity,
  reservationCapacityExceeded,
  spotCountExceeded,
  vcpuLimitExceeded,
} from '../errors/capacity.ts'
import { invalidParameterCombination, invalidValue } from '../errors.ts'
import { isOffered } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import { isShort } from '../rows/capacity-shortages.ts'
import { activeReservations, capacityReservations, usedCount } from './reservations.ts'
import { vcpuRoom } from './vcpu-quotas.ts'

type AdmitCall = Pick<TimerCall, 'db' | 'account' | 'region' | 'ports'>

/** What is to run, and where. */
export interface Wanted {
  readonly type: InstanceTypeInfo
  /** The zone's name. */
  readonly zone: string
  /** `Linux/UNIX`, as images say it. */
  readonly platform: string
  readonly tenancy: string
  readonly spot: boolean
  readonly specification: RunInstancesRequest['CapacityReservationSpecification']
}

/** How many instances may run, and the reservations that the first of them run in. */
export interface Admitted {
  readonly count: number
  readonly reservations: readonly string[]
}

/**
 * As many of the instances as the reservations, the quota and the zone have room for.
 *
 * @throws VcpuLimitExceeded, MaxSpotInstanceCountExceeded, InsufficientInstanceCapacity or
 *   ReservationCapacityExceeded when that is fewer than `least`
 */
export function admit(
  wanted: Wanted,
  { least, most }: { readonly least: number; readonly most: number },
  call: AdmitCall,
): Admitted {
  const { type, zone, spot } = wanted
  const name = type.InstanceType!
  const slots = spot ? [] : reservationSlots(wanted, most, call)
  if (isReservedOnly(wanted.specification)) {
    if (slots.length >= least) return { count: slots.length, reservations: slots }
    throw wanted.specification?.CapacityReservationTarget
      ? reservationCapacityExceeded()
      : insufficientCapacity(name, zone, [])
  }
  const { room, limit } = vcpuRoom(type, spot, call)
  const allowed = Math.max(0, room) + slots.length
  if (allowed < least) throw spot ? spotCountExceeded() : vcpuLimitExceeded(limit)
  // What is reserved is there, however short the rest is.
  const there = isShort(call, name, zone) ? slots.length : Infinity
  if (there < least) throw insufficientCapacity(name, zone, zonesWith(type, call))
  return { count: Math.min(most, allowed, there), reservations: slots }
}

/** The zones that have a type: those that offer it, and are not short of it. */
export const zonesWith = (
  type: InstanceTypeInfo,
  call: Pick<TimerCall, 'db' | 'account' | 'region'>,
): string[] =>
  zonesOf(call.region)
    .filter((zone) => isOffered(type, zone) && !isShort(call, type.InstanceType!, zone.name))
    .map(({ name }) => name)

/** Named reservations, or `capacity-reservations-only`: nothing runs outside of them. */
const isReservedOnly = (specification: Wanted['specification']): boolean =>
  specification?.CapacityReservationTarget !== undefined ||
  specification?.CapacityReservationPreference === 'capacity-reservations-only'

/** The reservations that instances may run in, each as often as it has room. */
function reservationSlots(wanted: Wanted, most: number, call: AdmitCall): string[] {
  const { specification } = wanted
  const target = specification?.CapacityReservationTarget
  if (specification?.CapacityReservationPreference === 'none') return []
  const candidates = target?.CapacityReservationId
    ? [requireActive(target.CapacityReservationId, wanted, call)]
    : target
      ? []
      : activeReservations(call).filter(
          (one) => one.InstanceMatchCriteria === 'open' && fits(one, wanted),
        )
  return candidates
    .flatMap((one) => {
      const id = one.CapacityReservationId!
      const free = (one.TotalInstanceCount ?? 0) - usedCount(call, id)
      return Array.from({ length: Math.max(0, free) }, () => id)
    })
    .slice(0, most)
}

function requireActive(id: string, wanted: Wanted, call: AdmitCall): CapacityReservation {
  const reservation = capacityReservations.require(id, call)
  if (!fits(reservation, wanted)) {
    throw new AwsError(
      'InvalidParameterCombination',
      `The instance attributes do not match those of the Capacity Reservation ${id}: instance type, platform, Availability Zone and tenancy have to be the same.`,
    )
  }
  return reservation
}

const fits = (one: CapacityReservation, { type, zone, platform, tenancy }: Wanted): boolean =>
  one.InstanceType === type.InstanceType &&
  one.AvailabilityZone === zone &&
  one.InstancePlatform === platform &&
  one.Tenancy === tenancy

/** What an instance shows of the reservations it was told to use. @throws as EC2 does for what contradicts itself */
export function shownSpecification(
  given: RunInstancesRequest['CapacityReservationSpecification'],
): Instance['CapacityReservationSpecification'] {
  const { CapacityReservationPreference: preference, CapacityReservationTarget: target } =
    given ?? {}
  if (preference && target) {
    throw invalidParameterCombination(
      'The parameters CapacityReservationPreference and CapacityReservationTarget cannot be specified together.',
    )
  }
  if (preference && !['open', 'none', 'capacity-reservations-only'].includes(preference)) {
    throw invalidValue(preference, 'CapacityReservationPreference')
  }
  return target
    ? { CapacityReservationTarget: target }
    : { CapacityReservationPreference: preference ?? 'open' }
}
