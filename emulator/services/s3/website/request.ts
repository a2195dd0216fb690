import type { WebsiteConfiguration } from '@aws-sdk/client-s3'
import { anonymously } from '../../../auth/authenticate.ts'
import { authorize } from '../../../authorize/index.ts'
import { AwsError } from '../../../errors.ts'
import type { HttpRequest } from '../../../http/request.ts'
import { operation, type Call, type Unmodelled } from '../../../operation.ts'
import { invalidUri } from '../../../protocol/protocol-errors.ts'
import type { OperationCodec, ResponseContext, WireResponse } from '../../../protocol/codec.ts'
import { noSuchWebsite } from '../configuration-errors.ts'
import { methodNotAllowed } from '../errors.ts'
import { requireBucket } from '../find-bucket.ts'
import { GetObject } from '../operations/read-object.ts'
import { findConfiguration } from '../rows/bucket-configurations.ts'
import { findLatest } from '../rows/object-versions.ts'
import { errorPage, headerText, type DocumentProblem } from './pages.ts'
import { encoded, redirectAll, routed, type Redirection, type Visit } from './routing.ts'

type ObjectInput = Parameters<typeof GetObject.run>[0]
type ObjectOutput = ReturnType<typeof GetObject.run>

/** What a website answers: an object, which may stand for an error, or another place. */
type Answer =
  | { readonly object: ObjectOutput; readonly error?: AwsError }
  | { readonly redirection: Redirection }

/** An error whose page the bucket would have, if it could be read. */
class UnreadableDocument extends AwsError {
  readonly problem: DocumentProblem
  constructor({ code, message, status, fields }: AwsError, problem: DocumentProblem) {
    super(code, message, { status, fields: { ...fields } })
    this.problem = problem
  }
}

const GetWebsiteObject = operation<ObjectInput, Answer>({
  // What is read depends on what is there: each object is authorized when the website comes to it.
  authorize: () => [],
  run(input, call) {
    const { method } = call.http
    if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(method, 'OBJECT')
    const bucket = requireBucket(input, call)
    const website = findConfiguration<WebsiteConfiguration>(call.db, bucket, 'website')
    if (!website) throw noSuchWebsite(bucket.name)
    const { host, secure } = call.http
    const visit: Visit = { key: input.Key ?? '', host, secure }
    const rules = website.RoutingRules ?? []
    const elsewhere = redirectAll(website, visit) ?? routed(rules, visit)
    if (elsewhere) return { redirection: elsewhere }
    try {
      return page(input, website, call)
    } catch (error) {
      if (!(error instanceof AwsError) || error.status < 400) throw error
      const other = routed(rules, visit, error.status)
      return other ? { redirection: other } : document(input, website, error, call)
    }
  },
})

/** The object that was asked for; under a name that ends in a slash, or none, the index document. */
function page(input: ObjectInput, website: WebsiteConfiguration, call: Call): Answer {
  const { Key: key = '' } = input
  const suffix = website.IndexDocument?.Suffix ?? ''
  if (key === '' || key.endsWith('/')) return shown({ ...input, Key: key + suffix }, call)
  const { id } = requireBucket(input, call)
  const has = (name: string) => {
    const latest = findLatest(call.db, id, name)
    return latest !== undefined && !latest.deleteMarker
  }
  // A folder's name without its slash leads to the folder, where it has an index.
  if (!has(key) && has(`${key}/${suffix}`)) {
    return { redirection: { status: 302, location: `/${encoded(key)}/` } }
  }
  return shown(input, call)
}

function shown(input: ObjectInput, call: Call): Answer {
  const object = read(input, call)
  const { WebsiteRedirectLocation: location } = object
  return location === undefined ? { object } : { redirection: { status: 301, location } }
}

function read(input: ObjectInput, call: Call): ObjectOutput {
  authorize(GetObject.authorize(input, call), call)
  return GetObject.run(input, call, undefined)
}

/** The website's own page for errors of the 4XX class. */
function document(
  { Bucket }: ObjectInput,
  { ErrorDocument: own }: WebsiteConfiguration,
  error: AwsError,
  call: Call,
): Answer {
  if (own?.Key === undefined) throw error
  try {
    const answer = shown({ Bucket, Key: own.Key }, call)
    // The object's own redirection is followed, and nobody hears of the error.
    return 'object' in answer ? { ...answer, error } : answer
  } catch (problem) {
    if (!(problem instanceof AwsError)) throw problem
    throw new UnreadableDocument(error, { error: problem, key: own.Key })
  }
}

/** A visitor's request to a bucket's website. Visitors are nobody in particular, whatever they send. */
export function websiteRequest(
  request: HttpRequest,
  bucket: string,
  codec: OperationCodec,
): Unmodelled {
  const labels = { Bucket: bucket, Key: keyOf(request.path) }
  return {
    name: 'GetWebsiteObject',
    operation: GetWebsiteObject,
    labels,
    codec: {
      decodeInput: (wire) => codec.decodeInput({ ...wire, query: '', labels }),
      encodeOutput: (answer, context) => encode(answer as Answer, request.method, codec, context),
    },
    encodeError: (error, context) =>
      errorPage(error, context, error instanceof UnreadableDocument ? error.problem : undefined),
    identify: () => anonymously(),
  }
}

function keyOf(path: string): string {
  try {
    return decodeURIComponent(path.slice(1))
  } catch {
    throw invalidUri()
  }
}

function encode(
  answer: Answer,
  method: string,
  codec: OperationCodec,
  context: ResponseContext,
): WireResponse {
  if ('redirection' in answer) {
    const { status, location } = answer.redirection
    return {
      status,
      headers: { 'x-amz-request-id': context.requestId, Location: headerText(location) },
      body: undefined,
    }
  }
  const { object, error } = answer
  const { status, headers, body } = codec.encodeOutput(object, context)
  const isPart = object.ContentRange !== undefined
  return {
    status: error?.status ?? (isPart ? 206 : status),
    headers: error
      ? { ...headers, 'x-amz-error-code': error.code, 'x-amz-error-message': error.message }
      : headers,
    body: method === 'HEAD' ? undefined : body,
  }
}
