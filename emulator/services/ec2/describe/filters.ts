import type { Filter } from '@aws-sdk/client-ec2'
import { filterLimitExceeded, invalidFilter } from '../errors.ts'

// How EC2 reads filters: the values of one filter are alternatives, several filters must all hold, values are
// case-sensitive, `*` stands for any characters, `?` for one, and a backslash takes the meaning from the next.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html

/** One filter of a request, with its values told apart by whether they hold wildcards. */
export interface ParsedFilter {
  readonly name: string
  /** Values to be equal to, their escapes removed. */
  readonly exact: readonly string[]
  /** Values with wildcards, in the form of SQLite's GLOB. */
  readonly globs: readonly string[]
}

const mostValues = 200

/**
 * @param isKnown whether the resource has a filter of this name; `tag:KEY` is asked for as `tag:`
 * @throws InvalidParameterValue for a filter that the resource does not have
 */
export function parseFilters(
  filters: readonly Filter[] | undefined,
  isKnown: (name: string) => boolean,
): ParsedFilter[] {
  let count = 0
  return (filters ?? []).map(({ Name, Values = [] }) => {
    if (!Name) throw invalidFilter('null')
    if (!isKnown(Name.startsWith('tag:') ? 'tag:' : Name)) throw invalidFilter(Name)
    count += Values.length
    if (count > mostValues) throw filterLimitExceeded()
    return parseValues(Name, Values)
  })
}

/** Whether an attribute's value is one of those that a filter asks for. */
export function matches(filter: ParsedFilter, value: string): boolean {
  return filter.exact.includes(value) || filter.globs.some((glob) => globToRegExp(glob).test(value))
}

function parseValues(name: string, values: readonly string[]): ParsedFilter {
  const exact: string[] = []
  const globs: string[] = []
  for (const value of values) {
    const { text, glob } = parseValue(value)
    if (glob === undefined) exact.push(text)
    else globs.push(glob)
  }
  return { name, exact, globs }
}

/** `glob` is absent when the value holds no wildcard. */
export function parseValue(value: string): { text: string; glob: string | undefined } {
  let text = ''
  let glob = ''
  let wild = false
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!
    if (character === '*' || character === '?') {
      wild = true
      glob += character
      continue
    }
    const literal = character === '\\' && at + 1 < value.length ? value[++at]! : character
    text += literal
    glob += '*?['.includes(literal) ? `[${literal}]` : literal
  }
  return { text, glob: wild ? glob : undefined }
}

const regExps = new Map<string, RegExp>()

function globToRegExp(glob: string): RegExp {
  let found = regExps.get(glob)
  if (!found) {
    const source = glob.replaceAll(/\[(.)\]|\*|\?|[\\^$.|+(){}\]]/g, (part, literal?: string) => {
      if (part === '*') return '[^]*'
      if (part === '?') return '[^]'
      return literal === undefined ? `\\${part}` : `\\${literal}`
    })
    found = new RegExp(`^${source}$`)
    if (regExps.size > 1000) regExps.clear()
    regExps.set(glob, found)
  }
  return found
}
