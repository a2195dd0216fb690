import { checkerUserAgent } from './cloud.ts'
import type { ControlClient } from './control-client.ts'

/** One call in the emulator's event history, as the control API gives it. */
export interface HistoryEvent {
  /** Rises with every call: which of two calls came first. */
  readonly sequence: number
  /** Virtual time, in ms since the epoch. */
  readonly time: number
  /** In ms since the epoch. */
  readonly wallTime: number
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly requestId: string
  readonly userAgent: string
  readonly caller: {
    readonly type: string
    readonly arn: string | null
    /** An IAM user's name. */
    readonly userName?: string
  }
  /** The call's input under AWS's names, without secrets. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Why it was refused; absent where it succeeded. */
  readonly error?: { readonly code: string; readonly message: string }
}

export interface EventQuery {
  readonly service: string
  readonly operation: string | readonly string[]
  /** Only what this IAM user called, with a key of theirs. */
  readonly by?: string
  /** Only calls that were refused, instead of only calls that succeeded. */
  readonly refused?: boolean
  /** Only calls that came after this one. */
  readonly after?: HistoryEvent | undefined
  readonly where?: (event: HistoryEvent) => boolean
}

/** The student's calls since the lab was started, in order; the checker's own are left out. */
export interface EventHistory {
  readonly all: readonly HistoryEvent[]
  /** The calls that succeeded (or were refused), in order. */
  find(query: EventQuery): readonly HistoryEvent[]
  /** The newest of them. */
  last(query: EventQuery): HistoryEvent | undefined
  /**
   * Calls that came one after the other: the first that answers each query, after the one before it. Shorter than the
   * queries where one has no answer: its length is the place of the first that is missing.
   */
  inOrder(queries: readonly Omit<EventQuery, 'after'>[]): readonly HistoryEvent[]
}

export function eventHistory(events: readonly HistoryEvent[]): EventHistory {
  const all = events.filter(({ userAgent }) => !userAgent.includes(checkerUserAgent))
  const find = ({ service, operation, by, refused = false, after, where }: EventQuery) => {
    const operations = typeof operation === 'string' ? [operation] : operation
    return all.filter(
      (event) =>
        event.service === service &&
        operations.includes(event.operation) &&
        (by === undefined || event.caller.userName === by) &&
        (event.error !== undefined) === refused &&
        (after === undefined || event.sequence > after.sequence) &&
        (where === undefined || where(event)),
    )
  }
  const inOrder = (queries: readonly Omit<EventQuery, 'after'>[]) => {
    const found: HistoryEvent[] = []
    for (const query of queries) {
      const [next] = find({ ...query, after: found.at(-1) })
      if (next === undefined) break
      found.push(next)
    }
    return found
  }
  return { all, find, last: (query) => find(query).at(-1), inOrder }
}

/** Where in the history a lab was started. */
export interface Since {
  /** The newest event's sequence at that moment; what comes after it counts. 0 counts everything. */
  readonly sequence: number
  /** That event's wall time, by which a history that began anew is recognized (request ids repeat with a seed). */
  readonly wallTime?: number
}

/** Marks the history's present end. */
export async function markHistory(control: ControlClient): Promise<Since> {
  const { latest } = await control.events(0, 1)
  if (latest === 0) return { sequence: 0 }
  const [newest] = (await control.events(latest - 1, 1)).events
  return { sequence: latest, ...(newest === undefined ? {} : { wallTime: newest.wallTime }) }
}

const pageSize = 1000

type EventSource = Pick<ControlClient, 'events'>

/**
 * Reads what came after a mark. After a reset or on another emulator the history is not the one that was marked:
 * all of it is newer then, and counts.
 */
export async function readHistory(control: EventSource, since: Since): Promise<EventHistory> {
  const events: HistoryEvent[] = []
  let after = (await isStillMarked(control, since)) ? since.sequence : 0
  for (;;) {
    const page = await control.events(after, pageSize)
    events.push(...page.events)
    after = page.events.at(-1)?.sequence ?? page.latest
    if (after >= page.latest) return eventHistory(events)
  }
}

async function isStillMarked(control: EventSource, since: Since): Promise<boolean> {
  if (since.sequence === 0) return true
  const { events, latest } = await control.events(since.sequence - 1, 1)
  if (latest < since.sequence) return false
  const marked = events[0]
  // The bounded history may have let go of the marked event: no sign of another history.
  if (marked === undefined || marked.sequence !== since.sequence) return true
  return since.wallTime === undefined || marked.wallTime === since.wallTime
}
