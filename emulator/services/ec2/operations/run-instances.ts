import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { launch } from '../instances/launch.ts'
import { launchPermissions } from '../instances/launch-permissions.ts'
import { withLaunchTemplate } from '../instances/launch-template.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { instances, toReservations } from '../rows/instances.ts'
import { runSpot } from '../spot/run-spot.ts'
import { onTemplate } from './launch-templates.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
export const RunInstances = operation<RunInstancesRequest, Reservation>({
  authorize: permissions,
  run(input, call) {
    const before = findByToken<string[]>(input.ClientToken, input, call)
    if (before) return toReservations(instances.requireAll(before, call), call)[0]!
    const launched = withLaunchTemplate(input, call)
    const onMarket = launched.input.InstanceMarketOptions ? runSpot : launch
    const ids = onMarket(launched.input, { template: launched.template }, call)
    keepToken(input.ClientToken, input, ids, call)
    return justLaunched(ids, call)
  },
})

/** A template that is not there is refused later, as one: who may launch at all is asked first. */
function permissions(input: RunInstancesRequest, call: Call): Permission[] {
  const { LaunchTemplate: named } = input
  if (!named) return launchPermissions(input, call)
  const own = onTemplate(named, call)
  try {
    const { input: whole, template } = withLaunchTemplate(input, call)
    const origin = { template: arnOf(call, 'launch-template', template!.id), own: input }
    return [...launchPermissions(whole, call, origin), ...own]
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return [...launchPermissions(input, call), ...own]
  }
}

/** What EC2 answers before anything has started: no volumes attached yet, the options not yet applied. */
function justLaunched(ids: readonly string[], call: Call): Reservation {
  const reservation = toReservations(instances.requireAll(ids, call), call)[0]!
  for (const instance of reservation.Instances!) {
    instance.BlockDeviceMappings = []
    instance.MetadataOptions = { ...instance.MetadataOptions, State: 'pending' }
    if (instance.Monitoring?.State === 'enabled') instance.Monitoring.State = 'pending'
  }
  return reservation
}
