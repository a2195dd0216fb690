import { NumberText, type Value } from '../values/value.ts'

/** Deeper than documents are, and far from where the stack ends. */
const deepest = 500

/** Text that is no JSON; the reader says where. */
export class MalformedJson extends Error {}

const blanks = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
// oxlint-disable-next-line no-control-regex -- what a string of JSON must not have as it is
const notPlain = /[\\\u0000-\u001f]/
const literals: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/**
 * Reads JSON text that is one value. Unlike `JSON.parse` it keeps the order of members whatever their names, and numbers as
 * they are written.
 *
 * @throws MalformedJson
 */
export function parseJsonValue(text: string): Value {
  let at = 0
  let depth = 0
  const skipBlanks = () => {
    blanks.lastIndex = at
    blanks.exec(text)
    at = blanks.lastIndex
  }
  const accept = (character: string): boolean => {
    skipBlanks()
    if (text[at] !== character) return false
    at += 1
    return true
  }
  const expect = (character: string): void => {
    if (!accept(character)) throw new MalformedJson()
  }
  function value(): Value {
    skipBlanks()
    const first = text[at]
    if (first === '"') return string()
    if (first === '{' || first === '[') {
      depth += 1
      if (depth > deepest) throw new MalformedJson()
      at += 1
      const result = first === '{' ? object() : list()
      depth -= 1
      return result
    }
    for (const [word, literal] of literals) {
      if (text.startsWith(word, at)) {
        at += word.length
        return literal
      }
    }
    number.lastIndex = at
    const found = number.exec(text)
    if (!found) throw new MalformedJson()
    at = number.lastIndex
    return new NumberText(found[0])
  }
  function string(): string {
    const end = stringEnd(text, at)
    if (end < 0) throw new MalformedJson()
    const inner = text.slice(at + 1, end - 1)
    const whole = notPlain.test(inner) ? unescaped(text.slice(at, end)) : inner
    at = end
    return whole
  }
  function object(): Value {
    const members = new Map<string, Value>()
    if (accept('}')) return members
    do {
      skipBlanks()
      if (text[at] !== '"') throw new MalformedJson()
      const name = string()
      expect(':')
      members.set(name, value())
    } while (accept(','))
    expect('}')
    return members
  }
  function list(): Value {
    const items: Value[] = []
    if (accept(']')) return items
    do items.push(value())
    while (accept(','))
    expect(']')
    return items
  }
  const result = value()
  skipBlanks()
  if (at < text.length) throw new MalformedJson()
  return result
}

/** A string with its quotes and escapes. @throws MalformedJson */
export function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    throw new MalformedJson()
  }
}

/** Where a string that starts at a quote ends, after its closing quote; negative when it is not there. */
export function stringEnd(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return end + 1
  }
  return -1
}
