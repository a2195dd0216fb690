import type { Readable } from 'node:stream'
import { invalidKeyPath } from './errors.ts'
import { planOf, type Plan } from './evaluate/plan.ts'
import {
  gunzipScan,
  plainScan,
  rangeScan,
  type OpenBytes,
  type Scan,
  type ScanBounds,
} from './input/bytes.ts'
import { CsvColumns } from './input/csv-columns.ts'
import { CsvReader } from './input/csv-reader.ts'
import { jsonBinding, JsonReader } from './input/json-reader.ts'
import type { RowReader } from './input/reader.ts'
import type { InputForm, SelectRequest } from './request.ts'
import { parseQuery } from './sql/parse-query.ts'

/** What a piece of the input made, and how far the reading has got: bytes of the object, and of its content. */
export interface Batch {
  readonly records: string
  readonly scanned: number
  readonly processed: number
}

/** Characters of records that are sent on within a piece of the input. */
const fullBatch = 256 * 1024

export interface SelectedObject {
  /** In bytes. */
  readonly size: number
  readonly open: OpenBytes
  readonly bounds: ScanBounds | undefined
}

/**
 * Compiles a query and runs it over an object, piece by piece; a piece without records makes an empty batch.
 *
 * @param now virtual time in ms
 * @throws AwsError at once for a query that AWS refuses; while iterating, for what is wrong with the object
 */
export function select(
  { expression, input, write }: SelectRequest,
  object: SelectedObject,
  now: number,
): AsyncGenerator<Batch> {
  const query = parseQuery(expression)
  if (input.kind === 'json') {
    const plan = planOf(query, jsonBinding, write, now)
    return batches(plan, new JsonReader(query.path), scanOf(input, object))
  }
  if (query.path.length > 0) throw invalidKeyPath()
  const columns = new CsvColumns(input.csv.header === 'USE')
  const plan = planOf(query, columns, write, now)
  return batches(plan, new CsvReader(input.csv, columns), scanOf(input, object))
}

function scanOf(input: InputForm, { size, open, bounds }: SelectedObject): Scan {
  const whole = (): Readable => open(0, size)
  if (bounds) {
    const isCsv = input.kind === 'csv'
    const delimiter = Buffer.from(isCsv ? input.csv.recordDelimiter : '\n')
    return rangeScan(open, size, bounds, delimiter, isCsv && input.csv.header !== 'NONE')
  }
  return input.isGzip ? gunzipScan(whole) : plainScan(whole)
}

async function* batches<Row>(
  plan: Plan<Row>,
  reader: RowReader<Row>,
  scan: Scan,
): AsyncGenerator<Batch> {
  let processed = 0
  let records = ''
  const taken = (): Batch => {
    const batch = { records, scanned: scan.scanned(), processed }
    records = ''
    return batch
  }
  function* run(rows: Iterable<Row>): Generator<Batch> {
    try {
      for (const row of rows) {
        records += plan.add(row)
        if (plan.isDone()) return
        if (records.length >= fullBatch) yield taken()
      }
    } catch (error) {
      // What comes before a malformed record is sent before the error.
      if (records !== '') yield taken()
      throw error
    }
  }
  if (!plan.isDone()) {
    for await (const chunk of scan.chunks) {
      processed += chunk.length
      yield* run(reader.push(chunk))
      yield taken()
      if (plan.isDone()) break
    }
    if (!plan.isDone()) yield* run(reader.end())
  }
  records += plan.end()
  yield taken()
}
