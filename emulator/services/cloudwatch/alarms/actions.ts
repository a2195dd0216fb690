import type { StateValue } from '@aws-sdk/client-cloudwatch'
import type { TimerCall } from '../../../clock/timers.ts'
import { alarmArn } from '../arns.ts'
import type { Alarm, PastState } from '../rows/alarms.ts'
import { insertHistory } from '../rows/history.ts'
import { pastState, presentState, shortConfiguration } from './events.ts'
import { javaJson, javaMoment } from './java-text.ts'
import { notification } from './notification.ts'

/** The actions of an alarm for a state. */
export function actionsFor({ configuration }: Alarm, state: StateValue): readonly string[] {
  const { ActionsEnabled = true, OKActions, AlarmActions, InsufficientDataActions } = configuration
  if (!ActionsEnabled) return []
  const byState = { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions }
  return byState[state] ?? []
}

/**
 * Does what an alarm is to do in its state. Topics, functions and whatever else has an ARN are told over the bus of the emulator,
 * where they can be read; EC2's instances are really stopped or terminated.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
export function actOn(call: TimerCall, alarm: Alarm, past: PastState): void {
  for (const action of actionsFor(alarm, alarm.state)) {
    const message = messageFor(call, alarm, past, action)
    const error = perform(call, alarm, action, message)
    insertHistory(call, {
      alarm: alarm.name,
      type: alarm.type,
      at: call.now,
      itemType: 'Action',
      summary:
        error === undefined
          ? `Successfully executed action ${action}`
          : `Failed to execute action ${action}. Received error: "${error}"`,
      data: javaJson({
        actionState: error === undefined ? 'Succeeded' : 'Failed',
        stateUpdateTimestamp: alarm.status.updatedAt,
        notificationResource: action,
        publishedMessage: isTopic(action)
          ? JSON.stringify({ default: JSON.stringify(message) })
          : null,
        error: error ?? null,
      }),
    })
  }
}

const isTopic = (action: string) => action.startsWith('arn:aws:sns:')
const isFunction = (action: string) => action.startsWith('arn:aws:lambda:')

/** Those of EC2's actions that leave a trace here; the others (reboot, recover) end where they began. */
const changes: Readonly<Record<string, 'stop' | 'terminate'>> = {
  stop: 'stop',
  terminate: 'terminate',
}

/** @returns what keeps the action from being done */
function perform(
  call: TimerCall,
  alarm: Alarm,
  action: string,
  message: object,
): string | undefined {
  const ec2 = instanceAction(action)
  if (ec2) {
    const id = alarm.configuration.Dimensions?.find(({ Name }) => Name === 'InstanceId')?.Value
    if (id === undefined) return 'The alarm has no dimension InstanceId'
    const instances = call.ports.instanceActions?.list(call) ?? []
    if (!instances.some(({ InstanceId }) => InstanceId === id)) {
      return `The instance ID '${id}' does not exist`
    }
    const change = changes[ec2]
    if (change) call.ports.instanceActions?.change(change, [id], call)
    return undefined
  }
  call.ports.bus?.publish(call.db, {
    account: call.account,
    region: call.region,
    time: call.now,
    source: 'aws.cloudwatch',
    destination: action,
    body: message,
  })
  return undefined
}

/** `arn:aws:automate:us-east-1:ec2:stop`, `arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Stop/1.0` */
export function instanceAction(action: string): string | undefined {
  const automate = /^arn:aws:automate:[^:]*:ec2:(\w+)$/.exec(action)?.[1]
  const workflow = /^arn:aws:swf:[^:]*:[^:]*:action\/actions\/AWS_EC2\.InstanceId\.(\w+)\//.exec(
    action,
  )?.[1]
  return automate ?? workflow?.toLowerCase()
}

function messageFor(call: TimerCall, alarm: Alarm, past: PastState, action: string): object {
  if (!isFunction(action)) return notification(call, alarm, past)
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarmArn(call, alarm.name),
    accountId: call.account,
    time: javaMoment(call.now),
    region: call.region,
    alarmData: {
      alarmName: alarm.name,
      state: presentState(alarm),
      previousState: pastState(past),
      configuration: shortConfiguration(call, alarm),
    },
  }
}
