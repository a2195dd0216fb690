import { AwsError } from '../../../errors.ts'
import { invalidParameterValue } from '../errors.ts'

// What EC2 says about fleets.

export const invalidFleetConfig = (message: string) => new AwsError('InvalidFleetConfig', message)

export const mostCapacity = 10_000

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/fleet-quotas.html */
export const targetLimitExceeded = () =>
  new AwsError(
    'TargetCapacityLimitExceededException',
    `The target capacity exceeds the maximum of ${mostCapacity} of a fleet.`,
  )

export const invalidSpotFleetConfig = (message: string) =>
  new AwsError('InvalidSpotFleetRequestConfig', message)

export const fleetRoleInvalid = () =>
  invalidSpotFleetConfig('Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.')

/** ModifyFleet knows fleets of type maintain only; others are over once they have launched. */
export const fleetNotModifiable = (id: string) =>
  new AwsError(
    'InvalidParameterValue',
    `Fleet ${id} cannot be modified: only an active fleet of type maintain can.`,
  )

export const instantNeedsTermination = () =>
  new AwsError(
    'InvalidParameterValue',
    'Fleets of type instant can only be deleted together with their instances: NoTerminateInstances is not supported.',
  )

export const onlyFleetTags = (type: string) =>
  invalidParameterValue(
    `The value for \`ResourceType\` must be \`spot-fleet-request\`, but got \`${type}\` instead.`,
  )
