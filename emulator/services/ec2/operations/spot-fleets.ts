import type {
  CancelSpotFleetRequestsErrorItem,
  CancelSpotFleetRequestsRequest,
  CancelSpotFleetRequestsResponse,
  DescribeSpotFleetInstancesRequest,
  DescribeSpotFleetInstancesResponse,
  DescribeSpotFleetRequestHistoryRequest,
  DescribeSpotFleetRequestHistoryResponse,
  DescribeSpotFleetRequestsRequest,
  DescribeSpotFleetRequestsResponse,
  ModifySpotFleetRequestRequest,
  ModifySpotFleetRequestResponse,
  RequestSpotFleetRequest,
  RequestSpotFleetResponse,
  SpotFleetRequestConfigData,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { pageOf, toActiveInstances, toSpotFleets } from '../fleets/describe.ts'
import {
  fleetNotModifiable,
  fleetRoleInvalid,
  invalidSpotFleetConfig,
  onlyFleetTags,
} from '../fleets/errors.ts'
import { stateName } from '../fleets/life.ts'
import { endFleets, makeFleet, retarget } from '../fleets/make.ts'
import { termsOfSpotFleet } from '../fleets/terms.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { activeInstances, historyOf, spotFleets } from '../rows/fleets.ts'
import type { FleetRow } from '../rows/fleets.ts'
import { specifiedTags } from '../tagging.ts'
import { onTemplate } from './launch-templates.ts'

const type = 'spot-fleet-request'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html */
export const RequestSpotFleet = operation<RequestSpotFleetRequest, RequestSpotFleetResponse>({
  authorize: ({ SpotFleetRequestConfig: config }, call) => [
    ...onNewResource(call, type, config?.TagSpecifications),
    ...(config?.LaunchTemplateConfigs ?? []).flatMap(({ LaunchTemplateSpecification: named }) =>
      named ? onTemplate(named, call) : [],
    ),
    // What is no role at all is refused later.
    ...(config?.IamFleetRole?.startsWith('arn:')
      ? [call.ports.roles.passing(call.db, config.IamFleetRole, 'spotfleet.amazonaws.com')]
      : []),
  ],
  run({ SpotFleetRequestConfig: config }, call) {
    if (!config) throw missingParameter('SpotFleetRequestConfig')
    const id = findByToken<string>(config.ClientToken, config, call) ?? request(config, call)
    return { SpotFleetRequestId: id }
  },
})

function request(config: SpotFleetRequestConfigData, call: Call): string {
  const { TargetCapacity: total, OnDemandTargetCapacity: onDemand = 0 } = config
  if (total === undefined) throw missingParameter('SpotFleetRequestConfig.TargetCapacity')
  if (!config.IamFleetRole) throw missingParameter('SpotFleetRequestConfig.IamFleetRole')
  const other = config.TagSpecifications?.find(({ ResourceType }) => ResourceType !== type)
  if (other) throw onlyFleetTags(other.ResourceType ?? '')
  const { [type]: tags } = specifiedTags(config.TagSpecifications, type)
  if (!mayManage(config.IamFleetRole, call)) throw fleetRoleInvalid()
  const specifications = config.LaunchSpecifications?.length ?? 0
  const templates = config.LaunchTemplateConfigs?.length ?? 0
  if (specifications + templates === 0) {
    throw invalidSpotFleetConfig(
      'No launch specifications or launch template configs were provided.',
    )
  }
  if (specifications > 0 && templates > 0) {
    throw invalidSpotFleetConfig(
      'LaunchSpecifications and LaunchTemplateConfigs cannot be specified together.',
    )
  }
  if (total < 0 || onDemand > total) {
    throw invalidSpotFleetConfig('OnDemandTargetCapacity must not exceed TargetCapacity.')
  }
  termsOfSpotFleet(config, call)
  const { id } = makeFleet(
    {
      kind: 'spot',
      type: config.Type === 'request' ? 'request' : 'maintain',
      targets: { total, onDemand, spot: total - onDemand },
      keepsExcess: isNoTermination(config.ExcessCapacityTerminationPolicy),
      validFrom: config.ValidFrom,
      validUntil: config.ValidUntil,
      clientToken: config.ClientToken,
      request: config,
      tags,
    },
    call,
  )
  keepToken(config.ClientToken, config, id, call)
  return id
}

const isNoTermination = (policy: string | undefined) => policy?.toLowerCase() === 'notermination'

/** The role has to be there and to trust the service of spot fleets. */
function mayManage(arn: string, { db, account, ports }: Call): boolean {
  const role = ports.roles.find(db, arn)
  if (role?.account !== account) return false
  return role.trustPolicy.includes('spotfleet.amazonaws.com')
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequests.html */
export const DescribeSpotFleetRequests = operation<
  DescribeSpotFleetRequestsRequest,
  DescribeSpotFleetRequestsResponse
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = spotFleets.page(input, input.SpotFleetRequestIds, call, {
      sql: `t.kind = 'spot'`,
      values: [],
    })
    return { SpotFleetRequestConfigs: toSpotFleets(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetInstances.html */
export const DescribeSpotFleetInstances = operation<
  DescribeSpotFleetInstancesRequest,
  DescribeSpotFleetInstancesResponse
>({
  authorize: onFleet,
  run(input, call) {
    const fleet = required(input.SpotFleetRequestId, call)
    const active = activeInstances(call, fleet.fleet_id)
    const { rows, nextToken } = pageOf(active, input, [fleet.fleet_id], call)
    return {
      SpotFleetRequestId: fleet.fleet_id,
      ActiveInstances: toActiveInstances(rows),
      NextToken: nextToken,
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequestHistory.html */
export const DescribeSpotFleetRequestHistory = operation<
  DescribeSpotFleetRequestHistoryRequest,
  DescribeSpotFleetRequestHistoryResponse
>({
  authorize: onFleet,
  run(input, call) {
    const fleet = required(input.SpotFleetRequestId, call)
    if (!input.StartTime) throw missingParameter('StartTime')
    const wanted = input.EventType
      ? [input.EventType]
      : ['fleetRequestChange', 'instanceChange', 'error', 'information']
    const all = historyOf(call, fleet.fleet_id, input.StartTime.getTime(), wanted)
    const { rows, nextToken } = pageOf(all, input, [fleet.fleet_id, wanted], call)
    return {
      SpotFleetRequestId: fleet.fleet_id,
      StartTime: input.StartTime,
      LastEvaluatedTime: new Date(call.now),
      NextToken: nextToken,
      HistoryRecords: rows.map((row) => ({
        EventType: row.event_type,
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

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySpotFleetRequest.html */
export const ModifySpotFleetRequest = operation<
  ModifySpotFleetRequestRequest,
  ModifySpotFleetRequestResponse
>({
  authorize: onFleet,
  run(input, call) {
    const fleet = required(input.SpotFleetRequestId, call)
    const living = !fleet.state.startsWith('deleted')
    if (fleet.type !== 'maintain' || !living) throw fleetNotModifiable(fleet.fleet_id)
    const before = JSON.parse(fleet.doc) as SpotFleetRequestConfigData
    const total = input.TargetCapacity ?? fleet.total_target
    const onDemand = input.OnDemandTargetCapacity ?? fleet.on_demand_target
    if (onDemand > total) {
      throw invalidSpotFleetConfig('OnDemandTargetCapacity must not exceed TargetCapacity.')
    }
    const { ExcessCapacityTerminationPolicy: policy, LaunchTemplateConfigs: configs } = input
    const next = {
      ...before,
      TargetCapacity: total,
      OnDemandTargetCapacity: onDemand,
      ...(policy ? { ExcessCapacityTerminationPolicy: policy } : {}),
      ...(configs?.length ? { LaunchTemplateConfigs: configs } : {}),
      ...(input.Context ? { Context: input.Context } : {}),
    }
    termsOfSpotFleet(next, call)
    const targets = { total, onDemand, spot: total - onDemand }
    const keepsExcess = policy === undefined ? undefined : isNoTermination(policy)
    retarget(fleet, { targets, keepsExcess, request: next }, call)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequests.html */
export const CancelSpotFleetRequests = operation<
  CancelSpotFleetRequestsRequest,
  CancelSpotFleetRequestsResponse
>({
  authorize: ({ SpotFleetRequestIds }, call) => onFleets(SpotFleetRequestIds, call),
  run({ SpotFleetRequestIds: ids, TerminateInstances }, call) {
    if (!ids?.length) throw missingParameter('SpotFleetRequestId')
    if (TerminateInstances === undefined) throw missingParameter('TerminateInstances')
    const { ended, failed } = endFleets(ids, call, (id) => cancellable(id, call), {
      withInstances: TerminateInstances,
      success: (before, after) => ({
        SpotFleetRequestId: before.fleet_id,
        PreviousSpotFleetRequestState: stateName(before, before.state) as 'active',
        CurrentSpotFleetRequestState: stateName(after, after.state) as 'cancelled_running',
      }),
    })
    return { SuccessfulFleetRequests: ended, UnsuccessfulFleetRequests: failed }
  },
})

function cancellable(id: string, call: Call): FleetRow | CancelSpotFleetRequestsErrorItem {
  const failure = (
    Code: 'fleetRequestIdMalformed' | 'fleetRequestIdDoesNotExist',
    Message: string,
  ) => ({
    SpotFleetRequestId: id,
    Error: { Code, Message },
  })
  try {
    spotFleets.checkForm([id])
  } catch {
    return failure('fleetRequestIdMalformed', `The spot fleet request ID '${id}' is malformed`)
  }
  return (
    spotFleets.find(id, call) ??
    failure('fleetRequestIdDoesNotExist', `The spot fleet request ID '${id}' does not exist`)
  )
}

function required(id: string | undefined, call: Call): FleetRow {
  if (!id) throw missingParameter('SpotFleetRequestId')
  return spotFleets.require(id, call)
}

const onFleets = (ids: readonly string[] = [], call: Call): Permission[] =>
  ids.map((id) => onResource(call, type, id))

function onFleet(
  { SpotFleetRequestId = '' }: { SpotFleetRequestId?: string | undefined },
  call: Call,
): Permission[] {
  return [onResource(call, type, SpotFleetRequestId)]
}
