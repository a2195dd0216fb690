import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Scope } from '../describe/resources.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { reservedCounts } from './reservations.ts'

// How many vCPUs of a class of types may run: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits

type TypeClass = 'standard' | 'dl' | 'f' | 'g' | 'hpc' | 'inf' | 'p' | 'trn' | 'u' | 'x'

/** The codes of the quotas; P5 has one of its own on the spot market, and some have none there. */
const codes: Readonly<Record<TypeClass, { readonly onDemand: string; readonly spot?: string }>> = {
  standard: { onDemand: 'L-1216C47A', spot: 'L-34B43A08' },
  dl: { onDemand: 'L-6E869C2A', spot: 'L-85EED4F7' },
  f: { onDemand: 'L-74FC7D96', spot: 'L-88CF9481' },
  g: { onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
  hpc: { onDemand: 'L-F7808C92' },
  inf: { onDemand: 'L-1945791B', spot: 'L-B5D1601B' },
  p: { onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
  trn: { onDemand: 'L-2C3B7624', spot: 'L-6B0D517C' },
  u: { onDemand: 'L-43DA4232' },
  x: { onDemand: 'L-7295265B', spot: 'L-E3A00192' },
}

const p5 = 'L-C4BD4855'

/** The class that a type counts in: most are one, and the accelerated ones each have their own. */
function classOf(type: string): TypeClass {
  const letters = /^[a-z]+/.exec(type)?.[0] ?? ''
  if (letters === 'vt' || /^g\d|^gr\d/.test(type)) return 'g'
  for (const one of ['dl', 'hpc', 'inf', 'trn', 'u'] as const) if (letters === one) return one
  if (/^(f|p|x)\d/.test(type)) return letters[0] as 'f' | 'p' | 'x'
  return 'standard'
}

function codeOf(type: string, spot: boolean): string | undefined {
  const { onDemand, spot: onSpot } = codes[classOf(type)]
  if (!spot) return onDemand
  return type.startsWith('p5') ? p5 : onSpot
}

const vcpusOf = (type: string): number => instanceTypes().get(type)?.VCpuInfo?.DefaultVCpus ?? 0

/**
 * How many more instances of a type the account's quota has room for, and the quota in vCPUs. What is reserved counts
 * as if it ran, and what runs in a reservation does not count again.
 */
export function vcpuRoom(
  type: InstanceTypeInfo,
  spot: boolean,
  call: Pick<TimerCall, 'db' | 'account' | 'region' | 'ports'>,
): { readonly room: number; readonly limit: number } {
  const name = type.InstanceType!
  const code = codeOf(name, spot)
  const limit = code ? (call.ports.quotas?.valueOf(call, 'ec2', code) ?? Infinity) : Infinity
  if (limit === Infinity) return { room: Infinity, limit }
  let used = 0
  for (const [running, count] of countsOf(spot, call)) {
    if (codeOf(running, spot) === code) used += vcpusOf(running) * count
  }
  return { room: Math.floor((limit - used) / vcpusOf(name)), limit }
}

function countsOf(spot: boolean, scope: Scope): Map<string, number> {
  const onSpot = countRunning(`and json_extract(doc, '$.InstanceLifecycle') = 'spot'`, scope)
  if (spot) return onSpot
  const counts = countRunning('', scope)
  const inReservations = countRunning('and capacity_reservation_id is not null', scope)
  const add = (type: string, count: number) => counts.set(type, (counts.get(type) ?? 0) + count)
  for (const [type, count] of onSpot) add(type, -count)
  for (const [type, count] of inReservations) add(type, -count)
  for (const [type, count] of reservedCounts(scope)) add(type, count)
  return counts
}

/** @param where has to be the condition of an index, so that no row is read */
const countRunning = (where: string, { db, account, region }: Scope): Map<string, number> =>
  new Map(
    db
      .all<{ instance_type: string; count: number }>(
        `select instance_type, count(*) count from ec2_instances
         where account = ? and region = ? and state in ('pending', 'running') ${where}
         group by instance_type`,
        account,
        region,
      )
      .map(({ instance_type, count }) => [instance_type, count]),
  )
