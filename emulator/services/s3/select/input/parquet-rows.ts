import type { AsyncBuffer, Compressors, RowGroup as Stored, SchemaTree } from 'hyparquet'
import type { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { AwsError } from '../../../../errors.ts'
import { oversizedRowGroup, parquetParsingError, unsupportedParquetCodec } from '../errors.ts'
import type { RowGroup, SelectedObject } from '../query.ts'
import type { ParquetColumns, ParquetRow } from './parquet-columns.ts'
import { converterOf, keepDecimals, timeParsers } from './parquet-values.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html#selecting-content-from-objects-requirements-and-limits */
const largestRowGroup = 512 * 1024 * 1024
const mostRows = 2n ** 31n
const codecs: ReadonlySet<string> = new Set(['UNCOMPRESSED', 'SNAPPY', 'GZIP'])

/** Snappy is the reader's own; the rest of what others compress by, AWS refuses too. */
const compressors: Compressors = {
  GZIP: (input, length) =>
    gunzipSync(input, { maxOutputLength: Math.min(Math.max(length, 1), largestRowGroup) }),
}

/**
 * The rows of a Parquet file, a row group at a time: within a scan range those of the groups that begin in it.
 *
 * @throws AwsError (when read) `ParquetParsingError`, `ParquetUnsupportedCompressionCodec`, `UnsupportedParquetType`,
 *   `OverMaxParquetBlockSize`; for names that are not the file's, `MissingHeaders`
 */
export async function* parquetRows(
  { size, open, bounds }: SelectedObject,
  columns: ParquetColumns,
): AsyncGenerator<RowGroup<ParquetRow>> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet')
  let scanned = 0
  const file: AsyncBuffer = {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = await bytesOf(open(start, Math.min(end, size)))
      scanned += bytes.byteLength
      return bytes
    },
  }
  const metadata = await parsed(() => parquetMetadataAsync(file, { geoparquet: false }))
  keepDecimals(metadata.schema)
  const top = await parsed(() => parquetSchema(metadata).children)
  requireWhole(metadata.row_groups, top)
  const names = top.map(({ element }) => element.name)
  columns.setNames(names)
  const converters = top.map((child) => converterOf(child))
  function* converted(stored: readonly Readonly<Record<string, unknown>>[]) {
    for (const row of stored) yield converters.map((convert, index) => convert(row[names[index]!]))
  }
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    const at = startOf(group)
    if (!bounds || (at >= bounds.start && at < bounds.end)) {
      requireReadable(group)
      const stored = await parsed(() =>
        parquetReadObjects({
          file,
          metadata,
          rowStart,
          rowEnd,
          compressors,
          parsers: timeParsers,
          utf8: false,
          geoparquet: false,
        }),
      )
      yield { rows: converted(stored), scanned, processed: scanned }
    }
    rowStart = rowEnd
  }
  yield { rows: [], scanned, processed: scanned }
}

/**
 * Every row group has to have every column of the schema, in its order: the reader begins with all of them at once, and nobody
 * would hear of what is wrong with one that it does not find again.
 */
function requireWhole(groups: readonly Stored[], top: readonly SchemaTree[]): void {
  const paths = top.flatMap(leafPaths)
  const isWhole = ({ columns, num_rows: rows }: Stored) =>
    rows >= 0n &&
    rows <= mostRows &&
    columns.length === paths.length &&
    columns.every(({ meta_data: about }, index) => pathText(about?.path_in_schema) === paths[index])
  const areNamed = new Set(paths).size === paths.length && !paths.includes(undefined)
  if (!areNamed || !groups.every(isWhole)) throw parquetParsingError()
}

const leafPaths = ({ element, children, path }: SchemaTree): (string | undefined)[] =>
  children.length > 0
    ? children.flatMap(leafPaths)
    : [element.type === undefined ? undefined : pathText(path)]

const pathText = (path: readonly string[] | undefined) => path && JSON.stringify(path)

/** Where a row group begins in the file. */
function startOf({ columns }: Stored): number {
  const starts = columns.map(({ meta_data: about, file_offset: offset }) =>
    Number(about?.dictionary_page_offset ?? about?.data_page_offset ?? offset),
  )
  return Math.min(...starts)
}

function requireReadable({ columns, total_byte_size: size }: Stored): void {
  if (Number(size) > largestRowGroup) throw oversizedRowGroup()
  if (columns.some(({ meta_data: about }) => about && !codecs.has(about.codec))) {
    throw unsupportedParquetCodec()
  }
}

/** Whatever goes wrong in a file is the file's fault. */
async function parsed<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw error instanceof AwsError ? error : parquetParsingError()
  }
}

async function bytesOf(stream: Readable): Promise<ArrayBuffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  const all = Buffer.concat(chunks)
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength)
}
