import type { ContextKeys } from './request-context.ts'

/** A piece of a policy's text: literal, a wildcard, or a variable that the request fills. */
export type Part = ResolvedPart | Variable
/** What is left once variables are filled. */
export type ResolvedPart = string | Wildcard

export interface Wildcard {
  readonly wildcard: '*' | '?'
}

interface Variable {
  /** In lower case: key names are case-insensitive. */
  readonly key: string
  readonly default?: string
}

/** What the text around a template allows. */
export interface TemplateGrammar {
  /** Only documents of version 2012-10-17 have variables; in others `${…}` is plain text. */
  readonly variables: boolean
  readonly wildcards: boolean
}

/**
 * Reads a policy's text into its parts; `${*}`, `${?}` and `${$}` become literal characters. What only looks like
 * a variable (`${` without an end) is literal.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function parseTemplate(text: string, { variables, wildcards }: TemplateGrammar): Part[] {
  const parts: Part[] = []
  let literal = ''
  const push = (part: Part) => {
    if (literal !== '') parts.push(literal)
    literal = ''
    parts.push(part)
  }
  // Behind the last closing brace nothing can be a variable: keeps many `${` without an end linear.
  const lastBrace = variables ? text.lastIndexOf('}') : -1
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!
    if (wildcards && (char === '*' || char === '?')) push({ wildcard: char })
    else if (char === '$' && text[at + 1] === '{' && at < lastBrace) {
      const { part, end } = readVariable(text, at)
      if (typeof part === 'string') literal += part
      else push(part)
      at = end
    } else literal += char
  }
  if (literal !== '') parts.push(literal)
  return parts
}

const escapes: ReadonlySet<string> = new Set(['*', '?', '$'])

/** @returns the variable that starts at `start`, and the index of its last character */
function readVariable(text: string, start: number): { part: string | Variable; end: number } {
  const close = text.indexOf('}', start)
  const body = text.slice(start + 2, close)
  if (escapes.has(body)) return { part: body, end: close }
  const comma = body.indexOf(',')
  const quote = comma === -1 ? -1 : start + 2 + comma + 1 + leadingSpaces(body.slice(comma + 1))
  if (quote !== -1 && text[quote] === "'") {
    // The default may hold a brace: it ends at the quote that a closing brace follows.
    const endQuote = text.indexOf("'", quote + 1)
    const brace = endQuote === -1 ? -1 : endQuote + 1 + leadingSpaces(text.slice(endQuote + 1))
    if (brace !== -1 && text[brace] === '}') {
      const key = body.slice(0, comma).trim().toLowerCase()
      return { part: { key, default: text.slice(quote + 1, endQuote) }, end: brace }
    }
  }
  return { part: { key: body.trim().toLowerCase() }, end: close }
}

const leadingSpaces = (text: string) => text.length - text.trimStart().length

/** Whether there is nothing for the request to fill. */
const isResolved = (parts: readonly Part[]): parts is readonly ResolvedPart[] =>
  parts.every((part) => typeof part === 'string' || 'wildcard' in part)

/** Text in which only wildcards mean something. */
export const parsePattern = (text: string): ResolvedPart[] =>
  parseTemplate(text, { variables: false, wildcards: true }).filter(
    (part) => typeof part === 'string' || 'wildcard' in part,
  )

/** Parts as they would be written without variables: wildcards are plain characters. */
export const textOf = (parts: readonly ResolvedPart[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.wildcard)).join('')

/**
 * What a template compiles to once its variables are filled. The last filling is kept: requests of one caller fill
 * `${aws:username}` the same way each time.
 *
 * @returns a function that answers undefined where a variable has neither a value in the request nor a default
 */
export function filled<T>(
  parts: readonly Part[],
  compile: (parts: readonly ResolvedPart[]) => T,
): (context: ContextKeys) => T | undefined {
  if (isResolved(parts)) {
    const compiled = compile(parts)
    return () => compiled
  }
  const variables = parts.filter((part) => typeof part === 'object' && 'key' in part)
  const values = variables.map((): string | undefined => undefined)
  let last: T | undefined
  return (context) => {
    for (const [index, { key, default: otherwise }] of variables.entries()) {
      const value = context.variable(key) ?? otherwise
      if (value === undefined) return undefined
      if (value !== values[index]) last = undefined
      values[index] = value
    }
    last ??= compile(fill(parts, values))
    return last
  }
}

function fill(parts: readonly Part[], values: readonly (string | undefined)[]): ResolvedPart[] {
  let variable = 0
  return parts.map((part) =>
    typeof part === 'object' && 'key' in part ? (values[variable++] ?? '') : part,
  )
}
