import type { Caller } from '../../../auth/caller.ts'
import type { Call, Outcome } from '../../../operation.ts'
import { hostId } from '../../../protocol/rest-xml.ts'
import { canonicalUserId } from '../owners.ts'
import { requestKeys } from '../request-keys.ts'

/** What of a request's input a log names. */
export interface LoggedInput {
  readonly Bucket?: string | undefined
  readonly Key?: string | undefined
  readonly VersionId?: string | undefined
  /** The ARN of the one that the request came through. */
  readonly accessPoint?: string
}

/**
 * A request as one line of an access log.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
 */
export function logLine(
  call: Call,
  owner: string,
  { Bucket: bucket, Key: key, VersionId: versionId, accessPoint }: LoggedInput,
  outcome: Outcome,
): string {
  const { http, requestId, caller } = call
  const { method, path, query, headers } = http
  const { error, milliseconds } = outcome
  const sent = sentBy(outcome)
  const keys = requestKeys(call)
  const isSigned = caller.type !== 'Anonymous'
  const version = keys['s3:signatureversion'] === 'AWS' ? 'SigV2' : 'SigV4'
  const authType = { 'REST-HEADER': 'AuthHeader', 'REST-QUERY-STRING': 'QueryString' }[
    String(keys['s3:authType'])
  ]
  return [
    canonicalUserId(owner),
    bucket,
    `[${logTime(call.now)}]`,
    http.sourceIp,
    requester(caller),
    requestId,
    operationName(call, key),
    key === undefined ? undefined : encodeURIComponent(key).replaceAll('%2F', '/'),
    quoted(`${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1`),
    statusOf(call, outcome),
    error?.code,
    sent?.Body === undefined ? undefined : sent.ContentLength,
    call.received?.size ?? sent?.ContentLength,
    Math.round(milliseconds),
    Math.round(milliseconds),
    quoted(headers['referer']),
    quoted(headers['user-agent']),
    versionId,
    hostId(requestId),
    isSigned ? version : undefined,
    undefined,
    isSigned ? (authType ?? 'AuthHeader') : undefined,
    http.host,
    undefined,
    accessPoint,
    undefined,
  ]
    .map((field) => (field === undefined || field === '' ? '-' : String(field)))
    .join(' ')
}

/** What a read's answer says. */
const sentBy = ({ output }: Outcome) =>
  output as { ContentLength?: number; ContentRange?: string; Body?: unknown } | undefined

function statusOf({ http }: Call, outcome: Outcome): number {
  if (outcome.error) return outcome.status
  if (sentBy(outcome)?.ContentRange !== undefined) return 206
  return http.method === 'DELETE' ? 204 : outcome.status
}

const quoted = (text: string | undefined) =>
  `"${text === undefined || text === '' ? '-' : text.replaceAll('"', '%22')}"`

const requester = ({ type, arn, accountId }: Caller): string | undefined =>
  type === 'Root' ? canonicalUserId(accountId) : (arn ?? undefined)

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `06/Feb/2019:00:00:38 +0000` */
function logTime(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split('T')
  const [year, month, dayOfMonth] = date.split('-')
  return `${dayOfMonth}/${months[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`
}

/** What logs call resources that queries name otherwise. */
const resources: Readonly<Record<string, string>> = {
  policy: 'BUCKETPOLICY',
  delete: 'MULTI_OBJECT_DELETE',
  versions: 'BUCKETVERSIONS',
}

/** `REST.GET.OBJECT`, `REST.PUT.PART`, … */
function operationName({ operation, http }: Call, key: string | undefined): string {
  if (operation === 'CopyObject') return 'REST.COPY.OBJECT'
  if (operation === 'UploadPartCopy') return 'REST.COPY.PART'
  const { method, query } = http
  const parameters = new URLSearchParams(query)
  if (parameters.has('partNumber') && method === 'PUT') return 'REST.PUT.PART'
  if (parameters.has('uploadId')) return `REST.${method}.UPLOAD`
  const plain = [...parameters].find(([name, value]) => value === '' && /^[a-z-]+$/i.test(name))
  const named = plain && !notResources.has(plain[0]) ? plain[0] : undefined
  const resource = named
    ? (resources[named] ?? named.toUpperCase().replaceAll('-', '_'))
    : key === undefined
      ? 'BUCKET'
      : 'OBJECT'
  return `REST.${method}.${resource}`
}

/** Parameters that may be empty and name nothing. */
const notResources = new Set(['prefix', 'delimiter', 'marker', 'start-after', 'key-marker'])
