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
      await json('restore', {
        method: 'POST',
        headers: { 'content-type': 'application/x-tar' },
        body: archive,
        duplex: 'half',
      })
    },
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
