import { AwsError } from '../../errors.ts'

// AWS's codes, sentences and extra fields: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

export const accessDenied = () => new AwsError('AccessDenied', 'Access Denied', { status: 403 })

export const invalidArgument = (
  message: string,
  name: string,
  value: string | number | undefined,
) =>
  new AwsError('InvalidArgument', message, {
    fields: {
      ArgumentName: name,
      ...(value !== undefined && { ArgumentValue: String(value) }),
    },
  })

export const invalidRequest = (message: string) => new AwsError('InvalidRequest', message)

export const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

/** The header or value exists on AWS, but asks for something that AWS does not do either. */
export const headerNotImplemented = (header: string) =>
  new AwsError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    { status: 501, fields: { Header: header } },
  )

/** The condition of a write: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export const conditionNotAccepted = (header: string, why: string) =>
  new AwsError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    { status: 501, fields: { Header: header, additionalMessage: why } },
  )

/** The key was written or deleted since the upload was begun. */
export const conditionalRequestConflict = (condition: string, key: string) =>
  new AwsError(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { status: 409, fields: { Condition: condition, Key: key } },
  )

/** The header asks for something that AWS does and pocketcloud does not do yet. */
export const notBuilt = (what: string) =>
  new AwsError('NotImplemented', `pocketcloud has not built ${what} yet (see docs/coverage.md)`, {
    status: 501,
  })

export const preconditionFailed = (condition: string) =>
  new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    { status: 412, fields: { Condition: condition } },
  )

/** Has no body; the headers are those that a 200 would have had. */
export const notModified = (headers: Record<string, string>) =>
  new AwsError('NotModified', 'Not Modified', { status: 304, headers })

// Buckets

export const invalidBucketName = (name: string) =>
  new AwsError('InvalidBucketName', 'The specified bucket is not valid.', {
    fields: { BucketName: name },
  })

export const noSuchBucket = (name: string) =>
  new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
    status: 404,
    fields: { BucketName: name },
  })

/** The request names an access point by its ARN. */
export const noSuchAccessPoint = (name: string) =>
  new AwsError('NoSuchAccessPoint', 'The specified accesspoint does not exist', {
    status: 404,
    fields: { AccessPointName: name },
  })

export const accessPointsAttached = (name: string) =>
  new AwsError(
    'BucketHasAccessPointsAttached',
    'The bucket you tried to delete has access points attached. Delete your access points before deleting your bucket.',
    { fields: { BucketName: name } },
  )

export const bucketAlreadyExists = (name: string) =>
  new AwsError(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. ' +
      'Please select a different name and try again.',
    { status: 409, fields: { BucketName: name } },
  )

export const bucketAlreadyOwnedByYou = (name: string) =>
  new AwsError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { status: 409, fields: { BucketName: name } },
  )

export const bucketNotEmpty = (name: string, versioned: boolean) =>
  new AwsError(
    'BucketNotEmpty',
    versioned
      ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
      : 'The bucket you tried to delete is not empty',
    { status: 409, fields: { BucketName: name } },
  )

export const noSuchTagSet = (name: string) =>
  new AwsError('NoSuchTagSet', 'The TagSet does not exist', {
    status: 404,
    fields: { BucketName: name },
  })

/** The header `x-amz-expected-bucket-owner`, or that of a copy's source. */
export const invalidBucketOwner = (value: string) =>
  new AwsError(
    'InvalidBucketOwnerAWSAccountID',
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${value}]`,
  )

export const illegalVersioning = () =>
  new AwsError(
    'IllegalVersioningConfigurationException',
    'The Versioning element must be specified',
  )

export const tooManyBuckets = () =>
  new AwsError('TooManyBuckets', 'You have attempted to create more buckets than allowed')

export const illegalLocationConstraint = (constraint: string | undefined) =>
  new AwsError(
    'IllegalLocationConstraintException',
    `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this ` +
      'request was sent to.',
  )

export const invalidLocationConstraint = (constraint: string) =>
  new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', {
    fields: { LocationConstraint: constraint },
  })

/** @param endpoint where the bucket answers: the emulator itself, with the bucket's region in the signature */
export const permanentRedirect = (bucket: string, region: string, endpoint: string) =>
  new AwsError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
      'Please send all future requests to this endpoint.',
    {
      status: 301,
      fields: { Endpoint: endpoint, Bucket: bucket },
      headers: { 'x-amz-bucket-region': region },
    },
  )

/** @param allowed the methods that are, where S3 says them */
export const methodNotAllowed = (
  method: string,
  resourceType: string,
  allowed: readonly string[] = [],
) =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    fields: { Method: method, ResourceType: resourceType },
    ...(allowed.length > 0 && { headers: { Allow: allowed.join(', ') } }),
  })

// Objects

export const noSuchKey = (key: string) =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', {
    status: 404,
    fields: { Key: key },
  })

/** The newest version is a delete marker: a plain read says so in a header. */
export const keyIsDeleted = (key: string, versionId: string) =>
  new AwsError('NoSuchKey', 'The specified key does not exist.', {
    status: 404,
    fields: { Key: key },
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId },
  })

export const noSuchVersion = (key: string, versionId: string) =>
  new AwsError('NoSuchVersion', 'The specified version does not exist.', {
    status: 404,
    fields: { Key: key, VersionId: versionId },
  })

/** A delete marker asked for by its version. */
export const deleteMarkerNotAllowed = (method: string, versionId: string, lastModified: string) =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    fields: { Method: method, ResourceType: 'DeleteMarker' },
    headers: {
      Allow: 'DELETE',
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': versionId,
      'Last-Modified': lastModified,
    },
  })

export const keyTooLong = (size: number) =>
  new AwsError('KeyTooLongError', 'Your key is too long', {
    fields: { Size: size, MaxSizeAllowed: 1024 },
  })

export const metadataTooLarge = (size: number) =>
  new AwsError(
    'MetadataTooLarge',
    'Your metadata headers exceed the maximum allowed metadata size',
    {
      fields: { Size: size, MaxSizeAllowed: 2048 },
    },
  )

export const entityTooLarge = (size: number, limit: number) =>
  new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    fields: { ProposedSize: size, MaxSizeAllowed: limit },
  })

/** Of a browser's upload, whose policy says how much it has to be. */
export const entityTooSmallForPolicy = (size: number, limit: number) =>
  new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    fields: { ProposedSize: size, MinSizeAllowed: limit },
  })

export const invalidStorageClass = (storageClass: string) =>
  new AwsError('InvalidStorageClass', 'The storage class you specified is not valid', {
    fields: { StorageClassRequested: storageClass },
  })

export const invalidObjectState = (storageClass: string) =>
  new AwsError('InvalidObjectState', "The operation is not valid for the object's storage class", {
    status: 403,
    fields: { StorageClass: storageClass },
  })

export const sourceNotInActiveTier = () =>
  new AwsError(
    'ObjectNotInActiveTierError',
    'The source object of the COPY operation is not in the active tier and is only stored in Amazon Glacier.',
    { status: 403 },
  )

/** Something else changed what this call works on, between its steps. */
export const operationAborted = () =>
  new AwsError(
    'OperationAborted',
    'A conflicting conditional operation is currently in progress against this resource. Please try again.',
    { status: 409 },
  )

export const invalidRange = (range: string, size: number) =>
  new AwsError('InvalidRange', 'The requested range is not satisfiable', {
    status: 416,
    fields: { RangeRequested: range, ActualObjectSize: size },
  })

export const invalidPartNumber = (requested: number, actual: number) =>
  new AwsError('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
    status: 416,
    fields: { PartNumberRequested: requested, ActualPartCount: actual },
  })

/** @param value where that is what is wrong */
export const invalidTag = (message: string, key?: string, value?: string) =>
  new AwsError('InvalidTag', message, {
    fields: {
      ...(key !== undefined && { TagKey: key }),
      ...(value !== undefined && { TagValue: value }),
    },
  })

export const tooManyTags = () => new AwsError('BadRequest', 'Object tags cannot be greater than 10')

export const tooManyBucketTags = () =>
  new AwsError('BadRequest', 'Bucket tag count cannot be greater than 50')
