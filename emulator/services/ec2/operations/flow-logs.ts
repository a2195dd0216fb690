import type {
  CreateFlowLogsRequest,
  CreateFlowLogsResult,
  DeleteFlowLogsRequest,
  DeleteFlowLogsResult,
  DescribeFlowLogsRequest,
  DescribeFlowLogsResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { onInterface, onSubnet, onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { deleteFlowLog, flowLogs, insertFlowLog, toFlowLogs } from '../rows/flow-logs.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { subnets } from '../rows/subnets.ts'
import { deleteTags } from '../rows/tags.ts'
import { vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

const type = 'vpc-flow-log'
const defaultFormat =
  '${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}'

/** What can be watched, by the name that EC2 has for it here. */
const watched = {
  VPC: { resource: vpcs, on: onVpc },
  Subnet: { resource: subnets, on: onSubnet },
  NetworkInterface: { resource: networkInterfaces, on: onInterface },
} as const

const isWatched = (kind: string | undefined): kind is keyof typeof watched =>
  kind !== undefined && Object.hasOwn(watched, kind)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html */
export const DescribeFlowLogs = operation<DescribeFlowLogsRequest, DescribeFlowLogsResult>({
  coverage: 'recorded',
  authorize: anyResource,
  run({ Filter, FlowLogIds, ...input }, call) {
    const { rows, nextToken } = flowLogs.page({ ...input, Filters: Filter }, FlowLogIds, call)
    return { FlowLogs: toFlowLogs(rows, call), NextToken: nextToken }
  },
})

/** Nothing is logged. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html */
export const CreateFlowLogs = operation<CreateFlowLogsRequest, CreateFlowLogsResult>({
  coverage: 'recorded',
  authorize: ({ ResourceIds = [], ResourceType, TagSpecifications }, call) => [
    ...onNewResource(call, type, TagSpecifications),
    ...(isWatched(ResourceType) ? ResourceIds.map((id) => watched[ResourceType].on(call, id)) : []),
  ],
  run(input, call) {
    const { ClientToken } = input
    const before = findByToken<string[]>(ClientToken, input, call)
    const FlowLogIds = before ?? make(input, call)
    if (!before) keepToken(ClientToken, input, FlowLogIds, call)
    return { FlowLogIds, Unsuccessful: [], ...(ClientToken ? { ClientToken } : {}) }
  },
})

function make(input: CreateFlowLogsRequest, call: Call): string[] {
  const { ResourceIds: ids = [], ResourceType: kind, TrafficType = 'ALL' } = input
  const tags = specifiedTags(input.TagSpecifications, type)[type]
  if (ids.length === 0) throw missingParameter('ResourceIds')
  if (!isWatched(kind)) throw invalidValue(kind ?? '', 'ResourceType')
  if (!['ALL', 'ACCEPT', 'REJECT'].includes(TrafficType)) {
    throw invalidValue(TrafficType, 'TrafficType')
  }
  const destination = input.LogDestinationType ?? 'cloud-watch-logs'
  const interval = input.MaxAggregationInterval ?? 600
  if (interval !== 60 && interval !== 600) {
    throw invalidFlowLog('Invalid Flow Log Max Aggregation Interval')
  }
  checkDestination(destination, input)
  watched[kind].resource.requireAll(ids, call)
  return ids.map((resourceId) => {
    const name = input.LogGroupName ?? null
    const target = input.LogDestination ?? null
    const Filters = [{ Name: 'resource-id', Values: [resourceId] }]
    const there = flowLogs.page({ Filters }, [], call).rows
    if (there.some((one) => one.log_group_name === name && one.log_destination === target)) {
      throw new AwsError(
        'FlowLogAlreadyExists',
        'Error. There is an existing Flow Log with the same configuration and log destination.',
      )
    }
    const id = call.ids.ec2('fl')
    insertFlowLog(call, {
      flow_log_id: id,
      resource_id: resourceId,
      traffic_type: TrafficType,
      log_destination_type: destination,
      log_group_name: name,
      log_destination: target,
      created_at: call.now,
      doc: JSON.stringify({
        LogFormat: input.LogFormat ?? defaultFormat,
        MaxAggregationInterval: interval,
        ...(input.DeliverLogsPermissionArn
          ? { DeliverLogsPermissionArn: input.DeliverLogsPermissionArn }
          : {}),
        ...(input.DestinationOptions ? { DestinationOptions: input.DestinationOptions } : {}),
      }),
    })
    tagResource(call, id, type, tags)
    return id
  })
}

const invalidFlowLog = (message: string) => new AwsError('InvalidParameter', message)

function checkDestination(
  type: string,
  { LogGroupName, LogDestination, DeliverLogsPermissionArn }: CreateFlowLogsRequest,
): void {
  if (!LogGroupName && !LogDestination) {
    throw invalidFlowLog("LogDestination can't be empty if LogGroupName is not provided.")
  }
  if (LogGroupName && type !== 'cloud-watch-logs') {
    throw invalidFlowLog(
      'LogDestination type must be cloud-watch-logs if LogGroupName is provided.',
    )
  }
  if (type === 'cloud-watch-logs' && !DeliverLogsPermissionArn) {
    throw invalidFlowLog(
      "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
    )
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html */
export const DeleteFlowLogs = operation<DeleteFlowLogsRequest, DeleteFlowLogsResult>({
  coverage: 'recorded',
  authorize: ({ FlowLogIds = [] }, call) => FlowLogIds.map((id) => onResource(call, type, id)),
  run({ FlowLogIds = [] }, call) {
    if (FlowLogIds.length === 0) throw missingParameter('FlowLogIds')
    flowLogs.requireAll(FlowLogIds, call)
    for (const id of FlowLogIds) {
      deleteFlowLog(call, id)
      deleteTags(call, id)
    }
    return { Unsuccessful: [] }
  },
})
