import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html

export const invalidClientToken = () =>
  new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
    status: 403,
  })
