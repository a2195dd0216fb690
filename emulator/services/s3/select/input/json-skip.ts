import { MalformedJson } from './json-value.ts'

const interesting = /["{}[\]]/g
const inString = /["\\]/g
const scalar = /[^\s,\]}"{[:]+/y

/** Deeper than documents are. */
const deepest = 500

/**
 * Finds the end of a value whose text comes in pieces, without keeping it: its brackets and strings are followed, its
 * grammar is not checked.
 */
export class ValueSkipper {
  #closers = ''
  #isStarted = false
  #inString = false
  /** The last piece ended with the backslash of an escape. */
  #isEscaped = false
  #inScalar = false

  /**
   * @param isLast nothing comes after this text
   * @returns where the value ends, or -1 when all of the text from `at` on belongs to it
   * @throws MalformedJson for brackets that don't match
   */
  skip(text: string, at: number, isLast: boolean): number {
    let from = at
    if (!this.#isStarted) {
      this.#isStarted = true
      const first = text[from]!
      if (first === '"') {
        this.#inString = true
        from += 1
      } else if (first !== '{' && first !== '[') this.#inScalar = true
    }
    if (this.#inScalar) {
      scalar.lastIndex = from
      const end = scalar.test(text) ? scalar.lastIndex : from
      return end < text.length || isLast ? end : -1
    }
    return this.#skipNested(text, from)
  }

  #skipNested(text: string, start: number): number {
    let from = start
    for (;;) {
      if (this.#inString) {
        const end = this.#stringEnd(text, from)
        if (end < 0) return -1
        this.#inString = false
        from = end
        if (this.#closers === '') return from
      }
      interesting.lastIndex = from
      const found = interesting.exec(text)
      if (!found) return -1
      from = interesting.lastIndex
      if (found[0] === '"') this.#inString = true
      else if (this.#bracket(found[0])) return from
    }
  }

  #stringEnd(text: string, start: number): number {
    inString.lastIndex = this.#isEscaped ? start + 1 : start
    this.#isEscaped = false
    for (let found = inString.exec(text); found; found = inString.exec(text)) {
      if (found[0] === '"') return inString.lastIndex
      if (inString.lastIndex === text.length) {
        this.#isEscaped = true
        return -1
      }
      inString.lastIndex += 1
    }
    return -1
  }

  /** @returns whether it closes the value */
  #bracket(bracket: string): boolean {
    if (bracket === '{' || bracket === '[') {
      this.#closers += bracket === '{' ? '}' : ']'
      if (this.#closers.length > deepest) throw new MalformedJson()
      return false
    }
    if (!this.#closers.endsWith(bracket)) throw new MalformedJson()
    this.#closers = this.#closers.slice(0, -1)
    return this.#closers === ''
  }
}
