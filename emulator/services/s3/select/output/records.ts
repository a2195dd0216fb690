import type { CSVOutput, JSONOutput } from '@aws-sdk/client-s3'
import { objectJson, textOf } from '../values/text.ts'
import type { Value } from '../values/value.ts'

/** A record as the result has it, with its delimiter. */
export type WriteRecord = (names: readonly string[], values: readonly Value[]) => string

/** What is MISSING is left out. */
export function jsonRecords({ RecordDelimiter = '\n' }: JSONOutput): WriteRecord {
  return (names, values) =>
    objectJson(names.map((name, index) => [name, values[index]] as const)) + RecordDelimiter
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CSVOutput.html */
export function csvRecords({
  QuoteFields = 'ASNEEDED',
  QuoteCharacter: quote = '"',
  QuoteEscapeCharacter: escape = '"',
  FieldDelimiter: fieldDelimiter = ',',
  RecordDelimiter: recordDelimiter = '\n',
}: CSVOutput): WriteRecord {
  const reasons = [fieldDelimiter, recordDelimiter, quote, '\n', '\r'].filter((one) => one !== '')
  const needsQuotes = (text: string) => reasons.some((reason) => text.includes(reason))
  const quoted = (text: string) =>
    quote + (text.includes(quote) ? text.replaceAll(quote, () => escape + quote) : text) + quote
  const field = (value: Value) => {
    const text = textOf(value)
    if (quote === '') return text
    return QuoteFields === 'ALWAYS' || needsQuotes(text) ? quoted(text) : text
  }
  return (_names, values) => values.map(field).join(fieldDelimiter) + recordDelimiter
}
