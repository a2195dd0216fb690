import { hash } from 'node:crypto'
import { rm } from 'node:fs'
import {
  authenticate,
  requireSignature,
  type Authentication,
  type AuthenticationOptions,
} from './auth/authenticate.ts'
import { authorize } from './authorize/index.ts'
import { newTrail } from './authorize/trail.ts'
import { AwsError, internalFailure } from './errors.ts'
import { bodyOf } from './http/object-body.ts'
import { receivePayload, verifyBuffer } from './http/payload/index.ts'
import { withPresignedHeaders } from './http/presigned-headers.ts'
import { hostName, isForeignPage } from './http/loopback.ts'
import type { HttpRequest } from './http/request.ts'
import { answerHeaders, answerStatus, type Call } from './operation.ts'
import type { ProtocolName, WireResponse } from './protocol/codec.ts'
import { chooseProtocol, protocols } from './protocol/index.ts'
import { isReadOnly, record } from './recording.ts'
import {
  bodyLimit,
  findOperation,
  findService,
  virtualHostBucket,
  type Destination,
  type Target,
} from './route.ts'
import type { Runtime } from './runtime.ts'
import { newContentCipher } from './store/content-cipher.ts'
import type { ReceivedFile } from './store/object-files.ts'

/** What became known of a request on its way: a refusal is worded, and recorded, by what there is. */
export interface Exchange {
  readonly request: HttpRequest
  readonly requestId: string
  /** Wall time in ms since the epoch. */
  readonly arrivedAt: number
  /** The same moment on the clock that measures durations. */
  readonly startedAt: number
  destination?: Destination
  target?: Target
  call?: Call
  input?: unknown
  /** The ARNs that were authorized. */
  resources?: readonly string[]
  /** The file of a payload that was received; gone again unless the operation keeps it. */
  receivedFile?: string
}

/**
 * Answers a request: the way of every call.
 *
 * @returns an answer in any case: what goes wrong becomes AWS's error for it
 */
export async function answer(request: HttpRequest, runtime: Runtime): Promise<WireResponse> {
  const exchange: Exchange = {
    request,
    requestId: runtime.ids.uuid(),
    arrivedAt: runtime.clock.wallNow(),
    startedAt: performance.now(),
  }
  const response = await respond(exchange, runtime)
  return forItsOrigin(response, exchange, runtime)
}

async function respond(exchange: Exchange, runtime: Runtime): Promise<WireResponse> {
  const { request } = exchange
  try {
    exchange.destination = await findService(request, runtime.services)
    const target = (exchange.target = await findOperation(request, exchange.destination))
    await runtime.faults?.strike(target.service.entry.name, target.operationName)
    const authentication = identify(exchange, target, runtime)
    const call = (exchange.call = makeCall(exchange, target, authentication, runtime))
    runtime.ports.accessKeyUses?.note(call.db, call)
    const input = (exchange.input = await decode(request, target, authentication))
    permit(exchange, target, input, call)
    const received = target.operation.streamsInput
      ? await receive(exchange, target, authentication, runtime)
      : undefined
    const prepared = await target.operation.prepare?.(input, call)
    const output = run(exchange, target, input, { ...call, received }, prepared, runtime)
    return encode(target, output, exchange.requestId, runtime)
  } catch (error) {
    return refuse(error, exchange, runtime)
  }
}

/** Whether a page of another origin may use the key that everybody knows: to look, or where the bucket's CORS rules let it write. */
function mayWriteFrom({ request }: Exchange, target: Target, { store }: Runtime): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true
  const headers = target.service.service.corsHeaders?.(request, target.labels, store.db) ?? {}
  return Object.keys(headers).some((name) => name.toLowerCase() === 'access-control-allow-origin')
}

/** What lets a page of another origin read the answer, refusals too. */
function forItsOrigin(
  response: WireResponse,
  { request, target, destination }: Exchange,
  { store }: Runtime,
): WireResponse {
  const headersFor = destination?.service.service.corsHeaders
  if (request.headers.origin === undefined || !headersFor || !target) return response
  const allowed = headersFor(request, target.labels, store.db)
  return { ...response, headers: { ...response.headers, ...allowed } }
}

/** Who is calling. S3's signatures have the body's hash in a header; all others are of the body itself. */
function identify(exchange: Exchange, target: Target, runtime: Runtime): Authentication {
  const { dialect } = target.service.entry
  const { request } = exchange
  const { method, path, query, headers, rawHeaders } = request
  const signedText = target.unmodelled?.signedText ?? query
  // Any page could sign with a key that nobody issued, and be root, or with the one that everybody knows.
  const isForeign = isForeignPage(request)
  const options: AuthenticationOptions = {
    findCredential: (id) =>
      id === runtime.publicKeyId && isForeign && !mayWriteFrom(exchange, target, runtime)
        ? undefined
        : runtime.ports.identities.findCredential(runtime.store.db, id),
    wallNow: runtime.clock.wallNow(),
    virtualNow: runtime.clock.now(),
    advancedSince: (signedAt) =>
      runtime.clock.advancedSince(runtime.presigned.signedBefore(signedText, signedAt)),
    strict: runtime.strict || isForeign,
    defaultAccount: runtime.account,
  }
  if (target.unmodelled) return target.unmodelled.identify(options)
  const bucket = virtualHostBucket(hostName(request.host))
  const signed = { method, path, query, headers, rawHeaders, ...(bucket ? { bucket } : {}) }
  const authentication = authenticate(
    target.body === undefined ? signed : { bodyHash: hash('sha256', target.body), ...signed },
    { dialect },
    options,
  )
  if (dialect !== 's3' && !target.operation.anonymous) requireSignature(authentication, dialect)
  return authentication
}

function makeCall(
  exchange: Exchange,
  { service, operationName }: Target,
  { caller, region: signedRegion }: Authentication,
  runtime: Runtime,
): Call {
  const { request, requestId } = exchange
  const { name, global } = service.entry
  const account = caller.accountId || runtime.account
  const region = global ? runtime.region : signedRegion
  return {
    service: name,
    operation: operationName,
    requestId,
    account,
    region,
    caller,
    trail: newTrail(),
    received: undefined,
    now: runtime.clock.now(),
    wallNow: exchange.arrivedAt,
    db: runtime.store.db,
    timers: runtime.scheduler.forService(name, account, region),
    ids: runtime.ids,
    ports: runtime.ports,
    objects: runtime.store.objects,
    http: request,
  }
}

async function decode(
  request: HttpRequest,
  target: Target,
  authentication: Authentication,
): Promise<unknown> {
  const { method, path, query } = request
  const body = target.content ?? (await readVerified(request, target, authentication))
  const isS3 = target.service.entry.dialect === 's3'
  const headers = isS3 ? withPresignedHeaders(request.headers, query) : request.headers
  return target.codec.decodeInput({ method, path, query, headers, body, labels: target.labels })
}

const noBody = Buffer.alloc(0)

/** S3's small bodies (XML): read now that the caller is known. What streams is received after authorization. */
async function readVerified(
  request: HttpRequest,
  { operation }: Target,
  { signing, payloadHash }: Authentication,
): Promise<Buffer> {
  if (operation.streamsInput) return noBody
  const body = await request.readBody(bodyLimit)
  const { checksumsOfBody = true } = operation
  return verifyBuffer(body, request.headers, { signing, payloadHash, checksumsOfBody })
}

function permit(exchange: Exchange, target: Target, input: unknown, call: Call): void {
  const { service } = target.service
  service.validate?.(input as object, call)
  const permissions = target.operation.authorize(input, call)
  exchange.resources = permissions.map((wanted) =>
    typeof wanted === 'string' ? wanted : wanted.resource,
  )
  authorize(permissions, call)
  service.admit?.(input as object, call)
}

/** The payload of a streaming operation, on disk and checked. */
async function receive(
  exchange: Exchange,
  { operation, unmodelled }: Target,
  { signing, payloadHash }: Authentication,
  { store, ids }: Runtime,
): Promise<ReceivedFile> {
  const { request } = exchange
  const path = store.objects.incomingPath()
  const cipher = newContentCipher(ids)
  const { quotesMd5 = false } = operation
  const options = { path, cipher, signing, payloadHash, quotesMd5 }
  const received = unmodelled?.receive
    ? await unmodelled.receive(path, cipher)
    : await receivePayload(request.streamBody(), request.headers, options)
  if (!received.bytes) exchange.receivedFile = path
  return received
}

/** One transaction: the operation whole with its event, or nothing. What is due by now has happened before. */
function run(
  exchange: Exchange,
  { operation, operationName, service }: Target,
  input: unknown,
  call: Call,
  prepared: unknown,
  runtime: Runtime,
): unknown {
  runtime.scheduler.fireDue()
  return runtime.store.db.transaction(() => {
    const current = { ...call, now: runtime.clock.now() }
    service.service.enter?.(current)
    const output = operation.run(input, current, prepared)
    const result = isReadOnly(operationName) ? undefined : output
    record(exchange, { status: 200, result }, runtime)
    const milliseconds = performance.now() - exchange.startedAt
    service.service.ended?.(input as object, current, { status: 200, output, milliseconds })
    return output
  })
}

function encode(
  { codec }: Target,
  output: unknown,
  requestId: string,
  { store }: Runtime,
): WireResponse {
  const response = codec.encodeOutput(output, { requestId })
  const said = output as SaidBesides | undefined
  // Part of an object is 206, which S3's model does not say.
  const isPart = said?.ContentRange !== undefined
  const status = said?.[answerStatus] ?? (isPart ? 206 : response.status)
  const besides = said?.[answerHeaders]
  const headers = besides ? { ...response.headers, ...besides } : response.headers
  return { ...response, status, headers, body: bodyOf(response.body, store.objects) }
}

/** What an output says of its answer beyond the model. */
interface SaidBesides {
  readonly ContentRange?: string
  readonly [answerStatus]?: number
  readonly [answerHeaders]?: Readonly<Record<string, string>>
}

/** Turns whatever was thrown into the service's own form of error. */
function refuse(thrown: unknown, exchange: Exchange, runtime: Runtime): WireResponse {
  const { destination, requestId, request, target } = exchange
  const error =
    thrown instanceof AwsError ? thrown : internalFailure(destination?.service.entry.name)
  if (error !== thrown && !request.aborted()) {
    const what = target ? `${target.service.entry.name}:${target.operationName}` : request.path
    const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    process.stderr.write(`pocketcloud: request ${requestId} (${what}) failed: ${why}\n`)
  }
  record(exchange, { status: error.status, error }, runtime)
  tellOfRefusal(exchange, error)
  target?.unmodelled?.discard?.()
  if (exchange.receivedFile !== undefined) rm(exchange.receivedFile, { force: true }, () => {})
  const protocol =
    target?.protocol ?? destination?.protocol ?? protocols[guessProtocol(request.headers)]
  const context = { requestId, method: request.method }
  return protocol.encodeError(error, context, destination?.service.model)
}

/** The answer goes out whatever becomes of this. */
function tellOfRefusal({ target, call, input, startedAt }: Exchange, error: AwsError): void {
  if (!target || !call) return
  const milliseconds = performance.now() - startedAt
  try {
    const named = { ...target.labels, ...(input as object | undefined) }
    target.service.service.ended?.(named, call, { status: error.status, error, milliseconds })
  } catch (failure) {
    process.emitWarning(String(failure))
  }
}

/** What a client most likely speaks to a service that is not known here: all REST services but S3 speak JSON. */
function guessProtocol(headers: HttpRequest['headers']): ProtocolName {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  if (isForm) return 'query'
  return chooseProtocol(headers, { protocol: headers['x-amz-target'] ? 'awsJson1_0' : 'restJson1' })
}
