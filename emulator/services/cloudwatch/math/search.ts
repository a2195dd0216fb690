import type { MetricName } from '../rows/metrics.ts'

/** A search for metrics, read. */
export interface Search {
  /** The namespace and the names of the dimensions that metrics must have, and no others; undefined for any. */
  readonly schema:
    | { readonly namespace: string; readonly dimensions: readonly string[] }
    | undefined
  matches(metric: MetricName): boolean
}

type Test = (metric: MetricName) => boolean

/**
 * `{AWS/RDS,DBInstanceIdentifier} MetricName="ReplicaLag" OR db-1`
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export function parseSearch(query: string): Search {
  const [, braces, rest] = /^\s*(?:\{([^}]*)\})?(.*)$/s.exec(query)!
  const parts = braces?.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map((part) => unquoted(part.trim()))
  const schema = parts && { namespace: parts[0]!, dimensions: parts.slice(1).toSorted() }
  const tokens = [
    ...rest!.matchAll(/\(|\)|(?:[\w/.:-]+|"[^"]*")\s*=\s*(?:"[^"]*"|[^\s()]+)|"[^"]*"|[^\s()]+/g),
  ].map(([token]) => token)
  let next = 0
  const or = (): Test => {
    const tests = [and()]
    while (/^or$/i.test(tokens[next] ?? '')) {
      next += 1
      tests.push(and())
    }
    return (metric) => tests.some((test) => test(metric))
  }
  const and = (): Test => {
    const tests: Test[] = []
    while (next < tokens.length && tokens[next] !== ')' && !/^or$/i.test(tokens[next]!)) {
      if (/^and$/i.test(tokens[next]!)) next += 1
      else tests.push(not())
    }
    return (metric) => tests.every((test) => test(metric))
  }
  const not = (): Test => {
    if (/^not$/i.test(tokens[next]!)) {
      next += 1
      const test = next < tokens.length ? not() : () => false
      return (metric) => !test(metric)
    }
    if (tokens[next] === '(') {
      next += 1
      const test = or()
      next += 1
      return test
    }
    const term = tokens[next]!
    next += 1
    return termTest(term)
  }
  const test = or()
  return {
    schema,
    matches: (metric) => (schema === undefined || fits(metric, schema)) && test(metric),
  }
}

const fits = ({ namespace, dimensions }: MetricName, schema: NonNullable<Search['schema']>) =>
  namespace === schema.namespace &&
  dimensions.length === schema.dimensions.length &&
  dimensions.every(([name], index) => name === schema.dimensions[index])

/** `MetricName="x"` compares one part, a word is looked for in all. */
function termTest(term: string): Test {
  const [, part, wanted] = /^("[^"]*"|[^=\s]+)\s*=\s*(.*)$/s.exec(term) ?? []
  if (part === undefined) {
    const word = unquoted(term).toLowerCase()
    const whole = term.startsWith('"')
    return (metric) => textsOf(metric).some((text) => contains(text, word, whole))
  }
  const word = unquoted(wanted!).toLowerCase()
  const whole = wanted!.startsWith('"')
  const name = unquoted(part)
  return (metric) => {
    const text =
      name === 'MetricName'
        ? metric.name
        : name === 'Namespace'
          ? metric.namespace
          : metric.dimensions.find(([dimension]) => dimension === name)?.[1]
    return text !== undefined && contains(text, word, whole)
  }
}

const textsOf = ({ namespace, name, dimensions }: MetricName) => [
  namespace,
  name,
  ...dimensions.flat(),
]

/** In quotes the whole text is meant, without them a part of it. */
const contains = (text: string, word: string, whole: boolean) =>
  whole ? text.toLowerCase() === word : text.toLowerCase().includes(word)

const unquoted = (text: string) => text.replace(/^"(.*)"$/s, '$1')
