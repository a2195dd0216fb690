import type { Instance } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { insufficientCapacityToStart } from '../errors/capacity.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { admit } from './admit.ts'
import type { Wanted } from './admit.ts'

/**
 * What stopped instances need to run again: room in the quota and in their zone, or in a reservation.
 *
 * @returns the reservations, by the ids of the instances that run in one
 * @throws VcpuLimitExceeded, InsufficientInstanceCapacity
 */
export function admitStart(
  rows: readonly InstanceRow[],
  call: Pick<TimerCall, 'db' | 'account' | 'region' | 'ports'>,
): Map<string, string> {
  const alike = new Map<string, { wanted: Wanted; ids: string[] }>()
  for (const row of rows) {
    const wanted = wantedBy(row)
    if (!wanted) continue
    const { type, ...rest } = wanted
    const key = JSON.stringify([type.InstanceType, rest])
    const known = alike.get(key)
    if (known) known.ids.push(row.instance_id)
    else alike.set(key, { wanted, ids: [row.instance_id] })
  }
  const found = new Map<string, string>()
  for (const { wanted, ids } of alike.values()) {
    const { reservations } = admitAll(wanted, ids.length, call)
    reservations.forEach((reservation, at) => found.set(ids[at]!, reservation))
  }
  return found
}

function wantedBy(row: InstanceRow): Wanted | undefined {
  const type = instanceTypes().get(row.instance_type)
  if (!type) return undefined
  const shown = JSON.parse(row.doc) as Instance
  return {
    type,
    zone: row.availability_zone,
    platform: shown.PlatformDetails ?? 'Linux/UNIX',
    tenancy: shown.Placement?.Tenancy ?? 'default',
    spot: shown.InstanceLifecycle === 'spot',
    specification: shown.CapacityReservationSpecification,
  }
}

function admitAll(wanted: Wanted, count: number, call: Parameters<typeof admit>[2]) {
  try {
    return admit(wanted, { least: count, most: count }, call)
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InsufficientInstanceCapacity') {
      throw insufficientCapacityToStart()
    }
    throw error
  }
}
