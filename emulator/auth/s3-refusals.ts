import { AwsError } from '../errors.ts'
import { allowedSkew, formatServerTime } from './amz-date.ts'
import type { Refusals } from './refusals.ts'
import type { SigningSteps } from './sigv4.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList

const malformedHeader = (message: string, fields: Record<string, unknown> = {}) =>
  new AwsError(
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; ${message}`,
    { fields },
  )

const malformedQuery = (message: string) =>
  new AwsError('AuthorizationQueryParametersError', message)

const accessDenied = (message: string, fields: Record<string, unknown> = {}) =>
  new AwsError('AccessDenied', message, { status: 403, fields })

/** A fault in the credential, worded for a header or for a presigned URL. */
const malformedScope = (presigned: boolean, message: string, fields = {}) =>
  presigned
    ? malformedQuery(`Error parsing the X-Amz-Credential parameter; ${message}`)
    : malformedHeader(message, fields)

export const invalidAccessKeyId = (accessKeyId: string) =>
  new AwsError(
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    { status: 403, fields: { AWSAccessKeyId: accessKeyId } },
  )

/** S3 shows what it signed, so that one can compare; of a chunk's signature too. */
export const s3SignatureDoesNotMatch = (
  accessKeyId: string,
  provided: string,
  {
    stringToSign,
    canonicalRequest,
  }: Pick<SigningSteps, 'stringToSign'> & Partial<Pick<SigningSteps, 'canonicalRequest'>>,
) =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      status: 403,
      fields: {
        AWSAccessKeyId: accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: provided,
        StringToSignBytes: spacedHex(stringToSign),
        ...(canonicalRequest !== undefined && {
          CanonicalRequest: canonicalRequest,
          CanonicalRequestBytes: spacedHex(canonicalRequest),
        }),
      },
    },
  )

const spacedHex = (text: string) =>
  Array.from(Buffer.from(text, 'latin1'), (byte) => byte.toString(16).padStart(2, '0')).join(' ')

/** @param end of the URL's time, and `now`: ms since the epoch */
export const s3PresignedV2Expired = (end: number, now: number) =>
  accessDenied('Request has expired', {
    Expires: formatServerTime(end),
    ServerTime: formatServerTime(now),
  })

export const s3MissingQueryParametersV2 = () =>
  accessDenied(
    'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
  )

export const s3InvalidExpiresV2 = (expires: string) =>
  accessDenied(`Invalid date (should be seconds since epoch): ${expires}`)

export const unsupportedMechanism = () =>
  new AwsError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )

export const unsupportedAuthorizationType = (header: string) =>
  new AwsError('InvalidArgument', authorizationFault(header), {
    fields: { ArgumentName: 'Authorization', ArgumentValue: header },
  })

const authorizationFault = (header: string) =>
  header.includes(' ')
    ? 'Unsupported Authorization Type'
    : "Authorization header is invalid -- one and only one ' ' (space) required"

export const twoMechanisms = (header: string) =>
  new AwsError(
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string ' +
      'parameter or the Authorization header should be specified',
    { fields: { ArgumentName: 'Authorization', ArgumentValue: header } },
  )

export const s3Refusals: Refusals = {
  missingToken: () => accessDenied('Access Denied'),
  unknownKey: invalidAccessKeyId,
  wrongSessionToken: (accessKeyId, token) =>
    token === undefined
      ? invalidAccessKeyId(accessKeyId)
      : new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', {
          fields: { 'Token-0': token },
        }),
  expiredSessionToken: (token) =>
    new AwsError('ExpiredToken', 'The provided token has expired.', {
      fields: { 'Token-0': token },
    }),
  signatureMismatch: (claim, steps) =>
    s3SignatureDoesNotMatch(claim.accessKeyId, claim.signature, steps),
  skewed: ({ amzDate, now }) =>
    new AwsError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        status: 403,
        fields: {
          RequestTime: amzDate,
          ServerTime: formatServerTime(now),
          MaxAllowedSkewMilliseconds: allowedSkew,
        },
      },
    ),
  presignedExpired: ({ signedAt, now }, lifetime) =>
    accessDenied('Request has expired', {
      'X-Amz-Expires': lifetime,
      Expires: formatServerTime(signedAt + lifetime * 1000),
      ServerTime: formatServerTime(now),
    }),
  presignedNotYetValid: ({ amzDate, now }) =>
    accessDenied('Request is not yet valid', {
      RequestTime: amzDate,
      ServerTime: formatServerTime(now),
    }),
  incompleteHeader: (missing, header) =>
    missing[0] !== undefined && header.split(',').length === 3
      ? malformedHeader(`missing ${missing[0]}.`)
      : malformedHeader(
          'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
        ),
  malformedComponent: (component) =>
    malformedHeader(`the authorization component "${component}" is malformed.`),
  malformedCredential: (_credential, presigned) =>
    malformedScope(
      presigned,
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    ),
  wrongTerminator: (terminator, presigned) =>
    malformedScope(
      presigned,
      `incorrect terminal "${terminator}". This endpoint uses "aws4_request".`,
    ),
  wrongService: (expected, actual, presigned) =>
    malformedScope(
      presigned,
      `incorrect service "${actual}". This endpoint belongs to "${expected}".`,
    ),
  wrongRegion: (expected = 'us-east-1', actual, presigned) =>
    malformedScope(presigned, `the region '${actual}' is wrong; expecting '${expected}'`, {
      Region: expected,
    }),
  wrongScopeDate: (scopeDate, amzDate, presigned) => {
    if (!/^\d{8}$/.test(scopeDate)) {
      return malformedScope(
        presigned,
        `incorrect date format "${scopeDate}". This date in the credential must be in the format "yyyyMMdd".`,
      )
    }
    const message = `Invalid credential date "${scopeDate}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`
    return presigned ? malformedQuery(message) : malformedHeader(message)
  },
  missingDate: () => accessDenied('AWS authentication requires a valid Date or x-amz-date header'),
  invalidDate: (_text, presigned) =>
    presigned
      ? malformedQuery(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
      : accessDenied('AWS authentication requires a valid Date or x-amz-date header'),
  headersNotSigned: (names) =>
    accessDenied('There were headers present in the request which were not signed', {
      HeadersNotSigned: names.join(', '),
    }),
  missingQueryParameters: () =>
    malformedQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, ' +
        'X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    ),
  invalidExpires: (text) => malformedQuery(expiresFault(text)),
}

function expiresFault(text: string): string {
  if (!/^-?\d+$/.test(text)) return 'X-Amz-Expires should be a number'
  if (text.startsWith('-')) return 'X-Amz-Expires must be non-negative'
  return 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds'
}
