import { failed, passed } from '../../checker/lab.ts'
import { onWorker } from './instances.ts'

export const checkResized = onWorker(({ InstanceId, InstanceType }, { values }) =>
  InstanceType === values['type']
    ? passed()
    : failed(`Your instance ${InstanceId} is a ${InstanceType}. Expected a ${values['type']}.`),
)

/** It ran before anything was done with it: that alone earns nothing. */
export const checkRunning = onWorker(({ InstanceId, State }, { events }) => {
  const started = events.last({
    service: 'ec2',
    operation: 'StartInstances',
    where: ({ parameters }) => String(parameters?.['InstanceIds']).includes(InstanceId!),
  })
  if (started === undefined) {
    return failed(`You have not stopped your instance ${InstanceId} and started it again yet.`)
  }
  return State?.Name === 'running'
    ? passed()
    : failed(`Your instance ${InstanceId} is ${State?.Name}. Expected that it runs.`, started)
})
