import { NumberText, type Value } from '../values/value.ts'

/** Deeper than documents are, and far from where the stack ends. */
const deepest = 500

/** Text that is no JSON; the reader says where. */
export class MalformedJson extends Error {}

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
export const parseJsonValue = (text: string): Value => new JsonText(text).read()

class JsonText {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Value {
    const value = this.#value()
    this.#skipBlanks()
    if (this.#at < this.#text.length) throw new MalformedJson()
    return value
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at += 1
    }
  }

  #accept(character: string): boolean {
    this.#skipBlanks()
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw new MalformedJson()
  }

  #value(): Value {
    this.#skipBlanks()
    const first = this.#text[this.#at]
    if (first === '"') return this.#string()
    if (first === '{' || first === '[') {
      this.#depth += 1
      if (this.#depth > deepest) throw new MalformedJson()
      this.#at += 1
      const result = first === '{' ? this.#object() : this.#list()
      this.#depth -= 1
      return result
    }
    return first === 't' || first === 'f' || first === 'n' ? this.#literal() : this.#number()
  }

  #literal(): boolean | null {
    for (const [word, literal] of literals) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return literal
      }
    }
    throw new MalformedJson()
  }

  #number(): NumberText {
    number.lastIndex = this.#at
    if (!number.test(this.#text)) throw new MalformedJson()
    const text = this.#text.slice(this.#at, number.lastIndex)
    this.#at = number.lastIndex
    return new NumberText(text)
  }

  #string(): string {
    const start = this.#at
    const end = stringEnd(this.#text, start)
    if (end < 0) throw new MalformedJson()
    this.#at = end
    const inner = this.#text.slice(start + 1, end - 1)
    return notPlain.test(inner) ? unescaped(this.#text.slice(start, end)) : inner
  }

  #object(): Value {
    const members = new Map<string, Value>()
    if (this.#accept('}')) return members
    do {
      this.#skipBlanks()
      if (this.#text[this.#at] !== '"') throw new MalformedJson()
      const name = this.#string()
      this.#expect(':')
      members.set(name, this.#value())
    } while (this.#accept(','))
    this.#expect('}')
    return members
  }

  #list(): Value {
    const items: Value[] = []
    if (this.#accept(']')) return items
    do items.push(this.#value())
    while (this.#accept(','))
    this.#expect(']')
    return items
  }
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
