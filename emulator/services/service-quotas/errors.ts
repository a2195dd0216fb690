import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/CommonErrors.html

export const noSuchService = () =>
  new AwsError(
    'NoSuchResourceException',
    'This service is not available in the current Region. Choose a different Region or a different service.',
  )

export const noSuchQuota = () =>
  new AwsError(
    'NoSuchResourceException',
    'The request failed because the specified service quota does not exist.',
  )

export const noSuchRequest = () =>
  new AwsError('NoSuchResourceException', 'The requested resource does not exist.')

export const notAnIncrease = () =>
  new AwsError(
    'IllegalArgumentException',
    'You must provide a quota value greater than the current quota value.',
  )

export const notAdjustable = () =>
  new AwsError('IllegalArgumentException', 'This quota is not adjustable.')

export const requestIsOpen = () =>
  new AwsError(
    'ResourceAlreadyExistsException',
    'Only one open service quota increase request is allowed per quota.',
  )

export const invalidToken = () =>
  new AwsError('InvalidPaginationTokenException', 'Invalid NextToken was provided.')
