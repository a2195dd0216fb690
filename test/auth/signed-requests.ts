import { hash } from 'node:crypto'
import { formatAmzDate } from '../../emulator/auth/amz-date.ts'
import {
  authenticate,
  type AuthenticatedRequest,
  type Authentication,
  type AuthenticationOptions,
  type AuthenticationTarget,
} from '../../emulator/auth/authenticate.ts'
import type { Caller, Credential } from '../../emulator/auth/caller.ts'
import type { Dialect } from '../../emulator/auth/refusals.ts'
import { SigningKeys } from '../../emulator/auth/signing-key.ts'
import { sign } from '../../emulator/auth/sigv4.ts'
import { AwsError } from '../../emulator/errors.ts'
import { namesOf, presignedQuery, requestOf } from './requests.ts'

export const now = Date.UTC(2026, 10, 20, 12, 0, 0)
export const minute = 60_000
export const day = 86_400_000

export const student: Caller = {
  type: 'IAMUser',
  accountId: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/student',
  userId: 'AIDAIOSFODNN7EXAMPLE',
}
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const credentials: Record<string, Credential> = {
  AKIASTUDENT: { accessKeyId: 'AKIASTUDENT', secretAccessKey, active: true, caller: student },
  AKIAINACTIVE: { accessKeyId: 'AKIAINACTIVE', secretAccessKey, active: false, caller: student },
  ASIASESSION: {
    accessKeyId: 'ASIASESSION',
    secretAccessKey,
    sessionToken: 'TheToken//==',
    active: true,
    expiresAt: now + 60 * minute,
    caller: student,
  },
}

export const options: AuthenticationOptions = {
  findCredential: (id) => credentials[id],
  wallNow: now,
  virtualNow: now,
  strict: false,
  defaultAccount: '123456789012',
}

export const services: Record<Dialect, string> = { query: 'iam', ec2: 'ec2', json: 'ssm', s3: 's3' }
export const dialects: readonly Dialect[] = ['query', 'ec2', 'json', 's3']
export const keys = new SigningKeys()

export interface Signing {
  readonly dialect: Dialect
  readonly accessKeyId?: string
  readonly secret?: string
  readonly token?: string
  readonly at?: number
  readonly region?: string
  readonly service?: string
  readonly line?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
  readonly expires?: number
}

export function signed(how: Signing): AuthenticatedRequest & { headers: Record<string, string> } {
  const { dialect, accessKeyId = 'AKIASTUDENT', at = now, body = '', region = 'us-east-1' } = how
  const amzDate = formatAmzDate(at)
  const scope = `${amzDate.slice(0, 8)}/${region}/${how.service ?? services[dialect]}/aws4_request`
  const presigned = how.expires !== undefined
  const s3Hash = [['x-amz-content-sha256', hash('sha256', body)]] as const
  const request = requestOf(how.line ?? 'POST /', [
    ['Host', '127.0.0.1:4566'],
    ...(how.headers ?? []),
    ...(presigned ? [] : [['X-Amz-Date', amzDate] as const]),
    ...(how.token && !presigned ? [['X-Amz-Security-Token', how.token] as const] : []),
    ...(dialect === 's3' && !presigned ? s3Hash : []),
  ])
  const signedHeaders = namesOf(request)
  const credential = `${accessKeyId}/${scope}`
  const key = keys.get(accessKeyId, how.secret ?? secretAccessKey, scope)
  const rule = dialect === 's3' ? 'verbatim' : 'normalized'
  const bodyHash = hash('sha256', body)
  const payload = dialect === 's3' && presigned ? 'UNSIGNED-PAYLOAD' : bodyHash
  const claim = { signedHeaders, amzDate, scope }
  if (how.expires !== undefined) {
    const token = how.token === undefined ? {} : { token: how.token }
    const parameters = { credential, date: amzDate, expires: how.expires, signedHeaders, ...token }
    const query = presignedQuery(request.query, parameters)
    const { signature } = sign({ ...request, query }, claim, key, payload, rule)
    return { ...request, query: `${query}&X-Amz-Signature=${signature}`, bodyHash }
  }
  const { signature } = sign(request, claim, key, payload, rule)
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  return { ...request, headers: { ...request.headers, authorization }, bodyHash }
}

export const accept = (
  how: Signing,
  more: Partial<AuthenticationOptions> = {},
  target: Partial<AuthenticationTarget> = {},
): Authentication =>
  authenticate(signed(how), { dialect: how.dialect, ...target }, { ...options, ...more })

export function refusal(
  work: () => unknown,
): Pick<AwsError, 'code' | 'status' | 'message' | 'fields'> {
  try {
    work()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const { code, status, message, fields } = error
    return { code, status, message, fields }
  }
  throw new Error('was not refused')
}
