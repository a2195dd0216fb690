import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { historyLength } from '../../../prices/spot.ts'
import { arnOf } from '../arns.ts'
import { publish } from '../events.ts'
import { begin } from '../instances/lifecycle.ts'
import { launch } from '../instances/launch.ts'
import { isShort } from '../rows/capacity-shortages.ts'
import { instances } from '../rows/instances.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import {
  deleteSpotRequest,
  requestDocument,
  requestsOfGroup,
  spotRequests,
  updateSpotRequest,
} from '../rows/spot-requests.ts'
import type { SpotRequestRow } from '../rows/spot-requests.ts'
import { deleteTags } from '../rows/tags.ts'
import { endNow, startInterruption } from './interruptions.ts'
import { cheapEnoughAt, offersFor, tooDearAt, zoneNamed, zonesFor } from './market.ts'
import type { Offer } from './market.ts'
import { inZone, isPassing } from './requests.ts'
import { priceTooLowMessage, setStatus } from './status.ts'
import type { StatusCode } from './status.ts'

/** How long EC2 waits before it looks again for capacity that was not there. */
const capacityRetry = 5 * 60_000
/** How long a request that is over can still be seen. */
const visibleFor = 48 * 3_600_000
/** A one-time request that names no end waits no longer than this. */
const patience = 7 * 24 * 3_600_000

interface Request {
  readonly requestId: string
}

/** What becomes of spot requests by themselves. */
export const spotRequestTimers = {
  'spot-evaluate'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row?.state === 'open') evaluate(row, call)
    else if (row?.state === 'disabled') restart(row, call)
  },
  'spot-expire'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row) expire(row, call)
  },
  'spot-watch'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row) watch(row, call)
  },
  'spot-close'({ requestId }: Request, call: TimerCall): void {
    ends(requestId, call)
  },
  'spot-stopped'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row) restartLater(row, call)
  },
  'spot-group-ended'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row?.state === 'active') endNow(row, 'launch-group', call)
  },
  'spot-forget'({ requestId }: Request, call: TimerCall): void {
    deleteSpotRequest(call, requestId)
    deleteTags(call, requestId)
  },
}

/** Has a request looked at, again if need be, at a moment. */
export function evaluateAt(requestId: string, at: number, call: TimerCall): void {
  call.timers.cancel('spot-evaluate', requestId)
  call.timers.schedule(at, 'spot-evaluate', { requestId }, requestId)
}

/** A request begins: it is looked at now, and given up when its time is over. */
export function begins(requestId: string, call: TimerCall): void {
  const row = spotRequests.require(requestId, call)
  const end = row.valid_until ?? (row.type === 'one-time' ? call.now + patience : undefined)
  if (end !== undefined) {
    call.timers.schedule(Math.max(end, call.now), 'spot-expire', { requestId }, requestId)
  }
  evaluateAt(requestId, call.now, call)
}

/** A request is over: nothing more becomes of it, and after two days it is forgotten. */
export function ends(requestId: string, call: TimerCall): void {
  for (const kind of ['spot-evaluate', 'spot-expire']) call.timers.cancel(kind, requestId)
  call.timers.schedule(call.now + visibleFor, 'spot-forget', { requestId }, requestId)
}

function evaluate(row: SpotRequestRow, call: TimerCall): void {
  const id = row.request_id
  if (row.valid_until !== null && row.valid_until <= call.now) return expire(row, call)
  if (row.valid_from !== null && row.valid_from > call.now) {
    setStatus(id, 'open', 'not-scheduled-yet', call)
    return evaluateAt(id, row.valid_from, call)
  }
  const group = row.launch_group
    ? requestsOfGroup(call, 'launch_group', row.launch_group).filter(
        ({ state }) => state === 'open',
      )
    : [row]
  const choices = group.map((one) => ({ row: one, choice: choose(one, call) }))
  // All instances of a launch group start together, or none does.
  if (choices.some(({ choice }) => !('offer' in choice))) {
    for (const { row: one, choice } of choices) hold(one, choice, call)
    return
  }
  for (const { row: one, choice } of choices) {
    if ('offer' in choice) fulfil(one, choice.offer, call)
  }
}

type Choice =
  | { readonly offer: Offer }
  | { readonly code: StatusCode; readonly message?: string; readonly again: number }

/** The cheapest zone that the request may be fulfilled in, or what keeps it from being. */
function choose(row: SpotRequestRow, call: TimerCall): Choice {
  const { launch: input } = requestDocument(row)
  const possible = zonesFor(input, call)
  const never = { code: 'constraint-not-fulfillable', again: call.now + historyLength } as const
  if (possible.length === 0) return never
  const shared = row.zone_group
    ? requestsOfGroup(call, 'zone_group', row.zone_group).find((one) => one.launched_zone)
    : undefined
  const zones = shared ? possible.filter(({ name }) => name === shared.launched_zone) : possible
  if (zones.length === 0) return { ...never, code: 'az-group-constraint' }
  const [cheapest] = offersFor(row.instance_type, row.product, zones, call)
  if (!cheapest) return never
  if (cheapest.price <= row.max_price) return { offer: cheapest }
  return {
    code: 'price-too-low',
    message: priceTooLowMessage(row.max_price, cheapest.price),
    again: cheapEnoughAt(row.instance_type, row.product, zones, row.max_price, call),
  }
}

function hold(row: SpotRequestRow, choice: Choice, call: TimerCall): void {
  if ('offer' in choice) {
    setStatus(row.request_id, 'open', 'launch-group-constraint', call)
    return
  }
  setStatus(row.request_id, 'open', choice.code, call, choice.message)
  evaluateAt(row.request_id, choice.again, call)
}

function fulfil(row: SpotRequestRow, { zone }: Offer, call: TimerCall): void {
  const id = row.request_id
  const { launch: input } = requestDocument(row)
  try {
    // A launch that fails halfway leaves nothing behind.
    call.db.transaction(() => {
      const [instanceId] = launch(inZone(input, zone.name), { spotRequestId: () => id }, call)
      fulfilled(id, instanceId!, zone.name, call)
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    if (isPassing(error) || error.code === 'MaxSpotInstanceCountExceeded') {
      setStatus(id, 'open', 'capacity-not-available', call)
      return evaluateAt(id, call.now + capacityRetry, call)
    }
    const document = requestDocument(row)
    const fault = { Code: error.code, Message: error.message }
    updateSpotRequest(call, id, { doc: JSON.stringify({ ...document, fault }) })
    setStatus(id, 'failed', 'bad-parameters', call, error.message)
    ends(id, call)
  }
}

/** The request has its instance. */
export function fulfilled(
  requestId: string,
  instanceId: string,
  zone: string,
  call: TimerCall,
): void {
  updateSpotRequest(call, requestId, {
    instance_id: instanceId,
    launched_zone: zone,
    interruption_cause: null,
    interruption_action: null,
    interruption_at: null,
    rebalance_at: null,
    noticed_at: null,
  })
  setStatus(requestId, 'active', 'fulfilled', call)
  publish(call, {
    detailType: 'EC2 Spot Instance Request Fulfillment',
    resources: [arnOf(call, 'instance', instanceId)],
    detail: { 'spot-instance-request-id': requestId, 'instance-id': instanceId },
  })
  watch(spotRequests.require(requestId, call), call)
}

/** Interrupts the instance when its price has risen above what the request pays, or comes back when it will. */
export function watch(row: SpotRequestRow, call: TimerCall): void {
  const id = row.request_id
  call.timers.cancel('spot-watch', id)
  const zone = row.launched_zone ? zoneNamed(call.region, row.launched_zone) : undefined
  const instance = row.instance_id ? instances.find(row.instance_id, call) : undefined
  const lives = instance?.state === 'pending' || instance?.state === 'running'
  if (!zone || !lives || row.interruption_at !== null) return
  const type = instance.instance_type
  const [offer] = offersFor(type, row.product, [zone], call)
  if (offer && offer.price > row.max_price) return startInterruption(row, 'price', call)
  const at = tooDearAt(type, row.product, zone, row.max_price, call)
  call.timers.schedule(at ?? call.now + historyLength, 'spot-watch', { requestId: id }, id)
}

/** Starts an instance again that EC2 has stopped, when it is not too dear any more. */
function restart(row: SpotRequestRow, call: TimerCall): void {
  const instance = row.instance_id ? instances.find(row.instance_id, call) : undefined
  const zone = row.launched_zone ? zoneNamed(call.region, row.launched_zone) : undefined
  if (instance?.state !== 'stopped' || !zone || row.interruption_cause === null) return
  if (isShort(call, instance.instance_type, zone.name)) {
    return evaluateAt(row.request_id, call.now + capacityRetry, call)
  }
  const [offer] = offersFor(instance.instance_type, row.product, [zone], call)
  if (!offer || offer.price > row.max_price) {
    const again = cheapEnoughAt(instance.instance_type, row.product, [zone], row.max_price, call)
    return evaluateAt(row.request_id, again, call)
  }
  updateInstance(call, instance.instance_id, { launch_time: call.now })
  begin('pending', [instance], call)
}

/** When an instance that EC2 has stopped is looked at again: when its price is right, or when there may be capacity. */
function restartLater(row: SpotRequestRow, call: TimerCall): void {
  evaluateAt(
    row.request_id,
    call.now + (row.interruption_cause === 'price' ? 0 : capacityRetry),
    call,
  )
}

function expire(row: SpotRequestRow, call: TimerCall): void {
  if (row.state === 'open' || (row.type === 'persistent' && row.state !== 'cancelled')) {
    if (!['open', 'active', 'disabled'].includes(row.state)) return
    setStatus(row.request_id, 'cancelled', 'schedule-expired', call)
    ends(row.request_id, call)
  }
}
