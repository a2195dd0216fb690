import { AwsError } from '../../errors.ts'

// AWS's codes and sentences: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and each operation's page.

export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameterException', message)

export const invalidName = () =>
  new AwsError(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  )

const tokenNeeded = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.'

/** @param rotates whose refusal has another code */
export const missingToken = (rotates: boolean) =>
  rotates ? invalidParameter(tokenNeeded) : invalidRequest(tokenNeeded)

export const defaultKeyOfOtherAccount = () =>
  invalidRequest(
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  )

export const invalidRequest = (message: string) => new AwsError('InvalidRequestException', message)

export const secretNotFound = () =>
  new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")

export const stageNotFound = (stage: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
  )

export const versionNotFound = (id: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for VersionId: ${id}`,
  )

export const stageOfOtherVersion = () =>
  invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.')

export const secretExists = (name: string) =>
  new AwsError(
    'ResourceExistsException',
    `The operation failed because the secret ${name} already exists.`,
  )

export const tokenInUse = (token: string, arn: string) =>
  new AwsError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )

export const markedForDeletion = () =>
  invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion.",
  )

export const nameMarkedForDeletion = () =>
  invalidRequest(
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  )

export const managedByService = () =>
  invalidRequest(
    'The secret is managed by another service, and you must use that service to update it.',
  )

export const noValue = () => invalidRequest('You must provide either SecretString or SecretBinary.')

export const bothValues = () =>
  invalidParameter(
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  )

export const isReplica = () =>
  invalidParameter(
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  )

export const isNoReplica = () =>
  invalidRequest('Operation not permitted. The secret is not a replica.')

export const hasReplicas = (arn: string, regions: readonly string[]) =>
  invalidParameter(
    `You can't delete secret ${arn} that still has replica regions [${regions.join(', ')}]`,
  )

export const invalidReplicaRegion = () => invalidParameter('Invalid replica region.')

export const recoveryWindow = () =>
  invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')

export const forceAndWindow = () =>
  invalidParameter(
    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  )

export const encryptionFailure = () =>
  new AwsError(
    'EncryptionFailure',
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
  )

export const decryptionFailure = () =>
  new AwsError(
    'DecryptionFailure',
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  )

export const malformedPolicy = (message: string) =>
  new AwsError('MalformedPolicyDocumentException', message)

export const publicPolicy = () =>
  new AwsError(
    'PublicPolicyException',
    'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.',
  )

export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message)

export const invalidToken = () =>
  new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.')

export const tokenLength = () =>
  invalidParameter('ClientRequestToken must be 32-64 characters long.')

export const rotationDays = () =>
  invalidParameter('RotationRules.AutomaticallyAfterDays must be within 1-1000.')

export const noRotationFunction = () =>
  invalidRequest('No Lambda rotation function ARN is associated with this secret.')
