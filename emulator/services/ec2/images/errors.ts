import { AwsError } from '../../../errors.ts'
import { invalidParameterValue } from '../errors.ts'

// What EC2 says about images.

export const imageNameMalformed = () =>
  new AwsError(
    'InvalidAMIName.Malformed',
    "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
  )

export const imageNameDuplicate = (name: string, id: string) =>
  new AwsError('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${id}`)

export const imageNotAvailable = (id: string) =>
  new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is not available`)

export const notYourImage = (id: string) =>
  new AwsError('AuthFailure', `Not authorized for images: [${id}]`, { status: 403 })

export const cannotImage = (id: string, state: string) =>
  new AwsError(
    'IncorrectState',
    `The instance '${id}' is in the '${state}' state. An image can be created of a running or stopped instance.`,
  )

export const invalidLaunchPermission = (user: string) =>
  new AwsError(
    'InvalidAMIAttributeItemValue',
    `Invalid attribute item value "${user}" for userId item type.`,
  )

export const rootDeviceWithoutSnapshot = (device: string) =>
  invalidParameterValue(`The root device ${device} has to be mapped to a snapshot.`)
