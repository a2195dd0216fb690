import type {
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  InstanceMonitoring,
  MonitorInstancesRequest,
  MonitorInstancesResult,
  UnmonitorInstancesRequest,
  UnmonitorInstancesResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { consoleLog } from '../instances/console-log.ts'
import { onResource } from '../permissions.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import { instances } from '../rows/instances.ts'

const onInstances = ({ InstanceIds = [] }: { InstanceIds?: string[] | undefined }, call: Call) =>
  InstanceIds.map((id) => onResource(call, 'instance', id))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html */
export const MonitorInstances = operation<MonitorInstancesRequest, MonitorInstancesResult>({
  authorize: onInstances,
  run: ({ InstanceIds }, call) => ({
    InstanceMonitorings: setMonitoring(InstanceIds, 'enabled', 'pending', call),
  }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html */
export const UnmonitorInstances = operation<UnmonitorInstancesRequest, UnmonitorInstancesResult>({
  authorize: onInstances,
  run: ({ InstanceIds }, call) => ({
    InstanceMonitorings: setMonitoring(InstanceIds, 'disabled', 'disabling', call),
  }),
})

function setMonitoring(
  ids: readonly string[] | undefined,
  monitoring: 'enabled' | 'disabled',
  passing: 'pending' | 'disabling',
  call: Call,
): InstanceMonitoring[] {
  if (!ids?.length) throw missingParameter('InstanceId')
  return instances.requireAll(ids, call).map((row) => {
    updateInstance(call, row.instance_id, { monitoring })
    const State = row.monitoring === monitoring ? monitoring : passing
    return { InstanceId: row.instance_id, Monitoring: { State } }
  })
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html */
export const GetConsoleOutput = operation<GetConsoleOutputRequest, GetConsoleOutputResult>({
  authorize: ({ InstanceId = '' }, call) => [onResource(call, 'instance', InstanceId)],
  run({ InstanceId }, call) {
    if (!InstanceId) throw missingParameter('InstanceId')
    const row = instances.require(InstanceId, call)
    return {
      InstanceId,
      Timestamp: new Date(row.launch_time),
      ...(row.state === 'pending'
        ? {}
        : { Output: Buffer.from(consoleLog(row)).toString('base64') }),
    }
  },
})
