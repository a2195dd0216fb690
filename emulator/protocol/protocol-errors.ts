import { AwsError } from '../errors.ts'

// What AWS answers to a request that it can't read. The query services' sentences are those of Amazon's
// own service framework: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html

export const malformedQueryString = () =>
  new AwsError('MalformedQueryString', 'The query string contains a syntax error.', { status: 404 })

export const malformedInput = (message: string) => new AwsError('MalformedInput', message)

/** IAM, STS, RDS: no such operation in that version of the API. */
export const operationNotFound = (action: string, version: string | undefined) =>
  new AwsError(
    'InvalidAction',
    `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
  )

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const invalidAction = (action: string) =>
  new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`)

export const missingParameter = (name: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`)

export const noSuchVersion = (version: string, service: string) =>
  new AwsError(
    'NoSuchVersion',
    `The requested version (${version}) of service ${service} does not exist`,
  )

export const invalidParameterValue = (value: string, name: string, expected: string) =>
  new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${name} is invalid. Expected ${expected}.`,
  )

export const unknownParameter = (name: string) =>
  new AwsError('UnknownParameter', `The parameter ${name} is not recognized`)

/**
 * Members that the API requires and the request lacks.
 *
 * @param code `ValidationError` for query services, `ValidationException` for JSON and CBOR
 * @param paths the members, as AWS writes them: `tags.1.member.key`
 */
export function membersMissing(code: string, paths: readonly string[]): AwsError {
  const count = paths.length === 1 ? '1 validation error' : `${paths.length} validation errors`
  const each = paths.map(
    (path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`,
  )
  return new AwsError(code, `${count} detected: ${each.join('; ')}`)
}

/** JSON and CBOR: the body is no value of the operation's input. */
export const serializationException = (message: string) =>
  new AwsError('SerializationException', message)

export const unknownOperation = () =>
  new AwsError(
    'UnknownOperationException',
    'The requested operation is not recognized by the service.',
    {
      status: 404,
    },
  )

export const unsupportedMediaType = () =>
  new AwsError(
    'UnsupportedMediaTypeException',
    'The content type of the request is not supported',
    {
      status: 415,
    },
  )

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const malformedXml = () =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

export const missingRequestBody = () =>
  new AwsError('MissingRequestBodyError', 'Request Body is empty')

export const invalidUri = () => new AwsError('InvalidURI', "Couldn't parse the specified URI.")

export const missingHeader = (name: string) =>
  new AwsError('InvalidRequest', `Missing required header for this request: ${name}`)

export const missingQueryParameter = (name: string) =>
  new AwsError('InvalidRequest', `Missing required query parameter for this request: '${name}'`)

export const invalidArgument = (
  name: string,
  value: string,
  message = `Invalid argument: ${name}`,
) =>
  new AwsError('InvalidArgument', message, { fields: { ArgumentName: name, ArgumentValue: value } })
