import { createHmac } from 'node:crypto'
import { AwsError } from '../errors.ts'
import { parseAmzDate } from './amz-date.ts'
import {
  anonymously,
  checkCredential,
  rootOf,
  signingKeys,
  type Authentication,
  type AuthenticationOptions,
} from './authenticate.ts'
import { refusals } from './refusals.ts'
import { s3SignatureDoesNotMatch } from './s3-refusals.ts'
import { algorithm, sameSignature, signText, unsignedPayload } from './sigv4.ts'

/** The signature's fields of a form that a browser uploads with: names in lower case. */
export type SignedForm = ReadonlyMap<string, string>

interface FormClaim {
  readonly accessKeyId: string
  readonly signature: string
  readonly sessionToken: string | undefined
  readonly region: string
  /** Ms since the epoch; a form of version 2 does not say. */
  readonly signedAt: number | undefined
  /** The signature that the policy should have under a secret. */
  readonly expected: (secret: string) => string
}

/**
 * Finds out who signed the policy of a browser's upload, by version 4 or 2. Without a policy nobody did.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 *
 * @returns besides: the moment on the wall clock by which the policy must not have expired, with what the virtual clock
 *   advanced since it was signed
 * @throws AwsError as for requests; `InvalidArgument` for fields that lack
 */
export function authenticatePolicy(
  form: SignedForm,
  options: AuthenticationOptions,
): { readonly authentication: Authentication; readonly now: number } {
  const policy = form.get('policy')
  const claim = claimOf(form, policy)
  const { wallNow, advancedSince } = options
  if (!claim) return { authentication: anonymously(), now: wallNow }
  const { accessKeyId, signature, region } = claim
  const now = wallNow + (advancedSince?.(claim.signedAt ?? wallNow) ?? 0)
  const common = { region, signingService: 's3', signing: undefined, payloadHash: unsignedPayload }
  const credential = options.findCredential(accessKeyId)
  if (!credential) {
    if (options.strict) throw refusals.s3.unknownKey(accessKeyId)
    const caller = rootOf(accessKeyId, options.defaultAccount)
    return { authentication: { ...common, caller }, now }
  }
  checkCredential(credential, claim, 's3', options.virtualNow)
  if (!sameSignature(claim.expected(credential.secretAccessKey), signature)) {
    throw s3SignatureDoesNotMatch(accessKeyId, signature, { stringToSign: policy ?? '' })
  }
  return { authentication: { ...common, caller: credential.caller }, now }
}

function claimOf(form: SignedForm, policy: string | undefined): FormClaim | undefined {
  const isVersionFour = form.has('x-amz-algorithm') || form.has('x-amz-signature')
  const isVersionTwo = form.has('awsaccesskeyid') || form.has('signature')
  if (policy === undefined) {
    if (isVersionFour || isVersionTwo) throw missingField('policy')
    return undefined
  }
  // A policy that nobody signed.
  if (!isVersionFour && !isVersionTwo) return undefined
  return isVersionFour ? versionFour(form, policy) : versionTwo(form, policy)
}

function versionFour(form: SignedForm, policy: string): FormClaim {
  const required = (name: string) => form.get(name.toLowerCase()) || missing(name)
  if (required('X-Amz-Algorithm') !== algorithm) {
    throw invalidField(
      'X-Amz-Algorithm',
      form.get('x-amz-algorithm')!,
      `Only ${algorithm} is supported`,
    )
  }
  const credential = required('X-Amz-Credential')
  const signature = required('X-Amz-Signature')
  const date = required('X-Amz-Date')
  const [accessKeyId = '', day = '', region = '', service, end, ...rest] = credential.split('/')
  const isWhole = accessKeyId !== '' && region !== '' && end !== undefined && rest.length === 0
  const fault = isWhole
    ? scopeFault(day, service, end)
    : 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
  if (fault !== undefined) throw invalidField('x-amz-credential', credential, fault)
  const signedAt = parseAmzDate(date)
  if (signedAt === undefined || !date.startsWith(day)) {
    throw invalidField('X-Amz-Date', date, 'X-Amz-Date must be formated via ISO8601 Long format')
  }
  const scope = credential.slice(accessKeyId.length + 1)
  return {
    accessKeyId,
    signature,
    region,
    signedAt,
    sessionToken: form.get('x-amz-security-token') || undefined,
    expected: (secret) => signText(signingKeys.get(accessKeyId, secret, scope), policy),
  }
}

function scopeFault(day: string, service: string | undefined, end: string): string | undefined {
  if (end !== 'aws4_request') {
    return `incorrect terminal "${end}". This endpoint uses "aws4_request".`
  }
  if (!/^\d{8}$/.test(day)) {
    return `incorrect date format "${day}". This date in the credential must be in the format "yyyyMMdd".`
  }
  return service === 's3'
    ? undefined
    : `incorrect service "${service}". This endpoint belongs to "s3".`
}

function versionTwo(form: SignedForm, policy: string): FormClaim {
  return {
    accessKeyId: form.get('awsaccesskeyid') || missing('AWSAccessKeyId'),
    signature: form.get('signature') || missing('Signature'),
    region: 'us-east-1',
    signedAt: undefined,
    sessionToken: form.get('x-amz-security-token') || undefined,
    expected: (secret) => createHmac('sha1', secret).update(policy).digest('base64'),
  }
}

function missing(name: string): never {
  throw missingField(name)
}

export const missingField = (name: string) =>
  new AwsError(
    'InvalidArgument',
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    { fields: { ArgumentName: name, ArgumentValue: '' } },
  )

const invalidField = (name: string, value: string, sentence: string) =>
  new AwsError('InvalidArgument', sentence, {
    fields: { ArgumentName: name, ArgumentValue: value },
  })
