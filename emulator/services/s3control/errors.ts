import { AwsError } from '../../errors.ts'

// The words of S3's control API: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html

export const invalidRequest = (sentence: string) => new AwsError('InvalidRequest', sentence)

export const accessDenied = () => new AwsError('AccessDenied', 'Access Denied', { status: 403 })

export const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

/** @param uri what of the path could not be read: `accesspoint/NAME` */
export const invalidUri = (uri: string) =>
  new AwsError('InvalidURI', "Couldn't parse the specified URI.", { fields: { URI: uri } })

export const invalidNextToken = () => invalidRequest('Invalid NextToken')

export const noSuchPublicAccessBlock = (account: string) =>
  new AwsError(
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
    { status: 404, fields: { AccountId: account } },
  )

// Access points

export const noSuchAccessPoint = (name: string) =>
  new AwsError('NoSuchAccessPoint', 'The specified accesspoint does not exist', {
    status: 404,
    fields: { AccessPointName: name },
  })

export const noSuchAccessPointPolicy = (name: string) =>
  new AwsError('NoSuchAccessPointPolicy', 'The specified accesspoint policy does not exist', {
    status: 404,
    fields: { AccessPointName: name },
  })

export const accessPointAlreadyOwnedByYou = () =>
  new AwsError(
    'AccessPointAlreadyOwnedByYou',
    'Your previous request to create the named accesspoint succeeded and you already own it.',
    { status: 409 },
  )

export const tooManyAccessPoints = () =>
  new AwsError(
    'TooManyAccessPoints',
    'You have attempted to create more access points than are allowed for an account.',
  )

export const invalidAccessPointName = () =>
  invalidRequest('Your Amazon S3 AccessPoint name is invalid')

export const noBucketForAccessPoint = () =>
  invalidRequest('Amazon S3 AccessPoint can only be created for existing bucket')

export const malformedPolicy = (sentence: string) => new AwsError('MalformedPolicy', sentence)

export const policyTooLarge = () =>
  new AwsError('PolicyTooLarge', 'Policy document must not be larger than 20480 bytes')

// Tags

export const noSuchResource = () =>
  new AwsError('NoSuchResource', "The specified resource doesn't exist.", { status: 404 })

export const invalidTag = (sentence: string) => new AwsError('InvalidTag', sentence)

// Batch jobs

export const noSuchJob = () =>
  new AwsError('NoSuchJob', 'The specified job does not exist', { status: 404 })

export const idempotency = () =>
  new AwsError(
    'IdempotencyException',
    'A job with the same client request token and other parameters exists already.',
  )

export const jobStatusConflict = (status: string, wanted: string) =>
  new AwsError(
    'JobStatusException',
    `The job is in the status ${status}: it cannot become ${wanted}.`,
  )

export const tooManyTags = () =>
  new AwsError('TooManyTagsException', 'The number of tags of a job cannot be greater than 50.')

/** The request asks for something that AWS does and pocketcloud does not do yet. */
export const notBuilt = (what: string) =>
  new AwsError('NotImplemented', `pocketcloud has not built ${what} yet (see docs/coverage.md)`, {
    status: 501,
  })

// Storage Lens

export const noSuchConfiguration = () =>
  new AwsError('NoSuchConfiguration', 'The specified configuration does not exist.', {
    status: 404,
  })

export const groupExists = () =>
  new AwsError('EntityAlreadyExists', 'A Storage Lens group with this name exists already.', {
    status: 409,
  })

// Access grants

export const noAccessGrantsInstance = () =>
  new AwsError('AccessGrantsInstanceNotExistsError', 'Access Grants Instance does not exist', {
    status: 404,
  })

export const accessGrantsInstanceExists = () =>
  new AwsError('AccessGrantsInstanceAlreadyExists', 'Access Grants Instance already exists', {
    status: 409,
  })

export const accessGrantsInstanceNotEmpty = () =>
  new AwsError(
    'AccessGrantsInstanceNotEmptyError',
    'Access Grants Instance has locations: delete them first',
    { status: 409 },
  )

export const noInstancePolicy = () =>
  new AwsError(
    'AccessGrantsInstanceResourcePolicyNotExists',
    'Access Grants Instance resource policy does not exist',
    { status: 404 },
  )

export const noSuchLocation = () =>
  new AwsError('NoSuchAccessGrantsLocationError', 'The specified location does not exist', {
    status: 404,
  })

export const locationExists = () =>
  new AwsError('AccessGrantsLocationAlreadyExistsError', 'The location is registered already', {
    status: 409,
  })

export const locationNotEmpty = () =>
  new AwsError('AccessGrantsLocationNotEmptyError', 'There are grants for the location', {
    status: 409,
  })

export const noSuchGrant = () =>
  new AwsError('NoSuchAccessGrantError', 'The specified access grant does not exist', {
    status: 404,
  })

export const grantExists = () =>
  new AwsError('AccessGrantAlreadyExists', 'The access grant exists already', { status: 409 })

export const invalidIamRole = () =>
  new AwsError('InvalidIamRole', 'The specified IAM role cannot be assumed by S3 Access Grants')
