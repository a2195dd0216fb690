import { anonymously } from '../../auth/authenticate.ts'
import type { HttpRequest } from '../../http/request.ts'
import { operation, type Unmodelled } from '../../operation.ts'
import { hostId } from '../../protocol/rest-xml.ts'
import {
  corsHeaders,
  corsNoBucket,
  corsNotAllowed,
  corsNotEnabled,
  methodAsked,
  originNeeded,
  requestMethodInvalid,
  type CorsRule,
} from './cors.ts'
import { requireBucket, type BucketInput } from './find-bucket.ts'
import { findConfiguration } from './rows/bucket-configurations.ts'
import { findBucket, type Bucket } from './rows/buckets.ts'
import type { Database } from '../../store/database.ts'

interface PreflightInput extends BucketInput {
  readonly Key: string
  readonly Origin: string | undefined
  readonly Method: string | undefined
  readonly Headers: string | undefined
}

type Headers = Record<string, string>

/** Needs no permission: it says what a page may send, and nothing about what is there. */
const PreflightObject = operation<PreflightInput, Headers>({
  authorize: () => [],
  run(input, call) {
    if (!input.Origin) throw originNeeded()
    if (input.Method && !/^(?:GET|PUT|POST|DELETE|HEAD)$/.test(input.Method)) {
      throw requestMethodInvalid(input.Method)
    }
    // Who does not say what for asks for this request itself.
    const method = input.Method || 'OPTIONS'
    if (!findBucket(call.db, input.Bucket ?? '')) throw corsNoBucket(method, 'BUCKET')
    const rules = corsRules(call.db, requireBucket(input, call))
    // Of a key too, S3 speaks of the bucket here.
    if (!rules) throw corsNotEnabled(method, 'BUCKET')
    const headers = corsHeaders(rules, { origin: input.Origin, method, headers: input.Headers })
    if (!headers) throw corsNotAllowed(method, input.Key === '' ? 'BUCKET' : 'OBJECT')
    return headers
  },
})

/**
 * A browser's question before it sends a page's request to another origin.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 */
export function preflight({ headers }: HttpRequest, bucket: string, path: string): Unmodelled {
  return {
    name: 'PreflightObject',
    operation: PreflightObject,
    labels: { Bucket: bucket },
    codec: {
      decodeInput: (): PreflightInput => ({
        Bucket: bucket,
        Key: path.slice(1),
        Origin: headers.origin,
        Method: headers['access-control-request-method'],
        Headers: headers['access-control-request-headers'],
      }),
      encodeOutput: (output, { requestId }) => ({
        status: 200,
        headers: {
          'x-amz-request-id': requestId,
          'x-amz-id-2': hostId(requestId),
          Server: 'AmazonS3',
          ...(output as Headers),
        },
        body: undefined,
      }),
    },
    identify: () => anonymously(),
  }
}

const corsRules = (db: Database, bucket: Bucket) =>
  findConfiguration<{ CORSRules: CorsRule[] }>(db, bucket, 'cors')?.CORSRules

/** What goes with the answer to a page's request itself, allowed or refused. */
export function corsHeadersOf(
  { method, headers }: HttpRequest,
  { Bucket = '' }: Readonly<Record<string, string>>,
  db: Database,
): Readonly<Record<string, string>> {
  const bucket = findBucket(db, Bucket)
  const rules = bucket && corsRules(db, bucket)
  if (!rules || headers.origin === undefined || method === 'OPTIONS') return {}
  return (
    corsHeaders(rules, {
      origin: headers.origin,
      method: methodAsked(headers, method),
      headers: headers['access-control-request-headers'],
    }) ?? {}
  )
}
