import type { Caller } from '../auth/caller.ts'

/** What is recorded of every call, whatever became of it. */
export interface CallEvent {
  /** Virtual time, in ms since the epoch. */
  readonly time: number
  /** Wall time, in ms since the epoch. */
  readonly wallTime: number
  readonly requestId: string
  readonly account: string
  readonly region: string
  readonly caller: Pick<Caller, 'type' | 'arn' | 'accessKeyId' | 'userName'>
  readonly service: string
  readonly operation: string
  /** Whether the operation changes nothing by its nature. */
  readonly readOnly: boolean
  readonly sourceIp: string
  readonly userAgent: string
  /** The HTTP status of the answer. */
  readonly status: number
  /** From the request's arrival to its answer, in µs. */
  readonly duration: number
  /** The operation's input as decoded. Secrets need not be taken out. It must not be changed afterwards. */
  readonly parameters: unknown
  /** The operation's output, or what is worth keeping of it. Secrets need not be taken out. */
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
  /** The ARNs that were authorized. */
  readonly resources?: readonly string[]
  /** Why authorization refused the call, or would have refused it (`audited`). */
  readonly denial?: object
  /** The permissions the call was granted (`s3:ListBucket arn:…`), where that is not its own action on `resources`. */
  readonly granted?: readonly string[]
}

/** A call as it was recorded: secrets are hidden, and what was too long is cut. */
export interface RecordedEvent extends CallEvent {
  /** Grows with every call; numbers may be left out. */
  readonly sequence: number
}

/** Which calls are wanted: those that fit all that is given. */
export interface EventFilter {
  /** Only what came after this event. */
  readonly afterSequence?: number
  readonly account?: string
  readonly service?: string
  readonly operation?: string
  /** A text that stands in the authorized ARNs, the parameters or the result: an id, a name. */
  readonly resource?: string
  /** The caller's ARN, access key id or user name. */
  readonly caller?: string
  readonly errorsOnly?: boolean
  readonly requestId?: string
  /** At most this many; 100 by default. */
  readonly limit?: number
}
