import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Permission } from '../../../operation.ts'
import { invalidParameterValue } from '../errors.ts'

// An image may be named by the Systems Manager parameter that has its id.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html

const prefix = 'resolve:ssm:'

export const isImageAlias = (imageId: string | undefined): imageId is string =>
  imageId?.startsWith(prefix) === true

/** The image that a launch means, and what reading its parameter takes. @throws InvalidParameterValue for a parameter that is not there */
export function resolveImageAlias(
  imageId: string,
  call: TimerCall,
): { readonly imageId: string; readonly permission: Permission } {
  const name = imageId.slice(prefix.length)
  const found = call.ports.parameters?.find(call, name)
  if (!found) {
    throw invalidParameterValue(
      `Unable to resolve the Systems Manager parameter ${name} for parameter imageId.`,
    )
  }
  return { imageId: found.value, permission: found.permission }
}

/** A request that names its image by the id. @throws InvalidParameterValue */
export const withResolvedImage = (
  input: RunInstancesRequest,
  call: TimerCall,
): RunInstancesRequest =>
  isImageAlias(input.ImageId)
    ? { ...input, ImageId: resolveImageAlias(input.ImageId, call).imageId }
    : input
