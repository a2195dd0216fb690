import type { ReadableStream } from 'node:stream/web'
import type { HistoryEvent } from './history.ts'

/** What `GET /_pocketcloud/health` answers. */
export interface Health {
  readonly status: string
  readonly version: string
  readonly apiVersion: number
  readonly services: Readonly<Record<string, string>>
  readonly pid: number
  readonly account: string
  readonly region: string
  /** null for an ephemeral emulator. */
  readonly dataDir: string | null
  readonly uptimeSeconds: number
  /** Whether denials are recorded instead of enforced. */
  readonly audit: boolean
}

/** What `GET /_pocketcloud/clock` answers; times are virtual. */
export interface ClockState {
  readonly now: string
  readonly nowMs: number
  /** How far the clock is ahead of wall time, in ms. */
  readonly offsetMs: number
  readonly timers: number
  readonly nextTimer: string | null
}

export interface ClockAdvance {
  readonly from: string
  readonly to: string
  readonly fired: number
}

export interface EventPage {
  readonly events: readonly HistoryEvent[]
  /** The sequence of the newest event there is; 0 when there is none. */
  readonly latest: number
}

/** A statement that was looked at, as `GET /_pocketcloud/why` tells. */
export interface ExplainedStatement {
  readonly kind: string
  /** `user`, `group:NAME`, `role`; of identity policies. */
  readonly source?: string
  readonly name?: string
  /** Its place in the document, from 0. */
  readonly statement: number
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly matched: boolean
  readonly mismatch?: {
    readonly element: string
    readonly expected: string | readonly string[]
    readonly actual: string | readonly string[] | null
    readonly operator?: string
    readonly key?: string
  }
}

export interface ExplainedDenial {
  readonly requestId: string
  readonly time: string
  /** null for an anonymous caller. */
  readonly principal: string | null
  readonly action: string
  readonly resource: string
  readonly decision: 'explicitDeny' | 'implicitDeny'
  /** The call went through all the same. */
  readonly audited: boolean
  readonly reason: string
  readonly policies: readonly (Pick<ExplainedStatement, 'kind' | 'source' | 'name'> & {
    readonly statements: number
    readonly malformed?: string
  })[]
  readonly statements: readonly ExplainedStatement[]
  readonly denying: readonly ExplainedStatement[]
  readonly missing: readonly { readonly where: string; readonly statement: object }[]
}

/** What `GET /_pocketcloud/ec2/reach` is asked; the ends are ids, IPv4 addresses, or `internet`. */
export interface ReachQuestion {
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly port: string | undefined
  readonly region: string | undefined
  readonly account: string | undefined
}

export interface ReachStep {
  readonly id: string
  readonly name?: string
  /** The rule, entry or route that lets the traffic through. */
  readonly by: string
}

/** What `GET /_pocketcloud/ec2/reach` answers. */
export interface ReachAnswer {
  readonly reachable: boolean
  readonly path: readonly ReachStep[]
  readonly back: readonly ReachStep[]
  /** By AWS's explanation codes. */
  readonly stopped: readonly { readonly code: string; readonly why: string }[]
}

/** What `GET /_pocketcloud/why` answers. */
export interface Why {
  /** null for a call that was not denied, or where none was. */
  readonly denial: ExplainedDenial | null
  readonly event: HistoryEvent | null
}

export interface SuggestedPolicy {
  readonly type: 'user' | 'role'
  readonly name: string
  readonly policy: { readonly Version: string; readonly Statement: readonly object[] }
}

/** What `GET /_pocketcloud/imds` answers: where an instance's metadata is. */
export interface InstanceEndpoint {
  readonly instanceId: string
  /** `http://127.0.0.1:23456` */
  readonly url: string
  readonly port: number
  /** What the signatures of identity documents verify against, PEM. */
  readonly certificate: string
}

/** A client of one emulator's control API. Every call throws a `ControlFailure`. */
export interface ControlClient {
  readonly endpoint: string
  health(): Promise<Health>
  stop(): Promise<void>
  clock(): Promise<ClockState>
  advance(seconds: number): Promise<ClockAdvance>
  reset(): Promise<void>
  /** The state's archive, as it arrives. */
  save(): Promise<ReadableStream>
  restore(archive: ReadableStream): Promise<void>
  /** Why the last call that was denied, or the one with this id, was. */
  why(requestId?: string): Promise<Why>
  /** Whether denials are recorded instead of enforced. */
  isAuditing(): Promise<boolean>
  setAuditing(on: boolean): Promise<void>
  /** The policy for what a user or role has done so far. */
  suggest(principal: string): Promise<SuggestedPolicy>
  reach(question: ReachQuestion): Promise<ReachAnswer>
  /** Where a running instance's metadata is. */
  instanceMetadata(instanceId: string): Promise<InstanceEndpoint>
  /** What databases' certificates verify against, PEM. */
  databaseAuthority(): Promise<{ readonly certificate: string }>
  /** Has EC2 take a spot instance back; the duration as in `2m`. */
  interruptSpot(
    instance: string,
    how: { readonly in?: string | undefined; readonly action?: string | undefined },
  ): Promise<{ readonly instanceId: string; readonly at: string }>
  /** Events after a sequence, in order, `limit` at most. */
  events(after: number, limit: number): Promise<EventPage>
}

/** Why a control call failed; `code` is the control API's own, or `Unreachable` or `NotPocketcloud`. */
export class ControlFailure extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'ControlFailure'
    this.code = code
  }
}

const apiVersion = 1

const tarHeaders = { 'content-type': 'application/x-tar' }

/** @param endpoint the emulator's origin, without a trailing slash */
export function controlClient(endpoint: string): ControlClient {
  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${endpoint}/_pocketcloud/${path}`, init).catch(
      (error: unknown) => {
        throw new ControlFailure('Unreachable', unreachable(endpoint, error))
      },
    )
    if (!response.ok) throw await refusal(response, endpoint)
    return response
  }
  async function json<Answer>(path: string, init?: RequestInit): Promise<Answer> {
    const response = await call(path, init)
    const answer = (await response.json().catch(() => null)) as { apiVersion?: unknown } | null
    if (answer?.apiVersion !== apiVersion) throw notPocketcloud(endpoint)
    return answer as Answer
  }
  return {
    endpoint,
    health: () => json('health'),
    stop: async () => void (await json('stop', post({}))),
    clock: () => json('clock'),
    advance: (seconds) => json('clock/advance', post({ seconds })),
    reset: async () => void (await json('reset', post({}))),
    save: async () => (await call('save')).body as ReadableStream,
    restore: async (archive) => {
      // The streams of Node and of the web are one thing with two types, and Node's `duplex` is none of the web's.
      const init = { method: 'POST', headers: tarHeaders, body: archive, duplex: 'half' }
      await json('restore', init as unknown as RequestInit)
    },
    why: (requestId) =>
      json(requestId === undefined ? 'why' : `why?requestId=${encodeURIComponent(requestId)}`),
    isAuditing: async () => (await json<{ audit: boolean }>('iam/audit')).audit,
    setAuditing: async (on) => void (await json('iam/audit', post({ audit: on }))),
    reach: (question) => {
      const given = Object.entries(question).filter(([, value]) => value !== undefined)
      return json(`ec2/reach?${new URLSearchParams(given as [string, string][]).toString()}`)
    },
    suggest: (principal) => json(`iam/suggest?principal=${encodeURIComponent(principal)}`),
    databaseAuthority: () => json('rds/ca'),
    instanceMetadata: (instanceId) => json(`imds?instance=${encodeURIComponent(instanceId)}`),
    interruptSpot: (instance, how) => json('spot/interrupt', post({ instance, ...how })),
    events: (after, limit) => json(`events?after=${after}&limit=${limit}`),
  }
}

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

async function refusal(response: Response, endpoint: string): Promise<ControlFailure> {
  const answer = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string }
  } | null
  const { code, message } = answer?.error ?? {}
  return code === undefined || message === undefined
    ? notPocketcloud(endpoint)
    : new ControlFailure(code, message)
}

function unreachable(endpoint: string, error: unknown): string {
  // fetch says "fetch failed" and keeps the reason in `cause`.
  const cause = (error as { cause?: { code?: string } }).cause?.code
  return cause === 'ECONNREFUSED' || cause === undefined
    ? `No emulator answers at ${endpoint}.`
    : `No emulator answers at ${endpoint} (${cause}).`
}

const notPocketcloud = (endpoint: string) =>
  new ControlFailure(
    'NotPocketcloud',
    `Something answers at ${endpoint}, but not a pocketcloud of this version.`,
  )
