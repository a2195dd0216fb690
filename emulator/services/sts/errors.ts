import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
// and the error lists of each operation; statuses are those of the service's model.

const denied = (message: string) => new AwsError('AccessDenied', message, { status: 403 })

export const validationError = (message: string) => new AwsError('ValidationError', message)

export const invalidClientToken = () =>
  new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
    status: 403,
  })

export const rootMayNotAssume = () => denied('Roles may not be assumed by root accounts.')

/** Sessions of GetSessionToken and GetFederationToken make no other sessions; role sessions only those of roles. */
export const notWithSession = (operation: string) =>
  denied(`Cannot call ${operation} with session credentials`)

export const federatedMayNotCall = (operation: string) =>
  denied(`Cannot call ${operation} with federated user credentials`)

export const mfaIncomplete = () =>
  denied(
    'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.',
  )

export const mfaUnknownDevice = () =>
  denied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial ' +
      'number is valid and associated with this user.',
  )

export const mfaWrongCode = () =>
  denied('MultiFactorAuthentication failed with invalid MFA one time pass code. ')

/** @param arn what is no ARN at all is quoted */
export const invalidRoleArn = (arn: string) =>
  validationError(
    /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(arn) ? 'Request ARN is invalid' : `${arn} is invalid`,
  )

export const longerThanRoleAllows = () =>
  validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')

export const longerThanChainAllows = () =>
  validationError(
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  )

export const tooManyPolicyArns = (count: number) =>
  validationError(
    `1 validation error detected: Value '[${count} items]' at 'policyArns' failed to satisfy ` +
      'constraint: Member must have length less than or equal to 10',
  )

export const policiesTooLarge = (percent: number) =>
  new AwsError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )

export const tagsTooLarge = (percent: number) =>
  new AwsError(
    'PackedPolicyTooLarge',
    `Packed size of session tags consumes ${percent}% of allotted space.`,
  )

const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message)

export const duplicateTagKeys = () =>
  invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.')

export const reservedTagKey = (key: string) =>
  invalidParameter(`Tag key ${key} is invalid: tag keys beginning with aws: are reserved.`)

export const transitiveKeyNotPassed = () =>
  invalidParameter('The specified transitive tag key must be included in the requested tags.')

export const transitiveTagConflict = () =>
  invalidParameter(
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag " +
      'key from the calling session.',
  )

export const sourceIdentityIsSet = () =>
  denied('The SourceIdentity cannot be changed: the calling session already has another one.')

export const reservedSourceIdentity = () =>
  validationError('SourceIdentity must match [\\w+=,.@-]{2,64} and not begin with "aws:"')

/** An assertion that is about other roles, or another provider. */
export const notTheRolesAssertion = () => denied('Not authorized to perform sts:AssumeRoleWithSAML')

// Identity tokens: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

export const invalidIdentityToken = (message: string) =>
  new AwsError('InvalidIdentityToken', message)

export const expiredIdentityToken = (message: string) =>
  new AwsError('ExpiredTokenException', message)

export const idpUnreachable = (message: string) => new AwsError('IDPCommunicationError', message)
