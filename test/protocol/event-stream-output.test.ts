import { SelectObjectContentEventStream$ } from '@aws-sdk/client-s3'
import { EventStreamCodec } from '@smithy/core/event-streams'
import { NormalizedSchema } from '@smithy/core/schema'
import { fromUtf8, toUtf8 } from '@smithy/core/serde'
import { afterEach, expect, test, vi } from 'vitest'
import { AwsError } from '../../emulator/errors.ts'
import { eventStreamWriter } from '../../emulator/protocol/event-stream-output.ts'

const write = eventStreamWriter(NormalizedSchema.of(SelectObjectContentEventStream$), {
  contentType: 'text/x',
  write:
    ({ name }) =>
    (value) =>
      `${name}=${JSON.stringify(value)}`,
})

afterEach(() => vi.restoreAllMocks())

async function sent(events: AsyncIterable<Record<string, unknown>>) {
  const codec = new EventStreamCodec(toUtf8, fromUtf8)
  const messages = []
  for await (const chunk of write(events)) {
    const { headers, body } = codec.decode(chunk as Uint8Array)
    const values = Object.entries(headers).map(([name, { value }]) => [name, value])
    messages.push({ ...Object.fromEntries(values), body: Buffer.from(body).toString() })
  }
  return messages
}

test('an event is a message with its type and payload', async () => {
  async function* events() {
    yield { Records: { Payload: Buffer.from('a,b') } }
    yield { Stats: { Details: { BytesScanned: 1 } } }
    yield await Promise.resolve({ End: {} })
  }
  expect(await sent(events())).toEqual([
    {
      ':message-type': 'event',
      ':event-type': 'Records',
      ':content-type': 'application/octet-stream',
      body: 'a,b',
    },
    {
      ':message-type': 'event',
      ':event-type': 'Stats',
      ':content-type': 'text/x',
      body: 'Details={"BytesScanned":1}',
    },
    { ':message-type': 'event', ':event-type': 'End', body: '' },
  ])
})

test('an AwsError ends the stream with an error message', async () => {
  async function* events() {
    yield { End: {} }
    throw await Promise.resolve(new AwsError('TooBad', 'It is.'))
  }
  expect((await sent(events())).at(-1)).toEqual({
    ':message-type': 'error',
    ':error-code': 'TooBad',
    ':error-message': 'It is.',
    body: '',
  })
})

test('any other error is told to nobody but the terminal', async () => {
  const terminal = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  // oxlint-disable-next-line require-yield
  async function* events(): AsyncGenerator<Record<string, unknown>> {
    throw await Promise.resolve(new Error('a secret'))
  }
  const [message] = await sent(events())
  expect(message).toMatchObject({ ':error-code': 'InternalFailure' })
  expect(JSON.stringify(message)).not.toContain('secret')
  expect(terminal.mock.calls.join()).toContain('a secret')
})

test('a reader that leaves ends the events, and is no failure', async () => {
  const terminal = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  let isOver = false
  async function* events() {
    try {
      for (;;) yield await Promise.resolve({ End: {} })
    } finally {
      isOver = true
    }
  }
  const stream = write(events())
  for await (const chunk of stream) {
    expect(chunk).toBeInstanceOf(Uint8Array)
    stream.destroy(new Error('gone'))
    break
  }
  await vi.waitFor(() => expect(isOver).toBe(true))
  expect(terminal).not.toHaveBeenCalled()
})
