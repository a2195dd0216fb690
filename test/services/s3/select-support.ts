import {
  CreateBucketCommand,
  PutObjectCommand,
  SelectObjectContentCommand,
  type SelectObjectContentCommandInput,
  type SelectObjectContentEventStream,
} from '@aws-sdk/client-s3'
import { startS3Test, type S3Test } from './support.ts'

type SelectInput = Partial<Omit<SelectObjectContentCommandInput, 'Bucket'>>

export interface SelectTest extends S3Test {
  put(Key: string, Body: string | Uint8Array): Promise<unknown>
  /** The events of a query, and what stopped them. */
  events(Key: string, Expression: string, input?: SelectInput): Promise<Answer>
  /** The records of a query over CSV without header, as CSV. */
  csv(content: string, Expression: string, input?: SelectInput): Promise<string>
  /** The records of a query over JSON, read. */
  json(content: string, Expression: string, input?: SelectInput): Promise<unknown[]>
}

export interface Answer {
  readonly events: readonly SelectObjectContentEventStream[]
  readonly text: string
  readonly error: (Error & { readonly code?: string }) | undefined
}

export const Bucket = 'select-bucket'

export async function startSelectTest(): Promise<SelectTest> {
  const t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  const put = (Key: string, Body: string | Uint8Array) =>
    t.s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const events = async (Key: string, Expression: string, input: SelectInput = {}) => {
    const { Payload } = await t.s3.send(
      new SelectObjectContentCommand({
        Bucket,
        Key,
        Expression,
        ExpressionType: 'SQL',
        InputSerialization: { CSV: {} },
        OutputSerialization: { CSV: {} },
        ...input,
      }),
    )
    return collect(Payload!)
  }
  let count = 0
  const query = async (content: string, Expression: string, input: SelectInput) => {
    const Key = `object-${++count}`
    await put(Key, content)
    const { text, error } = await events(Key, Expression, input)
    if (error) throw error
    return text
  }
  return {
    ...t,
    put,
    events,
    csv: (content, Expression, input = {}) => query(content, Expression, input),
    async json(content, Expression, input = {}) {
      const text = await query(content, Expression, {
        InputSerialization: { JSON: { Type: 'DOCUMENT' } },
        OutputSerialization: { JSON: {} },
        ...input,
      })
      return lines(text)
    },
  }
}

export const lines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

async function collect(payload: AsyncIterable<SelectObjectContentEventStream>): Promise<Answer> {
  const events: SelectObjectContentEventStream[] = []
  let error: Answer['error']
  try {
    for await (const event of payload) events.push(event)
  } catch (thrown) {
    error = thrown as Answer['error']
  }
  const bytes = events.map((event) => event.Records?.Payload ?? new Uint8Array())
  return { events, text: Buffer.concat(bytes).toString('utf8'), error }
}
