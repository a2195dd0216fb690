import type {
  CreateFleetRequest,
  CreateFleetResult,
  DeleteFleetErrorItem,
  DeleteFleetsRequest,
  DeleteFleetsResult,
  DescribeFleetHistoryRequest,
  DescribeFleetHistoryResult,
  DescribeFleetInstancesRequest,
  DescribeFleetInstancesResult,
  DescribeFleetsRequest,
  DescribeFleetsResult,
  ModifyFleetRequest,
  ModifyFleetResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { pageOf, toActiveInstances, toFleets } from '../fleets/describe.ts'
import {
  fleetNotModifiable,
  instantNeedsTermination,
  invalidFleetConfig,
} from '../fleets/errors.ts'
import { endFleets, makeFleet, retarget } from '../fleets/make.ts'
import { targetsOf, termsOfEc2Fleet } from '../fleets/terms.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { activeInstances, ec2Fleets, historyOf } from '../rows/fleets.ts'
import type { FleetRow } from '../rows/fleets.ts'
import { specifiedTags } from '../tagging.ts'
import { onTemplate } from './launch-templates.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html */
export const CreateFleet = operation<CreateFleetRequest, CreateFleetResult>({
  authorize: ({ LaunchTemplateConfigs = [], TagSpecifications }, call) => [
    ...onNewResource(call, 'fleet', TagSpecifications),
    ...LaunchTemplateConfigs.flatMap(({ LaunchTemplateSpecification: named }) =>
      named ? onTemplate(named, call) : [],
    ),
  ],
  run(input, call) {
    const before = findByToken<CreateFleetResult>(input.ClientToken, input, call)
    if (before) return before
    const result = create(input, call)
    keepToken(input.ClientToken, input, result, call)
    return result
  },
})

function create(input: CreateFleetRequest, call: Call): CreateFleetResult {
  const { LaunchTemplateConfigs: configs, TargetCapacitySpecification: target } = input
  if (!configs?.length) throw missingParameter('LaunchTemplateConfigs')
  if (target?.TotalTargetCapacity === undefined) {
    throw missingParameter('TargetCapacitySpecification.TotalTargetCapacity')
  }
  const { Type: type = 'maintain' } = input
  if (!['instant', 'request', 'maintain'].includes(type)) throw invalidValue(type, 'Type')
  const targets = targetsOf(target)
  if (target.TotalTargetCapacity < 0 || targets.onDemand + targets.spot > targets.total) {
    throw invalidFleetConfig(
      'The sum of the On-Demand and Spot target capacity must not exceed the total target capacity.',
    )
  }
  const { fleet: tags } = specifiedTags(
    input.TagSpecifications,
    'fleet',
    'instance',
    'volume',
    'network-interface',
    'spot-instances-request',
  )
  // A template that does not exist, or a price that is none, is refused at once.
  termsOfEc2Fleet(input, call)
  const { id, done } = makeFleet(
    {
      kind: 'ec2',
      type,
      targets,
      keepsExcess: input.ExcessCapacityTerminationPolicy === 'no-termination',
      validFrom: input.ValidFrom,
      validUntil: input.ValidUntil,
      clientToken: input.ClientToken,
      request: input,
      tags,
    },
    call,
  )
  if (input.Type !== 'instant') return { FleetId: id }
  return { FleetId: id, Instances: done.instances, Errors: done.errors }
}

/** Instant fleets are shown to those who name them only. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleets.html */
export const DescribeFleets = operation<DescribeFleetsRequest, DescribeFleetsResult>({
  authorize: anyResource,
  run(input, call) {
    const listed = `t.kind = 'ec2'${input.FleetIds?.length ? '' : " and t.type <> 'instant'"}`
    const { rows, nextToken } = ec2Fleets.page(input, input.FleetIds, call, {
      sql: listed,
      values: [],
    })
    return { Fleets: toFleets(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetInstances.html */
export const DescribeFleetInstances = operation<
  DescribeFleetInstancesRequest,
  DescribeFleetInstancesResult
>({
  authorize: onFleet,
  run(input, call) {
    const fleet = required(input.FleetId, call)
    const active = activeInstances(call, fleet.fleet_id)
    const { rows, nextToken } = pageOf(active, input, [fleet.fleet_id], call)
    return {
      FleetId: fleet.fleet_id,
      ActiveInstances: toActiveInstances(rows),
      NextToken: nextToken,
    }
  },
})

const eventTypes = {
  'instance-change': 'instanceChange',
  'fleet-change': 'fleetRequestChange',
  'service-error': 'error',
} as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetHistory.html */
export const DescribeFleetHistory = operation<
  DescribeFleetHistoryRequest,
  DescribeFleetHistoryResult
>({
  authorize: onFleet,
  run(input, call) {
    const fleet = required(input.FleetId, call)
    if (!input.StartTime) throw missingParameter('StartTime')
    const wanted = input.EventType
      ? [eventTypes[input.EventType]]
      : Object.values<string>(eventTypes)
    const all = historyOf(call, fleet.fleet_id, input.StartTime.getTime(), wanted)
    const { rows, nextToken } = pageOf(all, input, [fleet.fleet_id, wanted], call)
    return {
      FleetId: fleet.fleet_id,
      StartTime: input.StartTime,
      LastEvaluatedTime: new Date(call.now),
      NextToken: nextToken,
      HistoryRecords: rows.map((row) => ({
        EventType: (Object.keys(eventTypes) as (keyof typeof eventTypes)[]).find(
          (name) => eventTypes[name] === row.event_type,
        )!,
        EventInformation: {
          EventSubType: row.subtype,
          ...(row.description === null ? {} : { EventDescription: row.description }),
          ...(row.instance_id === null ? {} : { InstanceId: row.instance_id }),
        },
        Timestamp: new Date(row.at),
      })),
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyFleet.html */
export const ModifyFleet = operation<ModifyFleetRequest, ModifyFleetResult>({
  authorize: onFleet,
  run(input, call) {
    const fleet = required(input.FleetId, call)
    const modifiable =
      fleet.state === 'active' || fleet.state === 'modifying' || fleet.state === 'submitted'
    if (fleet.type !== 'maintain' || !modifiable) throw fleetNotModifiable(fleet.fleet_id)
    const before = JSON.parse(fleet.doc) as CreateFleetRequest
    const target = input.TargetCapacitySpecification
    const request = {
      ...before,
      ...(input.LaunchTemplateConfigs?.length
        ? { LaunchTemplateConfigs: input.LaunchTemplateConfigs }
        : {}),
      ...(input.Context ? { Context: input.Context } : {}),
      TargetCapacitySpecification: {
        ...before.TargetCapacitySpecification!,
        ...Object.fromEntries(Object.entries(target ?? {}).filter(([, one]) => one !== undefined)),
      },
    }
    termsOfEc2Fleet(request, call)
    const { ExcessCapacityTerminationPolicy: policy } = input
    const targets = targetsOf(target ?? before.TargetCapacitySpecification!)
    const keepsExcess = policy && policy === 'no-termination'
    retarget(fleet, { targets, keepsExcess, request }, call)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html */
export const DeleteFleets = operation<DeleteFleetsRequest, DeleteFleetsResult>({
  authorize: ({ FleetIds = [] }, call) => FleetIds.map((id) => onResource(call, 'fleet', id)),
  run({ FleetIds, TerminateInstances }, call) {
    if (!FleetIds?.length) throw missingParameter('FleetId')
    if (TerminateInstances === undefined) throw missingParameter('TerminateInstances')
    const { ended, failed } = endFleets(FleetIds, call, (id) => deletable(id, call), {
      withInstances: TerminateInstances,
      success: (before, after) => ({
        FleetId: before.fleet_id,
        PreviousFleetState: before.state,
        CurrentFleetState: after.state,
      }),
    })
    const instant = FleetIds.some((id) => ec2Fleets.find(id, call)?.type === 'instant')
    if (instant && !TerminateInstances) throw instantNeedsTermination()
    return { SuccessfulFleetDeletions: ended, UnsuccessfulFleetDeletions: failed }
  },
})

function deletable(id: string, call: Call): FleetRow | DeleteFleetErrorItem {
  const failure = (Code: 'fleetIdMalformed' | 'fleetIdDoesNotExist', Message: string) => ({
    FleetId: id,
    Error: { Code, Message },
  })
  try {
    ec2Fleets.checkForm([id])
  } catch {
    return failure('fleetIdMalformed', `The fleet ID '${id}' is malformed`)
  }
  return (
    ec2Fleets.find(id, call) ??
    failure('fleetIdDoesNotExist', `The fleet ID '${id}' does not exist`)
  )
}

function required(id: string | undefined, call: Call): FleetRow {
  if (!id) throw missingParameter('FleetId')
  return ec2Fleets.require(id, call)
}

function onFleet({ FleetId = '' }: { FleetId?: string | undefined }, call: Call): Permission[] {
  return [onResource(call, 'fleet', FleetId)]
}
