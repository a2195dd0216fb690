import { AwsError } from '../../errors.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList

const invalidRequest = (message: string) => new AwsError('InvalidRequest', message)

/** The body ended, or broke off, in the middle of what it had announced. */
export const incompleteBody = () =>
  new AwsError('IncompleteBody', 'The request body terminated unexpectedly')

export const wrongLength = (expected: number, provided: number) =>
  new AwsError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    { fields: { NumberBytesExpected: expected, NumberBytesProvided: provided } },
  )

/** HTTP's own chunks, which S3 does not take: its are `aws-chunked`. */
export const transferEncodingNotImplemented = () =>
  new AwsError(
    'NotImplemented',
    'A header you provided implies functionality that is not implemented',
    { status: 501, fields: { Header: 'Transfer-Encoding' } },
  )

export const missingContentLength = () =>
  new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', {
    status: 411,
  })

export const entityTooLarge = (proposed: number, maximum: number) =>
  new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    fields: { ProposedSize: proposed, MaxSizeAllowed: maximum },
  })

export const contentSha256Mismatch = (provided: string, computed: string) =>
  new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { fields: { ClientComputedContentSHA256: provided, S3ComputedContentSHA256: computed } },
  )

/** Chunks are for PutObject and UploadPart only. */
export const chunksNotAllowed = () =>
  invalidRequest('The value of x-amz-content-sha256 header is invalid.')

export const invalidContentMd5 = (value: string) =>
  new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', {
    fields: { 'Content-MD5': value },
  })

export const contentMd5Mismatch = (expected: string, calculated: Buffer) =>
  new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    fields: {
      ExpectedDigest: expected,
      CalculatedDigest: calculated.toString('base64'),
    },
  })

export const checksumMismatch = (algorithm: string) =>
  new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)

export const invalidChecksumHeader = (header: string) =>
  invalidRequest(`Value for ${header} header is invalid.`)

export const invalidChecksumTrailer = (header: string) =>
  invalidRequest(`Value for ${header} trailing header is invalid.`)

export const severalChecksums = () =>
  invalidRequest(
    'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  )

export const unknownChecksumHeader = () =>
  invalidRequest('The algorithm type you specified in x-amz-checksum- header is invalid.')

export const unsupportedTrailer = () =>
  invalidRequest('The value specified in the x-amz-trailer header is not supported')

export const announcedChecksumMissing = () =>
  invalidRequest(
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  )

export const malformedTrailer = () =>
  new AwsError(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  )

/** @param chunk counted from 1 */
export const chunkTooSmall = (chunk: number, size: number) =>
  new AwsError(
    'InvalidChunkSizeError',
    'Only the last chunk is allowed to have a size less than 8192 bytes',
    { fields: { Chunk: chunk, BadChunkSize: size } },
  )
