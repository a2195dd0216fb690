import { AwsError } from '../../errors.ts'

// AWS's codes and sentences: https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html and each operation's page.

export const validation = (message: string) => new AwsError('ValidationException', message)

export const keyNotFound = (arn: string) =>
  new AwsError('NotFoundException', `Key '${arn}' does not exist`)

export const aliasNotFound = (arn: string) =>
  new AwsError('NotFoundException', `Alias ${arn} is not found.`)

export const invalidKeyId = (keyId: string) =>
  new AwsError('NotFoundException', `Invalid keyId '${keyId}'`)

/** The ARN is of another region. */
export const foreignRegion = (region: string) =>
  new AwsError('NotFoundException', `Invalid arn ${region}`)

export const invalidArn = (arn: string) => new AwsError('InvalidArnException', `Invalid arn ${arn}`)

export const noSuchPolicy = () => new AwsError('NotFoundException', 'No such policy exists')

export const disabled = (arn: string) => new AwsError('DisabledException', `${arn} is disabled.`)

export const pendingDeletion = (arn: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is pending deletion.`)

export const notPendingDeletion = (arn: string) =>
  new AwsError('KMSInvalidStateException', `${arn} is not pending deletion.`)

export const wrongUsage = (arn: string, usage: string, operation: string) =>
  new AwsError(
    'InvalidKeyUsageException',
    `${arn} key usage is ${usage} which is not valid for ${operation}.`,
  )

export const wrongAlgorithm = (algorithm: string, spec: string) =>
  new AwsError(
    'InvalidKeyUsageException',
    `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
  )

export const noDataKeys = () =>
  new AwsError('InvalidKeyUsageException', 'You cannot generate a data key with an asymmetric CMK')

/** AWS says nothing of why. */
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '')
export const invalidSignature = () => new AwsError('KMSInvalidSignatureException', '')
export const invalidMac = () => new AwsError('KMSInvalidMacException', '')

export const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )

/** A ciphertext whose key is not here is refused like one whose key may not be used. */
export const unknownCiphertextKey = () =>
  new AwsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  )

/** For operations that have no cross-account use. */
export const otherAccount = (principal: string | null, operation: string) =>
  new AwsError(
    'AccessDeniedException',
    `User: ${principal ?? 'anonymous'} is not authorized to perform: kms:${operation} on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
  )

export const unsupported = (message: string) =>
  new AwsError('UnsupportedOperationException', message)

export const aliasExists = (arn: string) =>
  new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`)

/** `alias/aws/` belongs to AWS's services; AWS says nothing more. */
export const reservedAlias = () => new AwsError('NotAuthorizedException', '')

export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message)

export const malformedPolicy = (message: string) =>
  new AwsError('MalformedPolicyDocumentException', message)

export const tagError = (message: string) => new AwsError('TagException', message)

export const invalidMarker = () =>
  new AwsError('InvalidMarkerException', 'The marker is not valid.')

export const dryRun = () =>
  new AwsError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  )

export const invalidGrantId = () => new AwsError('InvalidGrantIdException', '')
export const invalidGrantToken = () => new AwsError('InvalidGrantTokenException', '')
