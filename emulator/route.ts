import { AwsError, notImplemented } from './errors.ts'
import { hostName, isForeignPage } from './http/loopback.ts'
import { unpackedBody } from './http/packed-body.ts'
import type { HttpRequest } from './http/request.ts'
import {
  chooseProtocol,
  invalidUri,
  namedOperation,
  protocols,
  queryAction,
} from './protocol/index.ts'
import type { OperationCodec, Protocol } from './protocol/codec.ts'
import type { Operation, Place, Unmodelled } from './operation.ts'
import { catalogue, type ServiceEntry } from './services/catalogue.ts'
import type { LoadedService, Services } from './services/loader.ts'

/** Where a request goes: which operation of which service, in which protocol. */
export interface Target {
  readonly service: LoadedService
  readonly protocol: Protocol
  readonly operationName: string
  readonly operation: Operation<unknown, unknown, unknown>
  readonly codec: OperationCodec
  /** What the path named: S3's `Bucket` and `Key`, a REST operation's labels. */
  readonly labels: Readonly<Record<string, string>>
  /** The whole body, read already; absent for S3, whose callers are known before their bodies arrive. */
  readonly body: Buffer | undefined
  /** What the body says, where it was sent packed; the body itself otherwise. */
  readonly content: Buffer | undefined
  /** For what is no operation of the SDK's model. */
  readonly unmodelled?: Unmodelled
}

/** A service was found; its protocol decides how even a refusal looks. */
export interface Destination {
  readonly service: LoadedService
  readonly protocol: Protocol
}

/** The largest body that is held in memory: everything but the payloads of streaming operations. */
export const bodyLimit = 16 * 1024 * 1024
const noBody = Buffer.alloc(0)

const bySigningName = new Map(
  catalogue.flatMap((entry) => entry.signingNames.map((n) => [n, entry])),
)
const byTarget = new Map(catalogue.flatMap((entry) => entry.targets.map((t) => [t, entry])))
const byVersion = new Map(catalogue.map((entry) => [entry.apiVersion, entry]))
const s3 = bySigningName.get('s3')!
const s3control = bySigningName.get('s3-control')!

/**
 * Finds the service by what the headers and the URL say, and loads it where it is the first request for it.
 *
 * @throws AwsError `NotImplemented` for a service that is AWS's but not ours
 */
export async function findService(request: HttpRequest, services: Services): Promise<Destination> {
  const entry = await serviceEntry(request)
  if (entry !== s3 && isForeignPage(request)) throw foreignPage()
  const service = services.loaded(entry) ?? (await services.load(entry))
  return { service, protocol: protocols[chooseProtocol(request.headers, service.model)] }
}

/** Finds the operation: in the URL, a header or the body, as the protocol has it. */
export async function findOperation(
  request: HttpRequest,
  { service, protocol }: Destination,
): Promise<Target> {
  const { router, entry } = service
  if (router && (protocol.name === 'restXml' || protocol.name === 'restJson1')) {
    const place: Place = entry === s3 ? splitBucket(request) : { path: request.path }
    const unmodelled = await findUnmodelled(request, place, { service, protocol })
    if (unmodelled) return unmodelled
    const { bucket, path } = place
    const found = router.match({
      path,
      ...pick(request),
      ...(bucket === undefined ? {} : { bucket }),
    })
    if (!found) throw methodNotAllowed()
    const operation = findBuilt(service, found.operation)
    const body = entry.dialect === 's3' ? undefined : await request.readBody(bodyLimit)
    return {
      service,
      protocol,
      operationName: found.operation,
      operation,
      codec: service.codec(protocol, found.operation),
      labels: bucket === undefined ? found.labels : { Bucket: bucket, ...found.labels },
      body,
      content: body,
    }
  }
  const unmodelled = await findUnmodelled(request, { path: request.path }, { service, protocol })
  if (unmodelled) return unmodelled
  const body = await request.readBody(bodyLimit)
  const encoding = request.headers['content-encoding']
  const content = encoding === undefined ? body : await unpackedBody(body, encoding, bodyLimit)
  const operationName = namedOperation(
    protocol.name,
    { path: request.path, body: content, ...pick(request) },
    service.model,
  )
  return {
    service,
    protocol,
    operationName,
    operation: findBuilt(service, operationName),
    codec: service.codec(protocol, operationName),
    labels: {},
    body,
    content,
  }
}

async function findUnmodelled(
  request: HttpRequest,
  place: Place,
  { service, protocol }: Destination,
): Promise<Target | undefined> {
  const codecOf = (operation: string) => service.codec(protocol, operation)
  const found = await service.service.unmodelled?.(request, place, codecOf)
  return (
    found && {
      service,
      protocol: found.encodeError ? { ...protocol, encodeError: found.encodeError } : protocol,
      operationName: found.name,
      operation: found.operation,
      codec: found.codec,
      labels: found.labels,
      body: noBody,
      content: noBody,
      unmodelled: found,
    }
  )
}

function findBuilt({ entry, service }: LoadedService, name: string) {
  const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined
  if (!operation) throw notImplemented(entry.name, name)
  return operation as Operation<unknown, unknown, unknown>
}

/** The signature's scope names the service; without a signature a header, the path, the host or the form does. */
async function serviceEntry(request: HttpRequest): Promise<ServiceEntry> {
  if (isAccountsOfS3(request)) return s3control
  const signingName = scopeService(request)
  if (signingName !== undefined)
    return bySigningName.get(signingName) ?? unknownService(signingName)
  const target = request.headers['x-amz-target']
  if (target !== undefined) {
    const name = target.slice(0, target.lastIndexOf('.'))
    return byTarget.get(name) ?? unknownService(name)
  }
  const rpc = /^\/service\/([^/]+)\/operation\//.exec(request.path)?.[1]
  if (rpc !== undefined) return byTarget.get(rpc) ?? unknownService(rpc)
  const named = bySigningName.get(hostName(request.host).split('.')[0]!)
  if (named && named !== s3) return named
  return (await formService(request)) ?? s3
}

/** A bucket may have the same name as its paths begin with, but its requests name no account. */
const isAccountsOfS3 = ({ path, headers }: HttpRequest) =>
  path.startsWith('/v20180820/') && headers['x-amz-account-id'] !== undefined

function unknownService(name: string): never {
  throw notImplemented(name, 'any operation')
}

/** `Credential=AKID/20260101/us-east-1/ec2/aws4_request`, in the header or in a presigned query. */
function scopeService({ headers, query }: HttpRequest): string | undefined {
  const { authorization } = headers
  const scope = authorization?.startsWith('AWS4-')
    ? /Credential=([^,\s]+)/.exec(authorization)?.[1]
    : presignedCredential(query)
  return scope?.split('/').at(-2)
}

function presignedCredential(query: string): string | undefined {
  const found = /(?:^|&)X-Amz-Credential=([^&]*)/i.exec(query)?.[1]
  return found?.replaceAll(/%2F/gi, '/')
}

async function formService(request: HttpRequest): Promise<ServiceEntry | undefined> {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  if (request.path !== '/' || !(form || /(?:^|&)Action=/.test(request.query))) return undefined
  const { version } = queryAction(request.query, form ? await request.readBody(bodyLimit) : noBody)
  return version === undefined ? undefined : byVersion.get(version)
}

/**
 * S3's two addresses of a bucket: `/bucket/key`, and `bucket.localhost/key` or `bucket.s3.<region>.<domain>/key`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
function splitBucket({ host, path }: HttpRequest): Place {
  const bucket = virtualHostBucket(hostName(host))
  if (bucket !== undefined) return { bucket, path }
  if (path === '/') return { path }
  const slash = path.indexOf('/', 1)
  const encoded = slash < 0 ? path.slice(1) : path.slice(1, slash)
  return { bucket: decodeBucket(encoded), path: slash < 0 ? '/' : path.slice(slash) }
}

/** The bucket that the host names, for `bucket.localhost` and its like; the ARN of an access point for its own hosts. */
export function virtualHostBucket(name: string): string | undefined {
  const point =
    /^([a-z0-9-]+)-(\d{12})\.s3-accesspoint(?:-fips)?(?:\.dualstack)?\.([a-z0-9-]+)\.(?:localhost|amazonaws\.com)$/.exec(
      name,
    )
  if (point) return `arn:aws:s3:${point[3]}:${point[2]}:accesspoint/${point[1]}`
  const parts = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws\.com)$/.exec(name)
  if (parts) return parts[1]
  return name.endsWith('.localhost') ? name.slice(0, -'.localhost'.length) : undefined
}

function decodeBucket(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw invalidUri()
  }
}

const pick = ({ method, query, headers }: HttpRequest) => ({ method, query, headers })

const methodNotAllowed = () =>
  new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
  })

const foreignPage = () =>
  new AwsError('AccessDenied', 'pocketcloud does not answer web pages of other origins.', {
    status: 403,
  })
