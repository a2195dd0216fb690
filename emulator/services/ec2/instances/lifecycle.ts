import type { InstanceStateChange } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { publicDnsName } from '../addresses.ts'
import { instances } from '../rows/instances.ts'
import {
  deleteInstance,
  instancesDue,
  setState,
  setStatusChecks,
  updateInstance,
} from '../rows/instance-changes.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { interfacesOf } from '../rows/network-interfaces.ts'
import {
  deleteNetworkInterface,
  releaseInterface,
  setAttached,
  setPublicIp,
} from '../rows/network-interface-changes.ts'
import { deleteToken } from '../rows/client-tokens.ts'
import { deleteInstanceCredits } from '../rows/instance-credits.ts'
import { deleteProfileAssociation } from '../rows/profile-associations.ts'
import { deleteTags } from '../rows/tags.ts'
import { attachmentsOf, detachVolume, setVolumesAttached } from '../rows/volumes.ts'
import { vpcs } from '../rows/vpcs.ts'
import { forgetVolume } from '../volumes/lifecycle.ts'
import { pickPublicIp } from './addresses.ts'
import {
  durations,
  terminatedVisibleFor,
  toInstanceState,
  transitions,
  userInitiated,
} from './states.ts'
import type { PassingState, StateReasonCode } from './states.ts'
import { stateChanged } from './state-changes.ts'

interface Instances {
  readonly instanceIds: readonly string[]
}

/** What EC2 does by itself: the end of each transition, and the end of what is left of a terminated instance. */
export const instanceTimers = {
  'instances-running': finish('pending', start),
  'instances-stopped': finish('stopping', stop),
  'instances-terminated': finish('shutting-down', terminate),
  'instances-checked'({ instanceIds }: Instances, call: TimerCall): void {
    setStatusChecks(call, instanceIds, 'ok')
  },
  'instances-forgotten'({ instanceIds }: Instances, call: TimerCall): void {
    for (const id of instanceIds) {
      const token = instances.find(id, call)?.client_token
      if (token) deleteToken(call, 'RunInstances', token)
      deleteInstance(call, id)
      deleteTags(call, id)
    }
  },
}

const timerOf = {
  pending: 'instances-running',
  stopping: 'instances-stopped',
  'shutting-down': 'instances-terminated',
} as const satisfies Record<PassingState, keyof typeof instanceTimers>

/** When a transition that begins now will be over. */
export const endOf = (state: PassingState, now: number): number => now + durations[state]

/** Has the end of a transition happen in time, for instances that are already in the passing state. */
export function scheduleEnd(
  state: PassingState,
  instanceIds: readonly string[],
  call: TimerCall,
): void {
  call.timers.schedule(endOf(state, call.now), timerOf[state], { instanceIds })
}

/** Why a transition begins where it is not a user's will: as the code and the reason say it. */
export interface Cause {
  readonly code: StateReasonCode
  readonly reason: string
}

/** Sends instances on their way. @returns what Start, Stop and Terminate answer, in the order given */
export function begin(
  state: PassingState,
  rows: readonly InstanceRow[],
  call: TimerCall,
  cause: Cause = { code: 'Client.UserInitiatedShutdown', reason: userInitiated(call.now) },
): InstanceStateChange[] {
  const ids = rows.map((row) => row.instance_id)
  setState(call, ids, {
    state,
    transitionAt: endOf(state, call.now),
    reasonCode: state === 'pending' ? 'pending' : cause.code,
    transitionReason: state === 'pending' ? '' : cause.reason,
  })
  stateChanged(ids, state, call)
  if (ids.length > 0) scheduleEnd(state, ids, call)
  return rows.map((row) => ({
    InstanceId: row.instance_id,
    PreviousState: toInstanceState(row.state),
    CurrentState: toInstanceState(state),
  }))
}

/** A timer that ends a transition: for the instances that are still in it, and were not sent through it again. */
function finish(from: PassingState, work: (row: InstanceRow, call: TimerCall) => void) {
  return ({ instanceIds }: Instances, call: TimerCall): void => {
    const rows = instancesDue(call, instanceIds, from, call.now)
    for (const row of rows) work(row, call)
    const state = transitions[from]
    const ids = rows.map((row) => row.instance_id)
    setState(call, ids, {
      state,
      transitionAt: null,
      ...(state === 'running' ? { reasonCode: null } : {}),
    })
    if (ids.length === 0) return
    stateChanged(ids, state, call)
    call.ports.instanceStates?.changed(call.db, rows.map(toPlace))
    if (state === 'running') {
      setStatusChecks(call, ids, 'initializing')
      const passed = call.now + durations['status-checks']
      call.timers.schedule(passed, 'instances-checked', { instanceIds: ids })
    }
    if (state === 'terminated') {
      const forgotten = call.now + terminatedVisibleFor
      call.timers.schedule(forgotten, 'instances-forgotten', { instanceIds: ids })
    }
  }
}

const toPlace = (row: InstanceRow) => ({
  account: row.account,
  region: row.region,
  instanceId: row.instance_id,
})

function start(row: InstanceRow, call: TimerCall): void {
  const vpc = vpcs.find(row.vpc_id, call)
  for (const one of interfacesOf(call, [row.instance_id]).get(row.instance_id) ?? []) {
    setAttached(call, one.network_interface_id)
    if (one.auto_public_ip === 1 && one.public_ip === null) {
      const ip = pickPublicIp(call)
      const named = vpc?.enable_dns_hostnames === 1
      setPublicIp(call, one.network_interface_id, {
        ip,
        dnsName: named ? publicDnsName(call.region, ip) : '',
      })
    }
  }
  setVolumesAttached(call, row.instance_id)
}

/** A public address of Amazon's pool goes back when the instance stops; the private one stays. */
function stop(row: InstanceRow, call: TimerCall): void {
  for (const one of interfacesOf(call, [row.instance_id]).get(row.instance_id) ?? []) {
    if (one.public_ip_owner === 'amazon') setPublicIp(call, one.network_interface_id, null)
  }
  if (row.capacity_reservation_id !== null) {
    updateInstance(call, row.instance_id, { capacity_reservation_id: null })
  }
}

/** What was made with the instance goes with it, unless it was asked to stay. */
function terminate(row: InstanceRow, call: TimerCall): void {
  for (const one of interfacesOf(call, [row.instance_id]).get(row.instance_id) ?? []) {
    if (one.public_ip_owner === 'amazon') setPublicIp(call, one.network_interface_id, null)
    if (one.delete_on_termination === 1) {
      deleteNetworkInterface(call, one.network_interface_id)
      deleteTags(call, one.network_interface_id)
    } else releaseInterface(call, one.network_interface_id)
  }
  for (const one of attachmentsOf(call, [row.instance_id]).get(row.instance_id) ?? []) {
    if (one.delete_on_termination === 1) forgetVolume(one.volume_id, call)
    else detachVolume(call, one.volume_id, row.instance_id)
  }
  deleteProfileAssociation(call, row.instance_id)
  deleteInstanceCredits(call, row.instance_id)
  updateInstance(call, row.instance_id, {
    vpc_id: '',
    subnet_id: '',
    private_ip_address: '',
    private_dns_name: '',
    monitoring: 'disabled',
    capacity_reservation_id: null,
  })
}
