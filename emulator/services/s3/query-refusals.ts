import { AwsError } from '../../errors.ts'
import type { HttpRequest } from '../../http/request.ts'
import type { Place } from '../../operation.ts'
import { invalidArgument, invalidRequest, methodNotAllowed } from './errors.ts'
import { ofBuckets, ofObjects, partOfUpload, type Subresource } from './subresources.ts'

/**
 * Refuses headers that are too long, and what a method and a query cannot mean together, before anybody is asked who is calling. What AWS says of such
 * requests is not in its documentation; it was recorded of us-east-1 by others.
 *
 * @throws AwsError `InvalidArgument`, `InvalidRequest`, `MethodNotAllowed`, `RequestHeaderSectionTooLarge`
 */
export function refuseQuery(request: HttpRequest, { bucket, path }: Place): void {
  const { method, query, rawHeaders } = request
  if (isTooLong(rawHeaders)) throw headersTooLong()
  if (bucket === undefined) {
    if (method !== 'GET') throw methodNotAllowed(method, 'SERVICE', ['GET'])
    return
  }
  const isBucket = path === '/'
  const source = request.headers['x-amz-copy-source']
  if (source !== undefined && /^(?:GET|HEAD|DELETE)$/.test(method)) {
    throw invalidArgument(
      'You can only specify a copy source header for copy requests.',
      'x-amz-copy-source',
      source,
    )
  }
  if (method === 'PATCH' && query === '') throw methodNotAllowed(method, typeOf(isBucket))
  if (query === '') {
    if (method === 'POST' && !isBucket) throw methodNotAllowed(method, typeOf(isBucket))
    return
  }
  const parameters = new URLSearchParams(query)
  if (isBucket) refuseOfBucket(method, parameters)
  else refuseOfObject(request, parameters)
}

/** In bytes, names and values and what stands between them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const mostHeaderBytes = 8192

/** @param headers names and values, one after the other */
function isTooLong(headers: readonly string[]): boolean {
  let bytes = 0
  for (const text of headers) bytes += text.length + 2
  return bytes > mostHeaderBytes
}

const headersTooLong = () =>
  new AwsError(
    'RequestHeaderSectionTooLarge',
    'Your request header section exceeds the maximum allowed size.',
    { fields: { MaxSizeAllowed: mostHeaderBytes } },
  )

const typeOf = (isBucket: boolean) => (isBucket ? 'BUCKET' : 'OBJECT')

function refuseOfBucket(method: string, parameters: URLSearchParams): void {
  const named = namedIn(parameters, ofBuckets)
  const isPart = parameters.has('partNumber')
  if (isPart && named.length === 1 && named[0] === 'uploadId') {
    throw methodNotAllowed(method, partOfUpload.type, partOfUpload.methods)
  }
  refuseConflict(isPart ? [...named, 'partNumber'] : named)
  if (isPart) throw invalidRequest('Object must have a valid key name.')
  const [name] = named
  if (name === undefined && method === 'GET') refuseOtherListing(parameters)
  refuseVersionOfBucket(method, name, parameters)
  refuseWebsiteValue(parameters)
  if (name === 'versions') refuseNull(parameters)
  if (name === undefined) return
  requireMethod(method, ofBuckets[name]!)
  if (name === 'uploadId') throw invalidRequest('A key must be specified')
  if (name === 'restore') {
    throw new AwsError('UserKeyMustBeSpecified', 'User key must be specified.')
  }
}

function refuseOfObject({ method, headers }: HttpRequest, parameters: URLSearchParams): void {
  const named = namedIn(parameters, ofObjects)
  const [name] = named
  const hasPart = parameters.has('partNumber')
  const isPart = hasPart && named.length === 1 && name === 'uploadId'
  refuseConflict(hasPart && !isPart && name !== undefined ? [...named, 'partNumber'] : named)
  refuseWebsiteValue(parameters)
  if (method === 'GET') refuseOfBucketsOnly(parameters)
  const versionId = parameters.get('versionId')
  if (versionId !== null && takesNoVersion(method, name)) throw noVersionTaken(versionId)
  if (versionId === '') {
    throw invalidArgument('Version id cannot be the empty string', 'versionId', versionId)
  }
  if (name === 'attributes' && headers['x-amz-object-attributes'] === undefined) {
    throw invalidRequest(
      'The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty',
    )
  }
  if (name === undefined && hasPart && method === 'PUT') {
    throw invalidArgument(
      'This operation does not accept partNumber without uploadId',
      'partNumber',
      'partNumber',
    )
  }
  if (name !== undefined) {
    requireMethod(method, isPart ? partOfUpload : ofObjects[name]!)
  } else if (hasPart && (method === 'GET' || method === 'HEAD')) {
    requirePartNumber(parameters.get('partNumber') ?? '', headers.range)
  } else if (method === 'PATCH') {
    throw methodNotAllowed(method, 'OBJECT')
  }
}

/** In the order in which S3 names them. */
const namedIn = (parameters: URLSearchParams, known: Readonly<Record<string, Subresource>>) =>
  [...new Set(parameters.keys())].filter((name) => Object.hasOwn(known, name)).toSorted()

function refuseConflict(names: readonly string[]): void {
  if (names.length < 2) return
  const sorted = names.toSorted()
  throw invalidArgument(
    `Conflicting query string parameters: ${sorted.join(', ')}`,
    'ResourceType',
    sorted[0],
  )
}

function requireMethod(method: string, { type, methods }: Subresource): void {
  if (!methods.includes(method)) throw methodNotAllowed(method, type, methods)
}

/** The two forms of a listing have parameters of their own, and refuse each other's. */
function refuseOtherListing(parameters: URLSearchParams): void {
  const isV2 = parameters.get('list-type') === '2'
  const wrong = isV2
    ? { marker: 'Marker unsupported with REST.GET.BUCKET in list-type=2' }
    : {
        'continuation-token':
          'continuation-token only supported in REST.GET.BUCKET with list-type=2',
        'start-after': 'startAfter only supported in REST.GET.BUCKET with list-type=2',
      }
  for (const [name, message] of Object.entries(wrong)) {
    if (parameters.has(name)) throw invalidArgument(message, name, undefined)
  }
}

const noVersionTaken = (versionId: string) =>
  invalidArgument('This operation does not accept a version-id.', 'versionId', versionId)

function refuseVersionOfBucket(
  method: string,
  name: string | undefined,
  parameters: URLSearchParams,
): void {
  const versionId = parameters.get('versionId')
  if (versionId === null || (method === 'POST' && name === undefined)) return
  if (name === 'acl' && method !== 'DELETE') {
    throw invalidArgument('Invalid version id specified', 'versionId', versionId)
  }
  throw noVersionTaken(versionId)
}

/** What makes a version, or is about an upload, is about none that is there. */
const takesNoVersion = (method: string, name: string | undefined): boolean =>
  name === undefined ? method === 'PUT' : name.startsWith('upload') || name === 'torrent'

function refuseWebsiteValue(parameters: URLSearchParams): void {
  const value = parameters.get('website')
  if (!value) return
  throw invalidArgument('The website parameter must not have a value', 'website', value)
}

function refuseNull(parameters: URLSearchParams): void {
  for (const name of ['prefix', 'key-marker']) {
    const value = parameters.get(name)
    if (!value?.includes('\0')) continue
    throw invalidArgument(
      'Value must be a sequence of Unicode characters and cannot include Null.',
      name,
      value,
    )
  }
}

/** Some that buckets have are known of keys only to be refused. */
function refuseOfBucketsOnly(parameters: URLSearchParams): void {
  if (parameters.has('uploads')) {
    throw invalidRequest('Key is not expected for the GET method ?uploads subresource')
  }
  if (parameters.has('versions')) {
    throw invalidRequest('There is no such thing as the ?versions sub-resource for a key')
  }
  if (parameters.has('logging')) {
    throw new AwsError(
      'NoLoggingStatusForKey',
      'There is no such thing as the ?logging sub-resource for a key',
    )
  }
}

function requirePartNumber(text: string, range: string | undefined): void {
  if (/^\d+$/.test(text) || range !== undefined) return
  throw invalidArgument(
    'Part number must be an integer between 1 and 10000, inclusive',
    'partNumber',
    text,
  )
}
