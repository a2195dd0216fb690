import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/recyclebin/latest/APIReference/CommonErrors.html

export const invalidValue = (message: string) =>
  new AwsError('ValidationException', message, { fields: { Reason: 'INVALID_PARAMETER_VALUE' } })

export const invalidPageToken = () =>
  new AwsError('ValidationException', 'The page token is not valid.', {
    fields: { Reason: 'INVALID_PAGE_TOKEN' },
  })

export const ruleNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `Rule with identifier '${id}' was not found.`, {
    status: 404,
    fields: { Reason: 'RULE_NOT_FOUND' },
  })

export const ruleState = (message: string) =>
  new AwsError('ConflictException', message, {
    status: 409,
    fields: { Reason: 'INVALID_RULE_STATE' },
  })
