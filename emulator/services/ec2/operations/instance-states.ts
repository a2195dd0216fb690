import type {
  Instance,
  RebootInstancesRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2'
import { admitStart } from '../capacity/admit-start.ts'
import { notHibernatable } from '../errors/capacity.ts'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import {
  cannotReboot,
  incorrectInstanceState,
  missingParameter,
  stopDisabled,
  terminationDisabled,
} from '../errors.ts'
import { begin } from '../instances/lifecycle.ts'
import type { Cause } from '../instances/lifecycle.ts'
import { toInstanceState, userInitiated, wholeSecond } from '../instances/states.ts'
import type { PassingState } from '../instances/states.ts'
import { onResource } from '../permissions.ts'
import { instances } from '../rows/instances.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { checkStart, checkStop } from '../spot/stop-and-start.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export const StartInstances = operation<StartInstancesRequest, StartInstancesResult>({
  authorize: onInstances,
  run({ InstanceIds }, call) {
    const rows = required(InstanceIds, call)
    for (const { instance_id, state } of rows) {
      if (state !== 'stopped' && state !== 'running' && state !== 'pending') {
        throw incorrectInstanceState(instance_id, 'started')
      }
    }
    checkStart(rows, call)
    const stopped = rows.filter(({ state }) => state === 'stopped')
    const reservations = admitStart(stopped, call)
    for (const { instance_id } of stopped) {
      updateInstance(call, instance_id, {
        launch_time: wholeSecond(call.now),
        capacity_reservation_id: reservations.get(instance_id) ?? null,
      })
    }
    return { StartingInstances: change('pending', ['stopped'], rows, call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
export const StopInstances = operation<StopInstancesRequest, StopInstancesResult>({
  authorize: onInstances,
  run({ InstanceIds, Hibernate }, call) {
    const rows = required(InstanceIds, call)
    for (const row of rows) {
      if (Hibernate && !canHibernate(row)) throw notHibernatable(row.instance_id)
      if (row.disable_api_stop === 1) throw stopDisabled(row.instance_id)
      if (!['running', 'stopping', 'stopped'].includes(row.state)) {
        throw incorrectInstanceState(row.instance_id, 'stopped')
      }
    }
    checkStop(rows, call)
    const cause: Cause | undefined = Hibernate
      ? { code: 'Client.UserInitiatedHibernate', reason: userInitiated(call.now) }
      : undefined
    return { StoppingInstances: change('stopping', ['running'], rows, call, cause) }
  },
})

/** Nothing that can be seen changes. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html */
export const RebootInstances = operation<RebootInstancesRequest, {}>({
  authorize: onInstances,
  run({ InstanceIds }, call) {
    for (const { instance_id, state } of required(InstanceIds, call)) {
      if (state !== 'running' && state !== 'pending') throw cannotReboot(instance_id, state)
    }
    return {}
  },
})

/** One protected instance keeps all of the request alive. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
export const TerminateInstances = operation<TerminateInstancesRequest, TerminateInstancesResult>({
  authorize: onInstances,
  run({ InstanceIds }, call) {
    const rows = required(InstanceIds, call)
    const isLeft = ({ state }: InstanceRow) => state === 'terminated' || state === 'shutting-down'
    const kept = rows.find((row) => !isLeft(row) && row.disable_api_termination === 1)
    if (kept) throw terminationDisabled(kept.instance_id)
    return {
      TerminatingInstances: change(
        'shutting-down',
        ['pending', 'running', 'stopping', 'stopped'],
        rows,
        call,
      ),
    }
  },
})

const canHibernate = ({ doc }: InstanceRow): boolean =>
  (JSON.parse(doc) as Instance).HibernationOptions?.Configured === true

function onInstances(
  { InstanceIds = [] }: { InstanceIds?: string[] | undefined },
  call: Call,
): Permission[] {
  return InstanceIds.map((id) => onResource(call, 'instance', id))
}

function required(ids: readonly string[] | undefined, call: Call): InstanceRow[] {
  if (!ids?.length) throw missingParameter('InstanceId')
  return instances.requireAll(ids, call)
}

/** Begins the change for those that it changes; for the others, both states are the one they are in. */
function change(
  state: PassingState,
  from: readonly InstanceRow['state'][],
  rows: readonly InstanceRow[],
  call: Call,
  cause?: Cause,
) {
  const moving = rows.filter((row) => from.includes(row.state))
  const changes = new Map(begin(state, moving, call, cause).map((one) => [one.InstanceId, one]))
  return rows.map(
    (row) =>
      changes.get(row.instance_id) ?? {
        InstanceId: row.instance_id,
        PreviousState: toInstanceState(row.state),
        CurrentState: toInstanceState(row.state),
      },
  )
}
