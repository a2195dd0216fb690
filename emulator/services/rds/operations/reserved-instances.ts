import type {
  DescribeReservedDBInstancesMessage,
  DescribeReservedDBInstancesOfferingsMessage,
  PurchaseReservedDBInstancesOfferingMessage,
  PurchaseReservedDBInstancesOfferingResult,
  ReservedDBInstance,
  ReservedDBInstanceMessage,
  ReservedDBInstancesOffering,
  ReservedDBInstancesOfferingMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { filtered } from '../filters.ts'
import { newName } from '../groups/names.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  offeringNotFound,
  reservedInstanceExists,
  reservedInstanceNotFound,
  reservedInstanceQuotaExceeded,
} from '../recorded/errors.ts'
import { offerings, productOf } from '../recorded/offerings.ts'
import { documentsOf } from '../rows/documents.ts'
import { putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

/** A reservation, with its start in ms since the epoch. */
type Reservation = Omit<ReservedDBInstance, 'StartTime' | 'State' | 'ReservedDBInstanceArn'> & {
  readonly start: number
}

const reservations = documentsOf<Reservation>('reserved-instance')
const mostReserved = 40

/** What both lists are narrowed by. */
interface Wanted {
  readonly ReservedDBInstancesOfferingId?: string | undefined
  readonly DBInstanceClass?: string | undefined
  readonly Duration?: string | undefined
  readonly ProductDescription?: string | undefined
  readonly OfferingType?: string | undefined
  readonly MultiAZ?: boolean | undefined
}

const durations: Readonly<Record<string, number>> = {
  1: 31_536_000,
  3: 94_608_000,
  31_536_000: 31_536_000,
  94_608_000: 94_608_000,
}

function isWanted(wanted: Wanted): (one: ReservedDBInstancesOffering | Reservation) => boolean {
  const { Duration, ProductDescription } = wanted
  const seconds = Duration === undefined ? undefined : durations[Duration]
  if (Duration !== undefined && seconds === undefined) {
    throw invalidParameterValue(`Invalid value for Duration: ${Duration}`)
  }
  return (one) =>
    (wanted.ReservedDBInstancesOfferingId === undefined ||
      one.ReservedDBInstancesOfferingId === wanted.ReservedDBInstancesOfferingId) &&
    (wanted.DBInstanceClass === undefined || one.DBInstanceClass === wanted.DBInstanceClass) &&
    (seconds === undefined || one.Duration === seconds) &&
    (ProductDescription === undefined ||
      one.ProductDescription === productOf(ProductDescription)) &&
    (wanted.OfferingType === undefined || one.OfferingType === wanted.OfferingType) &&
    (wanted.MultiAZ === undefined || one.MultiAZ === wanted.MultiAZ)
}

export const DescribeReservedDBInstancesOfferings = operation<
  DescribeReservedDBInstancesOfferingsMessage,
  ReservedDBInstancesOfferingMessage
>({
  authorize: () => ['*'],
  run(input) {
    const id = input.ReservedDBInstancesOfferingId
    const found = offerings().filter(isWanted(input))
    if (id !== undefined && !offerings().some((one) => one.ReservedDBInstancesOfferingId === id)) {
      throw offeringNotFound(id)
    }
    const { records, Marker } = page(
      input,
      filtered(found, input.Filters, {}),
      (one) => one.ReservedDBInstancesOfferingId!,
    )
    return { ReservedDBInstancesOfferings: [...records], ...(Marker && { Marker }) }
  },
})

/** The bill knows nothing of reservations yet. */
export const PurchaseReservedDBInstancesOffering = operation<
  PurchaseReservedDBInstancesOfferingMessage,
  PurchaseReservedDBInstancesOfferingResult
>({
  coverage: 'recorded',
  authorize: ({ ReservedDBInstanceId, Tags }, call) => [
    on(call, 'ri', ReservedDBInstanceId ?? '*', { tags: Tags }),
  ],
  run(input, call) {
    const { ReservedDBInstancesOfferingId: offeringId, DBInstanceCount = 1, Tags } = input
    const offering = offerings().find((one) => one.ReservedDBInstancesOfferingId === offeringId)
    if (!offering) throw offeringNotFound(offeringId!)
    if (!Number.isInteger(DBInstanceCount) || DBInstanceCount < 1) {
      throw invalidParameterValue(`Invalid value for DBInstanceCount: ${DBInstanceCount}`)
    }
    const id =
      input.ReservedDBInstanceId === undefined
        ? `ri-${new Date(call.now).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')}-${call.ids.bytes(2).readUInt16BE()}`
        : newName('ReservedDBInstanceId', input.ReservedDBInstanceId)
    if (reservations.find(call.db, call, id)) throw reservedInstanceExists(id)
    const reserved = reservations
      .list(call.db, call)
      .filter((one) => stateOf(one, call.now) !== 'retired')
      .reduce((total, one) => total + one.DBInstanceCount!, 0)
    if (reserved + DBInstanceCount > mostReserved) throw reservedInstanceQuotaExceeded()
    checkTags(Tags)
    const reservation: Reservation = {
      ...offering,
      ReservedDBInstanceId: id,
      DBInstanceCount,
      LeaseId: call.ids.uuid(),
      start: call.now,
    }
    reservations.put(call.db, call, id, reservation)
    putTags(call, arnOf('ri', call, id), Tags)
    return { ReservedDBInstance: describe(reservation, call) }
  },
})

export const DescribeReservedDBInstances = operation<
  DescribeReservedDBInstancesMessage,
  ReservedDBInstanceMessage
>({
  authorize: ({ ReservedDBInstanceId }, call) => [on(call, 'ri', ReservedDBInstanceId ?? '*')],
  run(input, call) {
    const { ReservedDBInstanceId: id, LeaseId } = input
    const all = reservations
      .list(call.db, call)
      .filter((one) => id === undefined || one.ReservedDBInstanceId === id.toLowerCase())
    if (id !== undefined && all.length === 0) throw reservedInstanceNotFound(id)
    const found = all
      .filter(isWanted(input))
      .filter((one) => LeaseId === undefined || one.LeaseId === LeaseId)
    const { records, Marker } = page(
      input,
      filtered(found, input.Filters, {}),
      (one) => one.ReservedDBInstanceId!,
    )
    return {
      ReservedDBInstances: records.map((one) => describe(one, call)),
      ...(Marker && { Marker }),
    }
  },
})

/** It is paid for a moment after it is bought, and over when its time is. */
const stateOf = ({ start, Duration = 0 }: Reservation, now: number): string =>
  now <= start ? 'payment-pending' : now >= start + Duration * 1000 ? 'retired' : 'active'

const describe = ({ start, ...rest }: Reservation, call: Call): ReservedDBInstance => ({
  ...rest,
  StartTime: new Date(start),
  State: stateOf({ start, ...rest }, call.now),
  ReservedDBInstanceArn: arnOf('ri', call, rest.ReservedDBInstanceId!),
})
