import type { Instance } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { isAbout } from './instance.ts'

export function checkStopped(instance: Instance, { events }: Cloud): Verdict {
  const where = isAbout(instance)
  if (events.last({ service: 'ec2', operation: 'StopInstances', where })) return passed()
  const id = instance.InstanceId!
  const reboot = events.last({ service: 'ec2', operation: 'RebootInstances', where })
  return reboot === undefined
    ? failed(
        `You have not stopped your instance ${id}. Expected: aws ec2 stop-instances --instance-ids ${id}`,
      )
    : failed(
        `You rebooted your instance ${id}, and it ran all the while. Expected that you stop it, which ends what it costs.`,
        reboot,
      )
}

export function checkStartedAgain(instance: Instance, { events }: Cloud): Verdict {
  const where = isAbout(instance)
  const id = instance.InstanceId!
  const stops = events.find({ service: 'ec2', operation: 'StopInstances', where })
  if (stops.length === 0) {
    return failed(`Your instance ${id} was never stopped, so it could not be started again.`)
  }
  const start = events.last({ service: 'ec2', operation: 'StartInstances', where, after: stops[0] })
  const runs = ['pending', 'running'].includes(instance.State?.Name ?? '')
  if (start !== undefined && runs) return passed()
  const found =
    start === undefined
      ? `You stopped your instance ${id} and have not started it since`
      : `You started your instance ${id} again, and then stopped it once more`
  return failed(
    `${found}: it is ${instance.State?.Name}. Expected: aws ec2 start-instances --instance-ids ${id}`,
    stops.at(-1),
  )
}
