import { Readable } from 'node:stream'
import { select } from '../../../emulator/services/s3/select/query.ts'
import { readRequest } from '../../../emulator/services/s3/select/request.ts'
import { lines } from './select-support.ts'

export const now = Date.UTC(2031, 1, 3, 4, 5, 6, 7)

/** The records that a query makes of JSON documents, read; or their text. Runs the query itself, without a server. */
export async function rowsOf(json: string, sql: string): Promise<unknown[]>
export async function rowsOf(json: string, sql: string, as: 'text'): Promise<string>
export async function rowsOf(json: string, sql: string, as?: 'text'): Promise<unknown> {
  const text = await textOf(
    [Buffer.from(json)],
    sql === '' ? ' ' : sql,
    { JSON: { Type: 'DOCUMENT' } },
    { JSON: {} },
  )
  return as === 'text' ? text : lines(text)
}

type Request = Parameters<typeof readRequest>[0]

/** The records that a query makes of an object that comes in these pieces. */
export async function textOf(
  pieces: readonly Buffer[],
  Expression: string,
  InputSerialization: Request['InputSerialization'],
  OutputSerialization: Request['OutputSerialization'] = { CSV: {} },
): Promise<string> {
  const request = readRequest({
    Bucket: 'b',
    Key: 'k',
    Expression,
    ExpressionType: 'SQL',
    InputSerialization,
    OutputSerialization,
  })
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  const open = () => Readable.from(pieces)
  let text = ''
  for await (const { records } of select(request, { size, open, bounds: undefined }, now)) {
    text += records
  }
  return text
}
