import type { Readable } from 'node:stream'
import { invalidKeyPath } from './errors.ts'
import { planOf, type Plan } from './evaluate/plan.ts'
import {
  bunzipScan,
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
import { ParquetColumns } from './input/parquet-columns.ts'
import { parquetRows } from './input/parquet-rows.ts'
import type { RowReader } from './input/reader.ts'
import type { Compression, InputForm, SelectRequest } from './request.ts'
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
    return batches(plan, rowsOf(new JsonReader(query.path), plan, scanOf(input, object)))
  }
  if (query.path.length > 0) throw invalidKeyPath()
  if (input.kind === 'parquet') {
    const columns = new ParquetColumns()
    const plan = planOf(query, columns, write, now)
    return batches(plan, parquetRows(object, columns))
  }
  const columns = new CsvColumns(input.csv.header === 'USE')
  const plan = planOf(query, columns, write, now)
  return batches(plan, rowsOf(new CsvReader(input.csv, columns), plan, scanOf(input, object)))
}

const scans: Readonly<Record<Compression, (open: () => Readable) => Scan>> = {
  NONE: plainScan,
  GZIP: gunzipScan,
  BZIP2: bunzipScan,
}

function scanOf(
  input: Exclude<InputForm, { kind: 'parquet' }>,
  { size, open, bounds }: SelectedObject,
): Scan {
  if (bounds) {
    const isCsv = input.kind === 'csv'
    const delimiter = Buffer.from(isCsv ? input.csv.recordDelimiter : '\n')
    return rangeScan(open, size, bounds, delimiter, isCsv && input.csv.header !== 'NONE')
  }
  return scans[input.compression](() => open(0, size))
}

/** The rows of a piece of the input, and how far the reading has got with it, in bytes. */
export interface RowGroup<Row> {
  readonly rows: Iterable<Row>
  readonly scanned: number
  readonly processed: number
}

/** The rows that a reader finds in a scan's bytes. */
async function* rowsOf<Row>(
  reader: RowReader<Row>,
  plan: Plan<Row>,
  scan: Scan,
): AsyncGenerator<RowGroup<Row>> {
  let processed = 0
  const group = (rows: Iterable<Row>) => ({ rows, scanned: scan.scanned(), processed })
  for await (const chunk of scan.chunks) {
    processed += chunk.length
    yield group(reader.push(chunk))
  }
  if (!plan.isDone()) yield group(reader.end())
}

async function* batches<Row>(
  plan: Plan<Row>,
  groups: AsyncIterable<RowGroup<Row>>,
): AsyncGenerator<Batch> {
  let scanned = 0
  let processed = 0
  let records = ''
  const taken = (): Batch => {
    const batch = { records, scanned, processed }
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
    for await (const group of groups) {
      ;({ scanned, processed } = group)
      yield* run(group.rows)
      yield taken()
      if (plan.isDone()) break
    }
  }
  records += plan.end()
  yield taken()
}
