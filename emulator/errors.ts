/**
 * An error that a client sees. Only the codecs in `protocol/` render it; everything else throws it.
 *
 * `code` is the code on the wire as AWS documents it (`InvalidVolume.NotFound`, `NoSuchKey`), `status` the
 * HTTP status, `fields` what some errors carry besides code and message (S3's `BucketName`, a modelled error's
 * members).
 */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  readonly fields: Readonly<Record<string, unknown>>
  /** HTTP headers that go with the error (S3's `x-amz-bucket-region`, a 304's `ETag`). */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: string,
    message: string,
    {
      status = 400,
      fields = {},
      headers = {},
    }: {
      status?: number
      fields?: Record<string, unknown>
      headers?: Record<string, string>
    } = {},
  ) {
    super(message)
    this.name = 'AwsError'
    this.code = code
    this.status = status
    this.fields = fields
    this.headers = headers
  }
}

// The errors that any service can answer:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html

/** The service or operation is real but not built here. */
export const notImplemented = (service: string, operation: string) =>
  new AwsError(
    'NotImplemented',
    `pocketcloud has not built ${service}:${operation} yet (see docs/coverage.md)`,
    { status: 501 },
  )

/** What a service says of a fault of its own. S3 and EC2 have another code for it than the rest. */
export function internalFailure(service?: string): AwsError {
  const [code, message]: [string, string] =
    service === 's3'
      ? ['InternalError', 'We encountered an internal error. Please try again.']
      : service === 'ec2'
        ? ['InternalError', 'An internal error has occurred']
        : ['InternalFailure', 'The request processing has failed because of an unknown error.']
  return new AwsError(code, message, { status: 500 })
}

export const missingAction = () =>
  new AwsError('MissingAction', 'The request is missing an action or operation parameter')

export const requestTooLarge = (limit: number) =>
  new AwsError('RequestEntityTooLarge', `The request body is larger than ${limit} bytes`, {
    status: 413,
  })
