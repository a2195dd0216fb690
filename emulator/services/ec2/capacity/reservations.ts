import type { CapacityReservation } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Scope } from '../describe/resources.ts'
import { json, time } from '../describe/sql.ts'
import { byMembers, family } from '../recorded/family.ts'

// On-Demand Capacity Reservations: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html

const sentence = (ids: string) => `The capacity reservation ID '${ids}' does not exist`

/** Without `AvailableInstanceCount`, which follows from the instances that run in a reservation. */
export const capacityReservations = family<CapacityReservation>({
  type: 'capacity-reservation',
  prefix: 'cr',
  id: 'CapacityReservationId',
  notFound: {
    code: 'InvalidCapacityReservationId.NotFound',
    one: sentence,
    several: sentence,
  },
  malformed: 'InvalidCapacityReservationId.Malformed',
  limits: { least: 1, most: 1000 },
  life: { first: 'active', gone: ['cancelled', 'expired'] },
  created: 'CreateDate',
  filters: {
    ...byMembers('InstanceType', 'OwnerId', 'AvailabilityZone', 'Tenancy', 'OutpostArn'),
    ...byMembers('EndDateType', 'InstanceMatchCriteria', 'PlacementGroupArn'),
    'instance-platform': json('InstancePlatform'),
    'start-date': time(`json_extract(t.doc, '$.StartDate.$date')`),
    'end-date': time(`json_extract(t.doc, '$.EndDate.$date')`),
    state: 't.state',
  },
})

/** The instances that run in a reservation. */
export const usedCount = ({ db, account, region }: Scope, id: string): number =>
  db.get<{ count: number }>(
    `select count(*) count from ec2_instances
     where account = ? and region = ? and capacity_reservation_id = ?
       and state in ('pending', 'running')`,
    account,
    region,
    id,
  )!.count

/** A reservation as it is shown: with what is left of it, which for one that has ended is nothing. */
export function withAvailable(reservation: CapacityReservation, scope: Scope): CapacityReservation {
  const { CapacityReservationId: id, TotalInstanceCount: total = 0, State } = reservation
  const used = usedCount(scope, id!)
  return {
    ...reservation,
    AvailableInstanceCount: State === 'active' ? total - used : 0,
    ...(used > 0
      ? { CapacityAllocations: [{ AllocationType: 'used' as const, Count: used }] }
      : { CapacityAllocations: [] }),
  }
}

/** How many instances of each type are reserved, used or not. */
export function reservedCounts(scope: Scope): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { InstanceType: type = '', TotalInstanceCount = 0 } of activeReservations(scope)) {
    counts.set(type, (counts.get(type) ?? 0) + TotalInstanceCount)
  }
  return counts
}

export const activeReservations = (scope: Scope): CapacityReservation[] =>
  capacityReservations.all(scope).filter(({ State }) => State === 'active')

/** The instances of a reservation that ends run on, outside it. */
export function letInstancesGo({ db, account, region }: Scope, id: string): void {
  db.run(
    `update ec2_instances set capacity_reservation_id = null
     where account = ? and region = ? and capacity_reservation_id = ?`,
    account,
    region,
    id,
  )
}

interface Ending {
  readonly id: string
  /** A change of the end leaves the timer of an earlier one behind. */
  readonly endsAt: number
}

/** Has a reservation expire at its end. */
export function scheduleEnd(
  reservation: CapacityReservation,
  call: Pick<TimerCall, 'timers'>,
): void {
  const { CapacityReservationId: id, EndDate, EndDateType } = reservation
  if (EndDateType !== 'limited' || !EndDate) return
  const ending: Ending = { id: id!, endsAt: EndDate.getTime() }
  call.timers.schedule(ending.endsAt, 'capacity-reservation-expired', ending)
}

export const capacityTimers = {
  'capacity-reservation-expired'({ id, endsAt }: Ending, call: TimerCall): void {
    const reservation = capacityReservations.find(id, call)
    if (reservation?.State !== 'active' || reservation.EndDate?.getTime() !== endsAt) return
    letInstancesGo(call, id)
    capacityReservations.change(id, {}, call, 'expired')
  },
}
