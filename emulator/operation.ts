import type { Authentication, AuthenticationOptions } from './auth/authenticate.ts'
import type { Caller } from './auth/caller.ts'
import type { Trail } from './authorize/trail.ts'
import type { Timers, TimerHandler } from './clock/timers.ts'
import type { AwsError } from './errors.ts'
import type { HttpRequest } from './http/request.ts'
import type { IdSource } from './ids.ts'
import type { Ports } from './ports.ts'
import type { OperationCodec, Protocol } from './protocol/codec.ts'
import type { ContentCipher } from './store/content-cipher.ts'
import type { Database } from './store/database.ts'
import type { ObjectBytes, ObjectFiles, ReceivedFile } from './store/object-files.ts'

/** Everything an operation may know besides its input. Nothing else reads a clock, makes an id or throws dice. */
export interface Call {
  readonly service: string
  readonly operation: string
  readonly requestId: string
  /** The account that is acted upon: the caller's own. */
  readonly account: string
  readonly region: string
  readonly caller: Caller
  /** What is decided about the call on its way. */
  readonly trail: Trail
  /** Virtual time, in ms since the epoch. */
  readonly now: number
  /** Wall time, in ms since the epoch: only for what is made outside by it, as the codes of authenticator apps are. */
  readonly wallNow: number
  readonly db: Database
  readonly timers: Timers
  readonly ids: IdSource
  readonly ports: Ports
  /** Reading and spooling are for `prepare`: `run` waits for nothing. */
  readonly objects: ObjectFiles & Pick<ObjectBytes, 'read' | 'readAll' | 'readNow' | 'incomingPath'>
  readonly http: HttpFacts
  /** The payload of a streaming operation, received and verified, not yet kept. */
  readonly received?: ReceivedFile | undefined
}

/** What policy conditions, S3 and logs need of the HTTP request. */
export interface HttpFacts {
  readonly method: string
  readonly host: string
  /** The path as sent, still percent-encoded. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly sourceIp: string
  readonly secure: boolean
}

/** One permission that a call needs. */
export interface Permission {
  /** `ec2:RunInstances`; by default the operation's own name. */
  readonly action?: string
  /** An ARN, or `*` where the action has no resource types. */
  readonly resource: string
  /** The account that owns the resource; by default the call's. */
  readonly resourceAccount?: string
  /** Service keys (`ec2:InstanceType`, `aws:ResourceTag/team`). The global keys are added for every call. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
  /** The resource's own policy as JSON text: a bucket policy, a role's trust policy. */
  readonly resourcePolicy?: string | undefined
  /** What that policy calls the resource, where it has another name there: a bucket behind an access point. */
  readonly nameInOwnPolicy?: string
  /** A further permission that goes with this one: the bucket's, with its access point's. */
  readonly also?: Permission
  /** Who asks, where it is not the caller: a federated identity that the request itself proves. */
  readonly as?: Caller
}

/** An output's member of this name is the status of a successful answer, where the API model does not say it (S3's 202). */
export const answerStatus: unique symbol = Symbol('status of the answer')

/** An output's member of this name has headers that the API model does not say (a listing's `x-amz-bucket-region`). */
export const answerHeaders: unique symbol = Symbol('headers of the answer')

/** How far an operation goes: does what AWS does, or is accepted, stored and returned without effect here. */
export type Coverage = 'full' | 'recorded'

export interface Operation<Input = never, Output = unknown, Prepared = unknown> {
  readonly coverage: Coverage
  /**
   * The payload is not in the input but streams to a file after the call is authorized: `call.received`.
   * A streaming answer needs no word: its payload member is a `FileSlice`, or several.
   */
  readonly streamsInput?: boolean
  /** Needs no signature: who calls is proved by the input (a token of an identity provider). */
  readonly anonymous?: boolean
  /** False where `x-amz-checksum-*` is not of the body but of an object (CompleteMultipartUpload). */
  readonly checksumsOfBody?: boolean
  /** A payload that is refused for its `Content-MD5` is answered that as it was sent (UploadPart), not in hexadecimal (PutObject). */
  readonly quotesMd5?: boolean
  /** The permissions the call needs, all of them. A bare text is a resource for the operation's own action. */
  authorize(input: Input, call: Call): readonly (string | Permission)[]
  /** What has to be waited for (making a key pair, say) happens here, before the transaction. */
  prepare?(input: Input, call: Call): Promise<Prepared>
  /** The operation itself: synchronous, in one transaction, whole or not at all. */
  run(input: Input, call: Call, prepared: Prepared): Output
}

type OperationDefinition<Input, Output, Prepared> = Omit<
  Operation<Input, Output, Prepared>,
  'coverage'
> & { readonly coverage?: Coverage }

/**
 * Defines an operation under AWS's name for it. `authorize` is required: an operation that nobody authorizes can't be written.
 *
 * Name the type arguments by the SDK's own types, and the compiler knows every member:
 * `operation<DeleteVolumeRequest, {}>({ … })`.
 */
export function operation<Input, Output, Prepared = undefined>(
  definition: OperationDefinition<Input, Output, Prepared>,
): Operation<Input, Output, Prepared> {
  return { coverage: 'full', ...definition }
}

/** For the few calls that AWS lets everyone make with valid credentials (`sts:GetCallerIdentity`). */
export const noPermissionNeeded = (): readonly string[] => []

/** A request that AWS answers and the SDK does not model: S3's browser uploads, websites and preflights. */
export interface Unmodelled {
  /** What the call goes by, in the event history too. */
  readonly name: string
  readonly operation: Operation<never, unknown, unknown>
  /** What the request's place names: S3's `Bucket` and `Key`. */
  readonly labels: Readonly<Record<string, string>>
  readonly codec: OperationCodec
  /** Where refusals look otherwise than the protocol's: a website's are pages. */
  readonly encodeError?: Protocol['encodeError']
  /** Who calls, which no signature of the request says. */
  identify(options: AuthenticationOptions): Authentication
  /** What the signature is over, where that is not the URL: a form's policy. */
  readonly signedText?: string | undefined
  /** For an operation that streams its input: the payload is only a part of the body. */
  receive?(path: string, cipher: ContentCipher): Promise<ReceivedFile>
  /** The request is refused: what has not been read of its body is given up. */
  discard?(): void
}

/** S3's place of a request, whether the bucket stood in the host or in the path. */
export interface Place {
  readonly bucket?: string
  /** Percent-encoded, with its slash. */
  readonly path: string
}

/** How a call ended. */
export interface Outcome {
  /** Of the answer. */
  readonly status: number
  readonly error?: AwsError
  /** Of a call that succeeded. */
  readonly output?: unknown
  /** Since the request arrived, by the wall. */
  readonly milliseconds: number
}

/** A service: its operations by AWS's names, and what happens when its timers are due. */
export interface Service {
  readonly name: string
  readonly operations: Readonly<Record<string, Operation<never, unknown, never>>>
  readonly timers: Readonly<Record<string, TimerHandler>>
  /** Runs first in the transaction of every call: makes what exists from the start (EC2's default VPC). */
  readonly enter?: (call: Call) => void
  /** Runs before the call is authorized: refuses what the API model forbids (IAM's lengths and patterns). */
  readonly validate?: (input: object, call: Call) => void
  /** Runs once the call is authorized, before `run` (EC2's `DryRun`). */
  readonly admit?: (input: object, call: Call) => void
  /** Runs when it is known how a call ended: within its transaction when it succeeded, after it was undone otherwise. */
  readonly ended?: (input: object | undefined, call: Call, outcome: Outcome) => void
  /** What it does for other services, once it is loaded. */
  readonly offers?: Partial<Ports>
  /** Looks at requests first: some are for no operation of the model. */
  readonly unmodelled?: (
    request: HttpRequest,
    place: Place,
    codec: (operation: string) => OperationCodec,
  ) => Unmodelled | undefined | Promise<Unmodelled | undefined>
  /** The headers with which an answer lets a page of another origin read it. */
  readonly corsHeaders?: (
    request: HttpRequest,
    labels: Readonly<Record<string, string>>,
    db: Database,
  ) => Readonly<Record<string, string>>
}

/**
 * Gathers a service from its modules' namespaces: `defineService('ec2', { ...volumes, ...vpcs }, { timers })`.
 * Exports that are no operations are left out, so that a module may export what its siblings share.
 */
export function defineService(
  name: string,
  modules: Readonly<Record<string, unknown>>,
  rest: Partial<Omit<Service, 'name' | 'operations'>> = {},
): Service {
  const operations: Record<string, Operation<never, unknown, never>> = {}
  for (const [key, value] of Object.entries(modules)) {
    if (isOperation(value)) operations[key] = value
  }
  return { name, operations, timers: {}, ...rest }
}

function isOperation(value: unknown): value is Operation<never, unknown, never> {
  return typeof value === 'object' && value !== null && 'run' in value && 'authorize' in value
}
