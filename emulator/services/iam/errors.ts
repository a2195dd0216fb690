import { AwsError } from '../../errors.ts'

// IAM's errors with its own sentences: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// and the error lists of each operation. Statuses are those of the service's model.

export const noSuchEntity = (message: string) =>
  new AwsError('NoSuchEntity', message, { status: 404 })
export const alreadyExists = (message: string) =>
  new AwsError('EntityAlreadyExists', message, { status: 409 })
export const deleteConflict = (message: string) =>
  new AwsError('DeleteConflict', message, { status: 409 })
export const limitExceeded = (message: string) =>
  new AwsError('LimitExceeded', message, { status: 409 })

export const validationError = (message: string) => new AwsError('ValidationError', message)

export const invalidMarker = () => validationError('Invalid Marker.')

/** For the operations that take the caller as the user when no user is named. */
export const userNameRequired = () =>
  validationError('Must specify userName when calling with non-User credentials')

export const invalidStatus = (status: string) =>
  validationError(
    `1 validation error detected: Value '${status}' at 'status' failed to satisfy constraint: ` +
      'Member must satisfy enum value set: [Active, Inactive]',
  )

export const noSuchUser = (name: string) =>
  noSuchEntity(`The user with name ${name} cannot be found.`)

export const userExists = (name: string) => alreadyExists(`User with name ${name} already exists.`)

export const noSuchGroup = (name: string) =>
  noSuchEntity(`The group with name ${name} cannot be found.`)

export const groupExists = (name: string) =>
  alreadyExists(`Group with name ${name} already exists.`)

export const noSuchRole = (name: string) =>
  noSuchEntity(`The role with name ${name} cannot be found.`)

export const roleExists = (name: string) => alreadyExists(`Role with name ${name} already exists.`)

export const noSuchInstanceProfile = (name: string) =>
  noSuchEntity(`Instance Profile ${name} cannot be found.`)

export const instanceProfileExists = (name: string) =>
  alreadyExists(`Instance Profile ${name} already exists.`)

export const roleNotInProfile = (role: string, profile: string) =>
  noSuchEntity(`The role ${role} is not in the instance profile ${profile}.`)

/** Service-linked roles belong to their services. */
export const protectedRole = (name: string) =>
  new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  )

export const serviceRoleTaken = (name: string) =>
  new AwsError(
    'InvalidInput',
    `Service role name ${name} has been taken in this account, please try a different suffix.`,
  )

export const noServiceLinkedRoles = (service: string) =>
  new AwsError('InvalidInput', `Invalid Service Principal: ${service}.`)

export const suffixNotSupported = (service: string) =>
  new AwsError('InvalidInput', `Custom suffix is not allowed for ${service}`)

export const noSuchDeletion = (id: string) =>
  noSuchEntity(`Deletion task with id ${id} was not found.`)

export const noBoundary = (kind: 'user' | 'role', name: string) =>
  noSuchEntity(`The ${kind} with name ${name} does not have a permissions boundary.`)

export const noSuchBoundaryPolicy = (arn: string) =>
  noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)

/** Sessions that may not call IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html */
export const sessionMayNotCallIam = () =>
  new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
    status: 403,
  })

export const noSuchAccessKey = (id: string) =>
  noSuchEntity(`The Access Key with id ${id} cannot be found.`)

export const noSuchInlinePolicy = (kind: string, name: string) =>
  noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`)

export const noSuchPolicy = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`)

export const notAttachable = (arn: string) =>
  noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)

export const noSuchPolicyVersion = (arn: string, version: string) =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`)

export const policyExists = (name: string) =>
  alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)

export const invalidInput = (message: string) => new AwsError('InvalidInput', message)

/** For what is no user, group or role of the account. */
export const invalidEntityArn = (arn: string) => invalidInput(`Invalid Entity Arn: ${arn}`)

export const unparsableArn = () =>
  new AwsError('ValidationError', 'Invalid ARN:  Could not be parsed!')

export const invalidArn = (arn: string) => new AwsError('InvalidInput', `ARN ${arn} is not valid.`)

export const duplicateTagKeys = () =>
  new AwsError(
    'InvalidInput',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  )

export const tooManyTags = (limit: number) =>
  limitExceeded(`The number of tags has reached the maximum limit: ${limit}`)

/** @param first what has to be done first: `delete access keys` */
export const mustFirst = (first: string) =>
  deleteConflict(`Cannot delete entity, must ${first} first.`)

export const policyAttached = () => deleteConflict('Cannot delete a policy attached to entities.')

export const policyHasVersions = () =>
  deleteConflict(
    'This policy has more than one version. Before you delete a policy, you must delete the ' +
      "policy's versions. The default version is deleted with the policy.",
  )

export const defaultVersion = () => deleteConflict('Cannot delete the default version of a policy.')

export const quotaExceeded = (quota: string, limit: number) =>
  limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`)

export const inlinePoliciesTooLarge = (limit: number, kind: string, name: string) =>
  limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}`)

export const tooManyVersions = () =>
  limitExceeded(
    'A managed policy can have up to 5 versions. Before you create a new version, you must ' +
      'delete an existing version.',
  )

export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocument', message)

/** A policy of AWS's belongs to another account: whoever asks may not change it. */
export const notYourPolicy = (caller: string, action: string, arn: string) =>
  new AwsError(
    'AccessDenied',
    `User: ${caller} is not authorized to perform: ${action} on resource: policy ${arn}`,
    { status: 403 },
  )
