import type { CSVInput, SelectObjectContentRequest } from '@aws-sdk/client-s3'
import {
  invalidParameter,
  invalidRequestParameter,
  invalidScanRange,
  missingParameter,
  notCompressed,
  serializationConflict,
  unsupportedScanRange,
} from './errors.ts'
import type { ScanBounds } from './input/bytes.ts'
import type { CsvForm } from './input/csv-reader.ts'
import { csvRecords, jsonRecords, type WriteRecord } from './output/records.ts'

/** How a whole object is compressed. */
export type Compression = 'NONE' | 'GZIP' | 'BZIP2'

export type InputForm =
  | { readonly kind: 'csv'; readonly csv: CsvForm; readonly compression: Compression }
  | { readonly kind: 'json'; readonly isLines: boolean; readonly compression: Compression }
  | { readonly kind: 'parquet' }

/** What a request asks for, checked. */
export interface SelectRequest {
  readonly expression: string
  readonly input: InputForm
  readonly write: WriteRecord
  readonly hasProgress: boolean
}

/**
 * Reads a request: https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
 *
 * @throws AwsError `MissingRequiredParameter`, `InvalidExpressionType`, `InvalidFileHeaderInfo` and so on
 */
export function readRequest(request: SelectObjectContentRequest): SelectRequest {
  const { Expression, ExpressionType, RequestProgress } = request
  if (!Expression) throw missingParameter('Expression')
  if (!ExpressionType) throw missingParameter('ExpressionType')
  oneOf('InvalidExpressionType', 'ExpressionType', ExpressionType, ['SQL'])
  const input = readInput(request)
  const write = readOutput(request)
  return { expression: Expression, input, write, hasProgress: RequestProgress?.Enabled === true }
}

function readInput({ InputSerialization: input }: SelectObjectContentRequest): InputForm {
  if (!input) throw missingParameter('InputSerialization')
  const formats = [input.CSV, input.JSON, input.Parquet].filter((format) => format !== undefined)
  if (formats.length === 0) throw missingParameter('CSV, JSON or Parquet in InputSerialization')
  if (formats.length > 1) throw serializationConflict('InputSerialization')
  const { CompressionType: named = 'NONE' } = input
  oneOf('InvalidCompressionFormat', 'CompressionType', named, ['NONE', 'GZIP', 'BZIP2'])
  const compression = named.toUpperCase() as Compression
  if (input.Parquet) {
    // Its columns are compressed, not the file.
    if (compression !== 'NONE') throw notCompressed(compression)
    return { kind: 'parquet' }
  }
  if (input.CSV) return { kind: 'csv', csv: readCsv(input.CSV), compression }
  const type = input.JSON?.Type
  if (!type) throw missingParameter('Type')
  oneOf('InvalidJsonType', 'JsonType', type, ['DOCUMENT', 'LINES'])
  return { kind: 'json', isLines: type.toUpperCase() === 'LINES', compression }
}

function readCsv(csv: CSVInput): CsvForm {
  const {
    FileHeaderInfo: header = 'NONE',
    RecordDelimiter = '\n',
    FieldDelimiter = ',',
    QuoteCharacter = '"',
    QuoteEscapeCharacter = '"',
    Comments = '#',
  } = csv
  oneOf('InvalidFileHeaderInfo', 'FileHeaderInfo', header, ['NONE', 'USE', 'IGNORE'])
  delimiter('RecordDelimiter', RecordDelimiter, 1, 2)
  delimiter('FieldDelimiter', FieldDelimiter, 1, 1)
  delimiter('QuoteCharacter', QuoteCharacter, 0, 1)
  delimiter('QuoteEscapeCharacter', QuoteEscapeCharacter, 0, 1)
  delimiter('Comments', Comments, 0, 1)
  if (FieldDelimiter === RecordDelimiter || FieldDelimiter === QuoteCharacter) {
    throw invalidRequestParameter('FieldDelimiter')
  }
  return {
    header: header.toUpperCase() as CsvForm['header'],
    recordDelimiter: RecordDelimiter,
    fieldDelimiter: FieldDelimiter,
    quote: QuoteCharacter,
    escape: QuoteEscapeCharacter,
    comment: Comments,
    quotedRecordDelimiters: csv.AllowQuotedRecordDelimiter === true,
  }
}

function readOutput({ OutputSerialization: output }: SelectObjectContentRequest): WriteRecord {
  if (!output) throw missingParameter('OutputSerialization')
  if (output.CSV && output.JSON) throw serializationConflict('OutputSerialization')
  if (output.JSON) return jsonRecords(output.JSON)
  if (!output.CSV) throw missingParameter('CSV or JSON in OutputSerialization')
  const { QuoteFields, QuoteCharacter, QuoteEscapeCharacter } = output.CSV
  if (QuoteFields !== undefined) {
    oneOf('InvalidQuoteFields', 'QuoteFields', QuoteFields, ['ALWAYS', 'ASNEEDED'])
  }
  if (QuoteCharacter !== undefined) delimiter('QuoteCharacter', QuoteCharacter, 0, 1)
  if (QuoteEscapeCharacter !== undefined) {
    delimiter('QuoteEscapeCharacter', QuoteEscapeCharacter, 0, 1)
  }
  return csvRecords(output.CSV)
}

/** AWS takes these values in any case. */
function oneOf(code: string, name: string, value: string, valid: readonly string[]): void {
  if (!valid.includes(value.toUpperCase())) {
    throw invalidParameter(code, name, value, valid.join(', '))
  }
}

function delimiter(name: string, value: string, least: number, most: number): void {
  const length = Array.from(value).length
  if (length < least || length > most) throw invalidRequestParameter(name)
}

/**
 * The bytes that records have to begin in; undefined for all.
 *
 * @param size the object's, in bytes
 * @throws AwsError `InvalidScanRange`, `UnsupportedScanRangeInput`
 */
export function readScanRange(
  { ScanRange: range }: SelectObjectContentRequest,
  input: InputForm,
  size: number,
): ScanBounds | undefined {
  if (!range) return undefined
  if (!isSplittable(input)) throw unsupportedScanRange()
  const { Start: start, End: end } = range
  if (start === undefined && end === undefined) throw invalidScanRange()
  if ((start ?? 0) < 0 || (end ?? 0) < 0) throw invalidScanRange()
  // Only an end: that many bytes at the end of the object.
  if (start === undefined) return { start: Math.max(size - end!, 0), end: size }
  if (end !== undefined && end < start) throw invalidScanRange()
  return { start, end: Math.min(end === undefined ? size : end + 1, size) }
}

function isSplittable(input: InputForm): boolean {
  if (input.kind === 'parquet') return true
  if (input.compression !== 'NONE') return false
  return input.kind === 'csv' ? !input.csv.quotedRecordDelimiters : input.isLines
}
