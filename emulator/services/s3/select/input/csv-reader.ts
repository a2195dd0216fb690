import { csvParsingError, csvUnescapedQuote, overMaxRecordSize } from '../errors.ts'
import { longestRecord } from '../evaluate/plan.ts'
import type { CsvColumns, CsvRow } from './csv-columns.ts'
import type { RowReader } from './reader.ts'
import { Utf8Text } from './text.ts'

export interface CsvForm {
  readonly header: 'NONE' | 'USE' | 'IGNORE'
  readonly recordDelimiter: string
  readonly fieldDelimiter: string
  /** Empty for none, as the escape and the comment character. */
  readonly quote: string
  readonly escape: string
  readonly comment: string
  readonly quotedRecordDelimiters: boolean
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVInput.html */
export class CsvReader implements RowReader<CsvRow> {
  readonly #form: CsvForm
  readonly #columns: CsvColumns
  readonly #utf8 = new Utf8Text()
  #text = ''
  #needsHeader: boolean

  constructor(form: CsvForm, columns: CsvColumns) {
    this.#form = form
    this.#columns = columns
    this.#needsHeader = form.header !== 'NONE'
  }

  *push(chunk: Uint8Array): Iterable<CsvRow> {
    this.#text += this.#utf8.push(chunk)
    yield* this.#rows(false)
  }

  *end(): Iterable<CsvRow> {
    this.#text += this.#utf8.end()
    yield* this.#rows(true)
  }

  *#rows(isLast: boolean): Iterable<CsvRow> {
    const { fieldDelimiter, quote } = this.#form
    const text = this.#text
    let at = 0
    let quoteAt = quote === '' ? Infinity : -1
    while (at < text.length) {
      const end = this.#lineEnd(at, isLast)
      if (end < 0) break
      if (quoteAt < at) quoteAt = indexFrom(text, quote, at)
      if (this.#isSkipped(at, end)) {
        at = end + this.#form.recordDelimiter.length
        continue
      }
      let row: CsvRow
      if (quoteAt < end) {
        const record = this.#quotedRecord(at, end, isLast)
        if (!record) break
        row = record.fields
        at = record.next
      } else {
        row = this.#line(at, end).split(fieldDelimiter)
        at = end + this.#form.recordDelimiter.length
      }
      if (this.#needsHeader) this.#readHeader(row)
      else yield row
    }
    this.#text = text.slice(at)
    if (this.#text.length > longestRecord) throw overMaxRecordSize()
  }

  #readHeader(row: CsvRow): void {
    this.#needsHeader = false
    if (this.#form.header === 'USE') this.#columns.setHeader(row)
  }

  /** Where the line ends; negative where that is not known yet. */
  #lineEnd(at: number, isLast: boolean): number {
    const end = this.#text.indexOf(this.#form.recordDelimiter, at)
    if (end - at > longestRecord) throw overMaxRecordSize()
    return end < 0 && isLast ? this.#text.length : end
  }

  /** Files from Windows end their lines with `\r\n` where the delimiter is said to be `\n`. */
  #line(at: number, end: number): string {
    const isWindows = this.#form.recordDelimiter === '\n' && this.#text[end - 1] === '\r'
    return this.#text.slice(at, isWindows && end > at ? end - 1 : end)
  }

  #isSkipped(at: number, end: number): boolean {
    const { comment } = this.#form
    if (comment !== '' && this.#text.startsWith(comment, at)) return true
    return end - at < 2 && this.#line(at, end) === ''
  }

  #quotedRecord(
    at: number,
    lineEnd: number,
    isLast: boolean,
  ): { fields: CsvRow; next: number } | undefined {
    const { recordDelimiter, quotedRecordDelimiters } = this.#form
    if (!quotedRecordDelimiters) {
      const { fields } = this.#fields(this.#line(at, lineEnd), 0)
      return { fields, next: lineEnd + recordDelimiter.length }
    }
    const { fields, end, isOpen } = this.#fields(this.#text, at, recordDelimiter)
    if (isOpen && isLast) throw csvParsingError()
    if (isOpen || (end >= this.#text.length && !isLast)) return undefined
    if (end - at > longestRecord) throw overMaxRecordSize()
    return { fields, next: end + recordDelimiter.length }
  }

  /** The fields from `at` to the end of the text, or to a delimiter that is not in quotes. */
  #fields(
    text: string,
    at: number,
    delimiter?: string,
  ): { fields: string[]; end: number; isOpen: boolean } {
    const { fieldDelimiter, quote } = this.#form
    const fields: string[] = []
    let recordEnd = nextDelimiter(text, delimiter, at)
    for (let start = at; ;) {
      if (text.startsWith(quote, start)) {
        const field = this.#quotedField(text, start + quote.length)
        if (!field) {
          fields.push(text.slice(start + quote.length))
          return { fields, end: text.length, isOpen: true }
        }
        fields.push(field.value)
        if (recordEnd < field.end) recordEnd = nextDelimiter(text, delimiter, field.end)
        start = field.end
        if (text.startsWith(fieldDelimiter, start) && start < recordEnd) {
          start += fieldDelimiter.length
          continue
        }
        const rest = text.slice(start, recordEnd)
        // A delimiter of two characters may have come by half.
        const isCut = recordEnd === text.length && delimiter?.startsWith(rest)
        if (rest !== '' && rest !== '\r' && !isCut) throw csvUnescapedQuote()
        return { fields, end: recordEnd, isOpen: false }
      }
      const fieldEnd = start + indexFrom(text.slice(start, recordEnd), fieldDelimiter, 0)
      if (fieldEnd >= recordEnd) {
        const isWindows = delimiter === '\n' && text[recordEnd - 1] === '\r' && recordEnd > start
        fields.push(text.slice(start, isWindows ? recordEnd - 1 : recordEnd))
        return { fields, end: recordEnd, isOpen: false }
      }
      fields.push(text.slice(start, fieldEnd))
      start = fieldEnd + fieldDelimiter.length
    }
  }

  /** @param at after the opening quote. @returns undefined when it is not closed */
  #quotedField(text: string, at: number): { value: string; end: number } | undefined {
    const { quote, escape } = this.#form
    let value = ''
    for (let from = at; ;) {
      const close = indexFrom(text, quote, from)
      const escaped = escape === '' || escape === quote ? Infinity : indexFrom(text, escape, from)
      if (escaped < close) {
        const next = text[escaped + escape.length]
        const isEscape = next === quote || next === escape
        value += text.slice(from, escaped) + (isEscape ? next : escape)
        from = escaped + escape.length + (isEscape ? next.length : 0)
        continue
      }
      if (close === Infinity) return undefined
      value += text.slice(from, close)
      const after = close + quote.length
      if (escape !== quote || !text.startsWith(quote, after)) return { value, end: after }
      value += quote
      from = after + quote.length
    }
  }
}

const indexFrom = (text: string, wanted: string, at: number): number => {
  const index = text.indexOf(wanted, at)
  return index < 0 ? Infinity : index
}

/** Where the record's delimiter is; the end of the text where there is none. */
function nextDelimiter(text: string, delimiter: string | undefined, at: number): number {
  const index = delimiter === undefined ? -1 : text.indexOf(delimiter, at)
  return index < 0 ? text.length : index
}
