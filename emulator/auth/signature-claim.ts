import { allowedSkew, formatAmzDate, parseAmzDate } from './amz-date.ts'
import type { SignedRequest } from './canonical-request.ts'
import { sigV4ANotSupported } from './content-sha256.ts'
import { refusals } from './refusals.ts'
import type { Dialect } from './refusals.ts'
import { twoMechanisms, unsupportedAuthorizationType, unsupportedMechanism } from './s3-refusals.ts'
import { algorithm } from './sigv4.ts'
import type { SignatureClaim } from './sigv4.ts'

const scheme = `${algorithm} `
const weekInSeconds = 604_800

/** A claim with the moment that it says it was made, in ms since the epoch. */
export type DatedClaim = SignatureClaim & { readonly signedAt: number }

/**
 * Reads how a request says it was signed: from its `Authorization` header or, for a presigned URL, its query.
 *
 * @returns undefined when the request is not signed at all
 * @throws AwsError for a signature that is incomplete, malformed or of another kind, in the dialect's words
 */
export function readSignatureClaim(
  request: SignedRequest,
  dialect: Dialect,
): DatedClaim | undefined {
  const header = request.headers['authorization']
  const presigned = hasSignatureInQuery(request.query)
  if (header !== undefined && presigned && dialect === 's3') throw twoMechanisms(header)
  if (header !== undefined) return claimOfHeader(request, header, dialect)
  if (presigned) return claimOfQuery(request, dialect)
  if (dialect === 's3' && isSigV2Query(request.query)) throw unsupportedMechanism()
  return undefined
}

const hasSignatureInQuery = (query: string) =>
  query.includes('X-Amz-') && /(?:^|&)X-Amz-(?:Algorithm|Signature|Credential)=/.test(query)

const isSigV2Query = (query: string) =>
  query.includes('AWSAccessKeyId=') && /(?:^|&)AWSAccessKeyId=/.test(query)

function claimOfHeader(request: SignedRequest, header: string, dialect: Dialect): DatedClaim {
  if (!header.startsWith(scheme)) throw otherScheme(header, dialect)
  const refuse = refusals[dialect]
  let credential: string | undefined
  let signedHeaders: string | undefined
  let signature: string | undefined
  for (const part of header.slice(scheme.length).split(',')) {
    const component = part.trim()
    const equals = component.indexOf('=')
    // AWS takes a space for a separator as well: a key with a space at its end is an element without a value.
    const stray = equals < 0 ? component : strayElement(component)
    if (stray !== undefined) throw refuse.malformedComponent(stray, header)
    const name = component.slice(0, equals)
    const value = component.slice(equals + 1)
    if (name === 'Credential') credential = value
    else if (name === 'SignedHeaders') signedHeaders = value
    else if (name === 'Signature') signature = value
  }
  if (!credential || !signature || !signedHeaders) {
    const missing = []
    if (!credential) missing.push('Credential')
    if (!signature) missing.push('Signature')
    if (!signedHeaders) missing.push('SignedHeaders')
    throw refuse.incompleteHeader(missing, header)
  }
  const { accessKeyId, scope, date, region, service, terminator } = scopeOf(
    credential,
    dialect,
    false,
  )
  const { amzDate, signedAt } = dateOfHeaders(request, header, dialect)
  const sessionToken = request.headers['x-amz-security-token'] || undefined
  // Each member by name: a claim is made for every request, and spreading objects is slow.
  return {
    accessKeyId,
    scope,
    date,
    region,
    service,
    terminator,
    signedHeaders,
    signature,
    amzDate,
    signedAt,
    sessionToken,
    expires: undefined,
  }
}

function strayElement(component: string): string | undefined {
  const space = component.lastIndexOf(' ')
  return space < 0 ? undefined : component.slice(space + 1)
}

function otherScheme(header: string, dialect: Dialect): Error {
  if (header.startsWith('AWS4-ECDSA-P256-SHA256')) return sigV4ANotSupported()
  if (dialect === 's3') {
    return header.startsWith('AWS ') ? unsupportedMechanism() : unsupportedAuthorizationType(header)
  }
  return refusals[dialect].incompleteHeader(['Credential', 'Signature', 'SignedHeaders'], header)
}

function dateOfHeaders({ headers }: SignedRequest, authorization: string, dialect: Dialect) {
  const refuse = refusals[dialect]
  const amzDate = headers['x-amz-date']
  if (amzDate !== undefined) {
    const signedAt = parseAmzDate(amzDate)
    if (signedAt === undefined) throw refuse.invalidDate(amzDate, false)
    return { amzDate, signedAt }
  }
  const date = headers['date']
  if (date === undefined) throw refuse.missingDate(authorization)
  const signedAt = parseAmzDate(date) ?? Date.parse(date)
  if (Number.isNaN(signedAt)) throw refuse.invalidDate(date, false)
  return { amzDate: formatAmzDate(signedAt), signedAt }
}

const queryParameters = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
]

function claimOfQuery({ query }: SignedRequest, dialect: Dialect): DatedClaim {
  const refuse = refusals[dialect]
  const given = new URLSearchParams(query)
  if (given.get('X-Amz-Algorithm') === 'AWS4-ECDSA-P256-SHA256') throw sigV4ANotSupported()
  const missing = queryParameters.filter((name) => !given.get(name))
  // Only S3 must be told how long a URL is good for.
  const required = dialect === 's3' ? missing : missing.filter((name) => name !== 'X-Amz-Expires')
  if (required.length > 0) throw refuse.missingQueryParameters(required)
  if (given.get('X-Amz-Algorithm') !== algorithm) {
    throw dialect === 's3'
      ? unsupportedMechanism()
      : refuse.missingQueryParameters(['X-Amz-Algorithm'])
  }
  const scope = scopeOf(given.get('X-Amz-Credential')!, dialect, true)
  const amzDate = given.get('X-Amz-Date')!
  const signedAt = parseAmzDate(amzDate)
  if (signedAt === undefined) throw refuse.invalidDate(amzDate, true)
  return {
    ...scope,
    amzDate,
    signedAt,
    signedHeaders: given.get('X-Amz-SignedHeaders')!,
    signature: given.get('X-Amz-Signature')!,
    sessionToken: given.get('X-Amz-Security-Token') || undefined,
    expires: lifetimeOf(given.get('X-Amz-Expires'), dialect),
  }
}

/** @returns seconds */
function lifetimeOf(text: string | null, dialect: Dialect): number {
  const minimum = allowedSkew / 1000
  if (text === null) return minimum
  const seconds = Number(text)
  if (!/^\d+$/.test(text) || seconds > weekInSeconds) throw refusals[dialect].invalidExpires(text)
  // Elsewhere than on S3 a presigned request is good for fifteen minutes at the least (EKS tokens ask for one).
  return dialect === 's3' ? seconds : Math.max(seconds, minimum)
}

function scopeOf(credential: string, dialect: Dialect, presigned: boolean) {
  const parts = credential.split('/')
  const [accessKeyId, date, region, service, terminator] = parts
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service || !terminator) {
    throw refusals[dialect].malformedCredential(credential, presigned)
  }
  const scope = credential.slice(accessKeyId.length + 1)
  return { accessKeyId, scope, date, region, service, terminator }
}
