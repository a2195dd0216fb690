import type { AwsError } from '../errors.ts'

/**
 * Decodes percent-encoding, once. A plus sign stays one: it means a space only in queries.
 *
 * @throws what `invalid` makes, when the encoding is not valid
 */
export function decodePercent(text: string, invalid: () => AwsError): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid()
  }
}

/** A query's parameters in order of their first appearance; a name sent several times has several values. */
export function parseQuery(query: string, invalid: () => AwsError): Map<string, string[]> {
  const parameters = new Map<string, string[]>()
  if (query === '') return parameters
  for (const pair of query.replaceAll('+', ' ').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decodePercent(equals < 0 ? pair : pair.slice(0, equals), invalid)
    const value = equals < 0 ? '' : decodePercent(pair.slice(equals + 1), invalid)
    const values = parameters.get(name)
    if (values) values.push(value)
    else parameters.set(name, [value])
  }
  return parameters
}
