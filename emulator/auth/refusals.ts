import { hash } from 'node:crypto'
import { AwsError } from '../errors.ts'
import { allowedSkew, formatAmzDate } from './amz-date.ts'
import { s3Refusals } from './s3-refusals.ts'
import type { SignatureClaim, SigningSteps } from './sigv4.ts'

/** How a service words what it refuses: the query services, EC2, S3 and the JSON and CBOR services. */
export type Dialect = 'query' | 'ec2' | 's3' | 'json'

/** When a request was signed, as it says itself, and the time it is held against; ms since the epoch. */
export interface SigningMoment {
  readonly amzDate: string
  readonly signedAt: number
  readonly now: number
}

/**
 * Every reason to refuse a request before anyone looks at what it asks for, in one service family's words.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export interface Refusals {
  /** No signature, where one is needed. */
  missingToken(): AwsError
  /** An access key that does not exist or is inactive: AWS does not say which. */
  unknownKey(accessKeyId: string): AwsError
  /** A session token that is missing, or not the one issued with the access key. */
  wrongSessionToken(accessKeyId: string, token: string | undefined): AwsError
  expiredSessionToken(token: string): AwsError
  signatureMismatch(claim: SignatureClaim, steps: SigningSteps): AwsError
  /** Signed more than 15 minutes before or after the server's time. */
  skewed(moment: SigningMoment): AwsError
  /** @param lifetime seconds */
  presignedExpired(moment: SigningMoment, lifetime: number): AwsError
  presignedNotYetValid(moment: SigningMoment): AwsError
  /** @param missing parts that an `Authorization` header should have: `Credential`, `Signature`, … */
  incompleteHeader(missing: readonly string[], header: string): AwsError
  malformedComponent(component: string, header: string): AwsError
  malformedCredential(credential: string, presigned: boolean): AwsError
  wrongTerminator(terminator: string, presigned: boolean): AwsError
  wrongService(expected: string, actual: string, presigned: boolean): AwsError
  wrongRegion(expected: string | undefined, actual: string, presigned: boolean): AwsError
  wrongScopeDate(scopeDate: string, amzDate: string, presigned: boolean): AwsError
  missingDate(header: string): AwsError
  invalidDate(text: string, presigned: boolean): AwsError
  headersNotSigned(names: readonly string[]): AwsError
  missingQueryParameters(names: readonly string[]): AwsError
  invalidExpires(text: string): AwsError
}

interface Code {
  readonly code: string
  readonly status: number
}

/** What the services call the four refusals that they word alike. */
interface Codes {
  readonly missing: Code
  readonly unknown: Code
  readonly expired: Code
  readonly mismatch: Code
  readonly incomplete: Code
}

const mismatchSentence =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
  'Access Key and signing method. Consult the service documentation for details.'

const refuse = ({ code, status }: Code, message: string) => new AwsError(code, message, { status })

function refusalsWith(codes: Codes): Refusals {
  const mismatch = (message: string) => refuse(codes.mismatch, message)
  const incomplete = (message: string) => refuse(codes.incomplete, message)
  const unknown = () =>
    refuse(codes.unknown, 'The security token included in the request is invalid.')
  const skewed = ({ amzDate, signedAt, now }: SigningMoment) =>
    signedAt < now
      ? mismatch(
          `Signature expired: ${amzDate} is now earlier than ${formatAmzDate(now - allowedSkew)} ` +
            `(${formatAmzDate(now)} - 15 min.)`,
        )
      : mismatch(
          `Signature not yet current: ${amzDate} is still later than ` +
            `${formatAmzDate(now + allowedSkew)} (${formatAmzDate(now)} + 15 min.)`,
        )
  return {
    missingToken: () => refuse(codes.missing, 'Request is missing Authentication Token'),
    unknownKey: unknown,
    wrongSessionToken: unknown,
    expiredSessionToken: () =>
      refuse(codes.expired, 'The security token included in the request is expired'),
    signatureMismatch: () => mismatch(mismatchSentence),
    skewed,
    presignedExpired: skewed,
    presignedNotYetValid: skewed,
    incompleteHeader: (missing, header) =>
      incomplete(
        missing.map((part) => `Authorization header requires '${part}' parameter. `).join('') +
          `(Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(header)}`,
      ),
    malformedComponent: (component, header) =>
      incomplete(
        `'${component}' not a valid key=value pair (missing equal-sign) in Authorization header ` +
          `(hashed with SHA-256 and encoded with Base64): '${hashed(header)}'.`,
      ),
    malformedCredential: (credential) =>
      incomplete(
        'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, ' +
          `got '${credential}'`,
      ),
    wrongTerminator: (terminator) =>
      mismatch(
        `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'. `,
      ),
    wrongService: (expected) =>
      mismatch(`Credential should be scoped to correct service: '${expected}'. `),
    wrongRegion: (_expected, actual) =>
      mismatch(`Credential should be scoped to a valid region, not '${actual}'. `),
    wrongScopeDate: (scopeDate, amzDate) =>
      mismatch(
        'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
          `'${scopeDate}' != '${amzDate.slice(0, 8)}', from '${amzDate}'.`,
      ),
    missingDate: (header) =>
      incomplete(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
          `(Hashed with SHA-256 and encoded with Base64) Authorization=${hashed(header)}`,
      ),
    invalidDate: (text) =>
      incomplete(
        `Date must be in ISO-8601 'basic format'. Got '${text}'. ` +
          'See http://en.wikipedia.org/wiki/ISO_8601',
      ),
    headersNotSigned: () =>
      mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
    missingQueryParameters: (names) =>
      incomplete(
        names.map((name) => `AWS query-string parameters must include '${name}'. `).join('') +
          'Re-examine the query-string parameters.',
      ),
    invalidExpires: (text) =>
      incomplete(`X-Amz-Expires is not a valid number of seconds: '${text}'`),
  }
}

/** An `Authorization` header as AWS shows it back: not at all. */
const hashed = (header: string) => hash('sha256', header, 'base64')

const query = refusalsWith({
  missing: { code: 'MissingAuthenticationToken', status: 403 },
  unknown: { code: 'InvalidClientTokenId', status: 403 },
  expired: { code: 'ExpiredToken', status: 403 },
  mismatch: { code: 'SignatureDoesNotMatch', status: 403 },
  incomplete: { code: 'IncompleteSignature', status: 400 },
})

const json = refusalsWith({
  missing: { code: 'MissingAuthenticationTokenException', status: 400 },
  unknown: { code: 'UnrecognizedClientException', status: 400 },
  expired: { code: 'ExpiredTokenException', status: 400 },
  mismatch: { code: 'InvalidSignatureException', status: 400 },
  incomplete: { code: 'IncompleteSignatureException', status: 400 },
})

const authFailure = () =>
  new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', {
    status: 401,
  })

const ec2RequestExpired = () => new AwsError('RequestExpired', 'Request has expired.')

/** EC2 says of a wrong key, secret or token only that it does not know them, and of times only that they are over. */
const ec2: Refusals = {
  ...query,
  unknownKey: authFailure,
  wrongSessionToken: authFailure,
  signatureMismatch: authFailure,
  expiredSessionToken: ec2RequestExpired,
  skewed: ec2RequestExpired,
  presignedExpired: ec2RequestExpired,
  presignedNotYetValid: ec2RequestExpired,
}

export const refusals: Readonly<Record<Dialect, Refusals>> = { query, ec2, json, s3: s3Refusals }
