import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination, invalidParameterValue, invalidValue } from '../errors.ts'
import { priceTooLowMessage } from './status.ts'

// What EC2 says about spot instances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

export const invalidSpotPrice = (price: string) =>
  invalidValue(price, 'price', `"${price}" is an invalid spot instance price`)

export const spotMaxPriceTooLow = (maxPrice: number, needed: number) =>
  new AwsError('SpotMaxPriceTooLow', priceTooLowMessage(maxPrice, needed))

export const spotNotOffered = (type: string) =>
  invalidParameterValue(
    `The instance type ${type} does not support the spot usage class. Specify an instance type that does.`,
  )

export const noSpotBlocks = (minutes: number) =>
  invalidValue(
    minutes,
    'blockDurationMinutes',
    'Spot Instances with a defined duration (Spot blocks) are no longer available.',
  )

export const onlyPersistentStops = (behavior: string) =>
  invalidParameterCombination(
    `The interruption behavior '${behavior}' is only supported for persistent Spot Instance requests.`,
  )

export const persistentNeedsStop = () =>
  invalidParameterCombination(
    'Persistent Spot Instance requests are only supported when the instance interruption behavior is stop or hibernate.',
  )

export const cannotStopOneTime = (instanceId: string) =>
  new AwsError(
    'UnsupportedOperation',
    `You can't stop the Spot Instance '${instanceId}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
  )

export const cannotStopGrouped = (instanceId: string) =>
  new AwsError(
    'UnsupportedOperation',
    `You can't stop the Spot Instance '${instanceId}' because it is part of a fleet, launch group or Availability Zone group.`,
  )

export const cannotStartInterrupted = (instanceId: string) =>
  new AwsError(
    'IncorrectSpotRequestState',
    `The Spot Instance '${instanceId}' was stopped by Amazon EC2, which starts it again when its Spot request can be fulfilled.`,
  )

export const datafeedNotFound = () =>
  new AwsError('InvalidSpotDatafeed.NotFound', 'Spot datafeed subscription does not exist.')
