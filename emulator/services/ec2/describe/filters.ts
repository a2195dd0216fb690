import type { Filter } from '@aws-sdk/client-ec2'
import { compileGlob, type TextTest } from '../../../policy/glob.ts'
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
  return filter.exact.includes(value) || filter.globs.some((glob) => globTest(glob)(value))
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

/** A filter's value for one text and no other: what a request gives as an id may hold wildcards. */
export const exactly = (text: string): string => text.replaceAll(/[\\*?]/g, String.raw`\$&`)

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

const tests = new Map<string, TextTest>()

/** A regular expression would go back and forth between the stars: for minutes, with four of them. */
function globTest(glob: string): TextTest {
  let found = tests.get(glob)
  if (!found) {
    const parts = glob.match(/\[.\]|[^]/gu) ?? []
    found = compileGlob(
      parts.map((part) =>
        part === '*' || part === '?' ? { wildcard: part } : part.length > 2 ? part[1]! : part,
      ),
    )
    if (tests.size > 1000) tests.clear()
    tests.set(glob, found)
  }
  return found
}
