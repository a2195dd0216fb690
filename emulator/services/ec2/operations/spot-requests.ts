import type {
  CancelSpotInstanceRequestsRequest,
  CancelSpotInstanceRequestsResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  RequestSpotInstancesRequest,
  RequestSpotInstancesResult,
  SpotInstanceRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { launchPermissions } from '../instances/launch-permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { spotRequests, toSpotRequests } from '../rows/spot-requests.ts'
import type { SpotRequestRow } from '../rows/spot-requests.ts'
import { noSpotBlocks, onlyPersistentStops } from '../spot/errors.ts'
import { begins, ends } from '../spot/evaluate.ts'
import { asLaunch, checkLaunch, isBehavior, recordRequest, termsOf } from '../spot/requests.ts'
import { setStatus } from '../spot/status.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

const type = 'spot-instances-request'
const mostInstances = 1000

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html */
export const DescribeSpotInstanceRequests = operation<
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = spotRequests.page(input, input.SpotInstanceRequestIds, call)
    return { SpotInstanceRequests: toSpotRequests(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html */
export const RequestSpotInstances = operation<
  RequestSpotInstancesRequest,
  RequestSpotInstancesResult
>({
  authorize: permissions,
  run(input, call) {
    const ids = findByToken<string[]>(input.ClientToken, input, call) ?? request(input, call)
    return { SpotInstanceRequests: shown(ids, call) }
  },
})

/** What a launch touches is asked for here too, but not what only the launch makes: that comes later. */
function permissions(input: RequestSpotInstancesRequest, call: Call): Permission[] {
  const launched = asLaunch(input.LaunchSpecification ?? {})
  return [
    ...launchPermissions(launched, call).filter(
      ({ resource }) => !/:(?:instance|volume)\/\*$/.test(resource),
    ),
    ...onNewResource(call, type, input.TagSpecifications),
  ]
}

/** @returns the ids of the requests */
function request(input: RequestSpotInstancesRequest, call: Call): string[] {
  const { LaunchSpecification: specification, InstanceCount: count = 1 } = input
  const behavior = input.InstanceInterruptionBehavior ?? 'terminate'
  if (input.BlockDurationMinutes !== undefined) throw noSpotBlocks(input.BlockDurationMinutes)
  if (!['one-time', 'persistent'].includes(input.Type ?? 'one-time')) {
    throw invalidValue(input.Type!, 'type')
  }
  if (!isBehavior(behavior)) throw invalidValue(behavior, 'instanceInterruptionBehavior')
  if (!specification) throw missingParameter('LaunchSpecification')
  if (!specification.ImageId) throw missingParameter('LaunchSpecification.ImageId')
  if (count < 1 || count > mostInstances) throw invalidValue(count, 'instanceCount')
  if (behavior !== 'terminate' && input.Type !== 'persistent') throw onlyPersistentStops(behavior)
  const { ValidFrom: from, ValidUntil: until } = input
  if (until && until.getTime() <= Math.max(call.now, from?.getTime() ?? 0)) {
    throw invalidValue(until.toISOString(), 'validUntil', 'It must be in the future.')
  }
  const { [type]: tags } = specifiedTags(input.TagSpecifications, type)
  const launched = asLaunch(specification)
  const terms = termsOf(input, launched, call)
  checkLaunch(launched, count, call)
  const ids = Array.from({ length: count }, () => {
    const id = call.ids.ec2('sir')
    recordRequest(id, launched, terms, call)
    tagResource(call, id, type, tags)
    return id
  })
  for (const id of ids) begins(id, call)
  keepToken(input.ClientToken, input, ids, call)
  return ids
}

const shown = (ids: readonly string[], call: Call): SpotInstanceRequest[] =>
  toSpotRequests(spotRequests.requireAll(ids, call), call)

/** An instance that a request has launched goes on. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html */
export const CancelSpotInstanceRequests = operation<
  CancelSpotInstanceRequestsRequest,
  CancelSpotInstanceRequestsResult
>({
  authorize: ({ SpotInstanceRequestIds = [] }, call) =>
    SpotInstanceRequestIds.map((id) => onResource(call, type, id)),
  run({ SpotInstanceRequestIds }, call) {
    if (!SpotInstanceRequestIds?.length) throw missingParameter('SpotInstanceRequestId')
    const rows = spotRequests.requireAll(SpotInstanceRequestIds, call)
    for (const row of rows) cancel(row, call)
    return {
      CancelledSpotInstanceRequests: spotRequests
        .requireAll(SpotInstanceRequestIds, call)
        .map((row) => ({
          SpotInstanceRequestId: row.request_id,
          State: row.state as 'cancelled',
        })),
    }
  },
})

function cancel(row: SpotRequestRow, call: Call): void {
  const id = row.request_id
  if (row.state === 'open') setStatus(id, 'cancelled', 'canceled-before-fulfillment', call)
  else if (row.state === 'active') {
    setStatus(id, 'cancelled', 'request-canceled-and-instance-running', call)
  } else if (row.state === 'disabled') {
    setStatus(id, 'cancelled', row.status_code, call, row.status_message)
  } else return
  ends(id, call)
}
