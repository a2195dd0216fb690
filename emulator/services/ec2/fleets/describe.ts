import type { ActiveInstance, FleetData, SpotFleetRequestConfig } from '@aws-sdk/client-ec2'
import type { CreateFleetRequest, SpotFleetRequestConfigData } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import type { Scope } from '../describe/resources.ts'
import { pageBounds } from '../describe/pages.ts'
import { activeInstances } from '../rows/fleets.ts'
import type { FleetInstanceRow, FleetRow } from '../rows/fleets.ts'
import { tagsOf } from '../rows/tags.ts'
import { capacity } from './adjust.ts'
import type { Adjustment } from './adjust.ts'
import { stateName } from './life.ts'

/** Fleets as DescribeFleets shows them. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FleetData.html */
export function toFleets(rows: readonly FleetRow[], scope: Scope): FleetData[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.fleet_id),
  )
  return rows.map((row) => {
    const request = JSON.parse(row.doc) as CreateFleetRequest
    const active = activeInstances(scope, row.fleet_id)
    const done = JSON.parse(row.errors) as Partial<Adjustment>
    return {
      FleetId: row.fleet_id,
      FleetState: row.state,
      ...(row.activity_status === null ? {} : { ActivityStatus: row.activity_status }),
      ClientToken: row.client_token,
      CreateTime: new Date(row.created_at),
      Type: row.type,
      ExcessCapacityTerminationPolicy: row.excess_policy,
      FulfilledCapacity: capacity(active),
      FulfilledOnDemandCapacity: capacity(onDemand(active)),
      LaunchTemplateConfigs: request.LaunchTemplateConfigs ?? [],
      TargetCapacitySpecification: {
        TotalTargetCapacity: row.total_target,
        OnDemandTargetCapacity: request.TargetCapacitySpecification?.OnDemandTargetCapacity ?? 0,
        SpotTargetCapacity: request.TargetCapacitySpecification?.SpotTargetCapacity ?? 0,
        DefaultTargetCapacityType:
          request.TargetCapacitySpecification?.DefaultTargetCapacityType ?? 'on-demand',
        ...(request.TargetCapacitySpecification?.TargetCapacityUnitType
          ? { TargetCapacityUnitType: request.TargetCapacitySpecification.TargetCapacityUnitType }
          : {}),
      },
      TerminateInstancesWithExpiration: request.TerminateInstancesWithExpiration === true,
      ReplaceUnhealthyInstances: request.ReplaceUnhealthyInstances === true,
      SpotOptions: {
        AllocationStrategy: 'lowestPrice' as 'lowest-price',
        InstanceInterruptionBehavior: 'terminate',
        ...(usesPoolCount(request) ? { InstancePoolsToUseCount: 1 } : {}),
        ...request.SpotOptions,
      },
      OnDemandOptions: {
        AllocationStrategy: 'lowestPrice' as 'lowest-price',
        ...request.OnDemandOptions,
      },
      ...(request.Context ? { Context: request.Context } : {}),
      ...(request.ValidFrom ? { ValidFrom: new Date(request.ValidFrom) } : {}),
      ...(request.ValidUntil ? { ValidUntil: new Date(request.ValidUntil) } : {}),
      ...(row.type === 'instant'
        ? { Instances: done.instances ?? [], Errors: done.errors ?? [] }
        : {}),
      Tags: tags.get(row.fleet_id) ?? [],
    }
  })
}

const usesPoolCount = ({ SpotOptions }: CreateFleetRequest) =>
  /^lowest-?price$/i.test(SpotOptions?.AllocationStrategy ?? 'lowestPrice')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetRequestConfig.html */
export function toSpotFleets(rows: readonly FleetRow[], scope: Scope): SpotFleetRequestConfig[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.fleet_id),
  )
  return rows.map((row) => {
    const { TagSpecifications, ...request } = JSON.parse(row.doc) as SpotFleetRequestConfigData
    const active = activeInstances(scope, row.fleet_id)
    return {
      SpotFleetRequestId: row.fleet_id,
      SpotFleetRequestState: stateName(row, row.state) as 'active',
      ...(row.activity_status === null ? {} : { ActivityStatus: row.activity_status }),
      CreateTime: new Date(row.created_at),
      SpotFleetRequestConfig: {
        AllocationStrategy: 'lowestPrice',
        ExcessCapacityTerminationPolicy: 'default',
        Type: 'maintain',
        InstanceInterruptionBehavior: 'terminate',
        ReplaceUnhealthyInstances: false,
        TerminateInstancesWithExpiration: false,
        OnDemandTargetCapacity: 0,
        ...request,
        ...(request.ValidFrom ? { ValidFrom: new Date(request.ValidFrom) } : {}),
        ...(request.ValidUntil ? { ValidUntil: new Date(request.ValidUntil) } : {}),
        ClientToken: row.client_token,
        FulfilledCapacity: capacity(active),
        OnDemandFulfilledCapacity: capacity(onDemand(active)),
        ...(TagSpecifications ? { TagSpecifications } : {}),
      },
      Tags: tags.get(row.fleet_id) ?? [],
    }
  })
}

const onDemand = (rows: readonly FleetInstanceRow[]) =>
  rows.filter(({ lifecycle }) => lifecycle === 'on-demand')

export const toActiveInstances = (rows: readonly FleetInstanceRow[]): ActiveInstance[] =>
  rows.map((row) => ({
    InstanceId: row.instance_id,
    InstanceType: row.instance_type,
    InstanceHealth: 'healthy',
    ...(row.request_id === null ? {} : { SpotInstanceRequestId: row.request_id }),
  }))

/** A page of what belongs to one fleet. */
export function pageOf<Row extends { readonly seq: number }>(
  rows: readonly Row[],
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  query: readonly unknown[],
  call: Call,
): { rows: readonly Row[]; nextToken: string | undefined } {
  const bounds = pageBounds(input, { least: 1, most: 1000, unasked: 1000 }, false, query, call)
  const rest = rows.filter(({ seq }) => seq > bounds.after)
  const page = rest.slice(0, bounds.size)
  return {
    rows: page,
    nextToken: page.length < rest.length ? bounds.tokenAfter(page.at(-1)!.seq) : undefined,
  }
}
