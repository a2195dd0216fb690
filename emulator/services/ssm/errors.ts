import { AwsError } from '../../errors.ts'

// Systems Manager's codes and sentences: https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html

export const validation = (message: string) => new AwsError('ValidationException', message)

export const parameterNotFound = (name: string) =>
  new AwsError('ParameterNotFound', `Parameter ${name} not found.`)

export const versionNotFound = (version: string | number, name: string) =>
  new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  )

export const labelNotFound = (label: string, name: string) =>
  new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find label ${label} of ${name}. Verify the label and try again.`,
  )

export const alreadyExists = () =>
  new AwsError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  )

export const reservedName = (name: string) =>
  new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`)

export const tooManyLevels = () =>
  new AwsError(
    'HierarchyLevelLimitExceededException',
    'A parameter name can have a maximum of 15 levels.',
  )

export const typeMismatch = () =>
  new AwsError(
    'HierarchyTypeMismatchException',
    "Parameter Store does not support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
  )

export const invalidPattern = (pattern: string) =>
  new AwsError('InvalidAllowedPatternException', `Invalid allowedPattern: ${pattern}`)

export const patternMismatch = (pattern: string) =>
  new AwsError(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  )

export const oldestIsLabelled = (name: string, version: number) =>
  new AwsError(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  )

export const tooManyLabels = () =>
  new AwsError(
    'ParameterVersionLabelLimitExceeded',
    'An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.',
  )

export const tooManyParameters = (most: number) =>
  new AwsError(
    'ParameterLimitExceeded',
    `You have exceeded the number of parameters for this AWS account. Limit: ${most}. Delete one or more parameters and try again.`,
  )

export const invalidPolicies = (message: string) =>
  new AwsError('InvalidPolicyAttributeException', message)

export const invalidPolicyType = (type: string) =>
  new AwsError(
    'InvalidPolicyTypeException',
    `The policy type isn't supported: ${type}. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.`,
  )

export const invalidNextToken = () =>
  new AwsError('InvalidNextToken', 'The specified token is not valid.')

export const invalidResourceId = () => new AwsError('InvalidResourceId', 'Invalid resource Id')

export const invalidResourceType = (type: string) =>
  new AwsError('InvalidResourceType', `${type} is not a valid resource type.`)

export const invalidKeyId = (message: string) => new AwsError('InvalidKeyId', message)

export const tooManyTags = () =>
  new AwsError('TooManyTagsError', 'The number of tags exceeds the limit of 50 for a resource.')

// Filters

export const invalidFilterKey = (key: string, valid: readonly string[]) =>
  new AwsError(
    'InvalidFilterKey',
    `The following filter key is not valid: ${key}. Valid filter keys include: [${valid.join(', ')}].`,
  )

export const invalidFilterOption = (option: string, valid: string) =>
  new AwsError(
    'InvalidFilterOption',
    `The following filter option is not valid: ${option}. Valid options include: [${valid}].`,
  )

export const invalidFilterValue = (message: string) => new AwsError('InvalidFilterValue', message)
