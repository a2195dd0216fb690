import { AwsError } from '../../errors.ts'

// CloudWatch's errors, by the codes that its query protocol sends; the other protocols have other names for them.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html

export const validationError = (message: string) => new AwsError('ValidationError', message)

export const invalidParameterValue = (message: string) =>
  new AwsError('InvalidParameterValue', message)

export const invalidParameterCombination = (message: string) =>
  new AwsError('InvalidParameterCombination', message)

/** @param path `MetricData.member.1.MetricName` */
export const parameterRequired = (path: string) =>
  new AwsError('MissingParameter', `The parameter ${path} is required.`)

export const mutuallyExclusive = (one: string, other: string) =>
  invalidParameterCombination(
    `The parameters ${one} and ${other} are mutually exclusive and you have specified both.`,
  )

export const notOfTheSet = (path: string, values: readonly string[]) =>
  invalidParameterValue(
    `The parameter ${path} must be a value in the set [ ${values.join(', ')} ].`,
  )

export const startsAfterItsEnd = () =>
  invalidParameterValue('The parameter StartTime must be less than the parameter EndTime.')

export const tooManyDatapoints = (asked: number, most: number) =>
  invalidParameterCombination(
    `You have requested up to ${asked} datapoints, which exceeds the limit of ${most}. ` +
      'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  )

export const noStatistic = () =>
  invalidParameterCombination(
    'At least one of the parameters Statistics and ExtendedStatistics must be specified.',
  )

/** ListMetrics' own error is another than that of the alarms. */
export const invalidListToken = () =>
  invalidParameterValue('Request parameter NextToken is invalid')

export const invalidNextToken = () =>
  new AwsError('InvalidNextToken', 'The value for parameter NextToken is invalid.')

/** SetAlarmState says no more than this, as AWS does. */
export const alarmNotFound = () => new AwsError('ResourceNotFound', '', { status: 404 })

export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message)

/** Its code in the query protocol is that of alarms: it goes by its other name. */
export const dashboardNotFound = (name: string) =>
  new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, { status: 404 })

export const dashboardInvalid = (message: string, details: readonly object[] = []) =>
  new AwsError('InvalidParameterInput', message, {
    fields: { dashboardValidationMessages: details },
  })

/** Of tags: AWS names no resource. */
export const resourceNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `The resource ${arn} was not found.`, {
    status: 404,
    fields: { ResourceType: 'cloudwatch', ResourceId: arn },
  })

export const invalidFormat = (message: string) => new AwsError('InvalidFormat', message)
