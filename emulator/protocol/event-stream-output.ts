import { Readable } from 'node:stream'
import { EventStreamCodec } from '@smithy/core/event-streams'
import type { NormalizedSchema } from '@smithy/core/schema'
import { fromUtf8, toUtf8 } from '@smithy/core/serde'
import { AwsError, internalFailure } from '../errors.ts'
import { membersOf, type Member } from './schema.ts'

/** How a protocol writes the structures that are in events. */
export interface EventPayloads {
  readonly contentType: string
  /** Compiles a structure into its text. */
  write(member: Member): (value: unknown) => string
}

type Event = Readonly<Record<string, unknown>>
type Headers = Readonly<Record<string, string>>
interface EventBody {
  readonly body: Uint8Array
  readonly contentType: string | undefined
}

const codec = new EventStreamCodec(toUtf8, fromUtf8)
const nothing = new Uint8Array()

/**
 * Compiles an event stream of an answer: https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * The handler gives the events as the SDK's own type has them, `AsyncIterable<{ Records: { Payload } } | …>`. An `AwsError` while
 * iterating ends the stream with an error message, as AWS does once the answer has begun.
 *
 * @param union the stream's schema, a union of events
 */
export function eventStreamWriter(
  union: NormalizedSchema,
  payloads: EventPayloads,
): (events: AsyncIterable<Event>) => Readable {
  const bodies = new Map(membersOf(union).map((event) => [event.name, bodyWriter(event, payloads)]))
  async function* messages(events: AsyncIterable<Event>): AsyncGenerator<Uint8Array> {
    const iterator = events[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await iterator.next().catch((error: unknown) => ({ error }))
        // Errors of the events alone: a client that goes away in the middle is none.
        if ('error' in next) return yield encodeError(next.error)
        if (next.done) return
        yield encodeEvent(next.value, bodies)
      }
    } finally {
      await iterator.return?.()
    }
  }
  return (events) => Readable.from(messages(events), { objectMode: false })
}

type WriteBody = (value: Record<string, unknown>) => EventBody

function encodeEvent(event: Event, bodies: ReadonlyMap<string, WriteBody>): Uint8Array {
  const [name, value] = Object.entries(event)[0]!
  const { body, contentType } = bodies.get(name)!(value as Record<string, unknown>)
  return message(
    {
      ':message-type': 'event',
      ':event-type': name,
      ...(contentType === undefined ? {} : { ':content-type': contentType }),
    },
    body,
  )
}

function bodyWriter({ schema }: Member, payloads: EventPayloads): WriteBody {
  const payload = membersOf(schema).find(({ traits }) => traits.eventPayload)
  if (!payload) return () => ({ body: nothing, contentType: undefined })
  const { name, kind } = payload
  if (kind === 'blob') {
    const contentType = 'application/octet-stream'
    return (value) => ({ body: value[name] as Uint8Array, contentType })
  }
  const write = payloads.write(payload)
  return (value) => ({
    body: Buffer.from(write(value[name])),
    contentType: payloads.contentType,
  })
}

function encodeError(thrown: unknown): Uint8Array {
  const error = thrown instanceof AwsError ? thrown : internalFailure()
  if (error !== thrown) {
    const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    process.stderr.write(`pocketcloud: an event stream failed: ${why}\n`)
  }
  return message(
    { ':message-type': 'error', ':error-code': error.code, ':error-message': error.message },
    nothing,
  )
}

const message = (headers: Headers, body: Uint8Array): Uint8Array =>
  codec.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }]),
    ),
    body,
  })
