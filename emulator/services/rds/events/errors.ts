import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'

const notFound = (code: string, message: string) => new AwsError(code, message, { status: 404 })

export const subscriptionNotFound = (name: string) =>
  notFound('SubscriptionNotFound', `Subscription ${name} not found.`)

export const subscriptionExists = (name: string) =>
  new AwsError('SubscriptionAlreadyExist', `Subscription ${name} already exists.`)

export const subscriptionQuotaExceeded = () =>
  new AwsError(
    'EventSubscriptionQuotaExceeded',
    'You have reached the maximum number of event subscriptions.',
  )

export const unknownCategory = (category: string, sourceType: string) =>
  notFound(
    'SubscriptionCategoryNotFound',
    `Event category ${category} does not exist for source type ${sourceType}.`,
  )

export const sourceNotFound = (id: string) =>
  notFound('SourceNotFound', `The requested source ${id} could not be found.`)

export const invalidTopic = (arn: string) =>
  new AwsError('SNSInvalidTopic', `Invalid SNS topic ARN: ${arn}`)

export const unknownSourceType = (type: string, types: readonly string[]) =>
  invalidParameterValue(`Invalid value ${type} for SourceType. Must be one of ${types.join(', ')}`)

export const sourceWithoutType = () =>
  invalidParameterCombination('Cannot specify SourceIds without also specifying SourceType.')

export const identifierWithoutType = () =>
  invalidParameterCombination('Cannot specify source identifier without source type')
