import { jsonParsingError, overMaxRecordSize } from '../errors.ts'
import type { Binding } from '../evaluate/binding.ts'
import { memberOf } from '../evaluate/paths.ts'
import { longestRecord } from '../evaluate/plan.ts'
import type { Name, Step } from '../sql/syntax.ts'
import { evaluated } from '../values/numbers.ts'
import { isStruct, type Value } from '../values/value.ts'
import { ValueSkipper } from './json-skip.ts'
import { MalformedJson, parseJsonValue, stringEnd, unescaped } from './json-value.ts'
import type { RowReader } from './reader.ts'
import { Utf8Text } from './text.ts'

/** Rows of JSON are whatever the FROM path leads to; `_1` is the row itself unless it has such a member. */
export const jsonBinding: Binding<Value> = {
  member(name: Name) {
    const member = memberOf(name)
    if (name.text !== '_1') return member
    return (row) => member(row) ?? evaluated(row)
  },
  whole: (row) => evaluated(row),
  names: (row) => (isStruct(row) ? [...row.keys()] : row === undefined ? [] : ['_1']),
  values: (row) => (isStruct(row) ? [...row.values()] : row === undefined ? [] : [row]),
}

/** A container that is being gone through, on the way to the rows. */
interface Frame {
  readonly closer: '}' | ']'
  /** What its values are looked at with. */
  readonly step: Step
  /** The place of `step` in the path. */
  readonly depth: number
  index: number
  isFound: boolean
  /** A comma came: something has to follow. */
  afterComma: boolean
  isEmpty: boolean
}

const notBlank = /[^ \t\n\r]/g
/** Whether it could be a value: what it is exactly is seen when it is read. */
const valueStart = /["{[\-\dtfn]/

/**
 * Goes through concatenated JSON values (documents, or lines) to what the FROM path leads to. Only the rows themselves are ever
 * held in memory. Where the path leads nowhere, the row is MISSING, as on AWS.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html#s3-select-sql-reference-from
 */
export class JsonReader implements RowReader<Value> {
  readonly #path: readonly Step[]
  readonly #utf8 = new Utf8Text()
  readonly #frames: Frame[] = []
  #text = ''
  #at = 0
  /** How far the unfinished value at `#at` was looked through already. */
  #skipper: ValueSkipper | undefined
  #row: { readonly skipper: ValueSkipper; seen: number } | undefined
  /** What is done with the value that comes next; undefined between values. */
  #pending: number | 'skip' | undefined

  /** @param path the steps after `S3Object[*]` */
  constructor(path: readonly Step[]) {
    this.#path = path
  }

  *push(chunk: Uint8Array): Iterable<Value> {
    this.#text = this.#text.slice(this.#at) + this.#utf8.push(chunk)
    this.#at = 0
    yield* this.#rows(false)
  }

  *end(): Iterable<Value> {
    this.#text = this.#text.slice(this.#at) + this.#utf8.end()
    this.#at = 0
    yield* this.#rows(true)
    const isUnfinished = this.#frames.length > 0 || this.#skipper !== undefined
    if (isUnfinished || this.#nextCharacter() !== undefined) throw this.#malformed()
  }

  #malformed() {
    return jsonParsingError(this.#utf8.bytes)
  }

  *#rows(isLast: boolean): Iterable<Value> {
    try {
      for (;;) {
        const found = this.#step(isLast)
        if (found === 'more') return
        if (found) yield found.row
      }
    } catch (error) {
      throw error instanceof MalformedJson ? this.#malformed() : error
    }
  }

  /** The next character that is no blank. */
  #nextCharacter(): string | undefined {
    notBlank.lastIndex = this.#at
    const found = notBlank.exec(this.#text)
    this.#at = found ? found.index : this.#text.length
    return found?.[0]
  }

  /** Goes on by one token or value. `more` when the text does not have it whole. */
  #step(isLast: boolean): { row: Value } | 'more' | undefined {
    if (this.#skipper) return this.#skip(this.#skipper, isLast)
    if (this.#row) return this.#collect(isLast)
    const character = this.#nextCharacter()
    if (character === undefined) return 'more'
    const frame = this.#frames.at(-1)
    if (this.#pending !== undefined) return this.#value(this.#pending, character)
    if (!frame) {
      this.#pending = 0
      return undefined
    }
    return this.#inFrame(frame, character)
  }

  #value(pending: number | 'skip', character: string): { row: Value } | undefined {
    if (!valueStart.test(character)) throw new MalformedJson()
    this.#pending = undefined
    if (pending === 'skip') {
      this.#skipper = new ValueSkipper()
      return undefined
    }
    const step = this.#path[pending]
    if (!step) {
      this.#row = { skipper: new ValueSkipper(), seen: 0 }
      return undefined
    }
    const opener = step.kind === 'member' || step.kind === 'members' ? '{' : '['
    if (character !== opener) {
      this.#skipper = new ValueSkipper()
      return { row: undefined }
    }
    this.#at += 1
    this.#frames.push({
      closer: opener === '{' ? '}' : ']',
      step,
      depth: pending,
      index: 0,
      isFound: step.kind === 'elements' || step.kind === 'members',
      afterComma: false,
      isEmpty: true,
    })
    return undefined
  }

  #skip(skipper: ValueSkipper, isLast: boolean): 'more' | undefined {
    const end = skipper.skip(this.#text, this.#at, isLast)
    if (end < 0) {
      this.#at = this.#text.length
      return 'more'
    }
    this.#at = end
    this.#skipper = undefined
    return undefined
  }

  /** A row's value: looked through piece by piece until it is there whole, then read. */
  #collect(isLast: boolean): { row: Value } | 'more' {
    const row = this.#row!
    const from = this.#at + row.seen
    const end = from < this.#text.length || isLast ? row.skipper.skip(this.#text, from, isLast) : -1
    if ((end < 0 ? this.#text.length : end) - this.#at > longestRecord) throw overMaxRecordSize()
    if (end < 0) {
      row.seen = this.#text.length - this.#at
      return 'more'
    }
    const value = parseJsonValue(this.#text.slice(this.#at, end))
    this.#at = end
    this.#row = undefined
    return { row: value }
  }

  #inFrame(frame: Frame, character: string): { row: Value } | 'more' | undefined {
    if (character === frame.closer && !frame.afterComma) {
      this.#at += 1
      this.#frames.pop()
      return frame.isFound ? undefined : { row: undefined }
    }
    if (!frame.isEmpty && !frame.afterComma) {
      if (character !== ',') throw new MalformedJson()
      this.#at += 1
      frame.afterComma = true
      return undefined
    }
    return frame.closer === '}' ? this.#member(frame, character) : this.#element(frame)
  }

  #element(frame: Frame): undefined {
    const { step } = frame
    const isWanted =
      step.kind === 'elements' || (step.kind === 'index' && step.index === frame.index)
    this.#begin(frame, isWanted)
    frame.index += 1
  }

  #member(frame: Frame, character: string): 'more' | undefined {
    if (character !== '"') throw new MalformedJson()
    const end = stringEnd(this.#text, this.#at)
    notBlank.lastIndex = end
    const colon = end < 0 ? null : notBlank.exec(this.#text)
    if (end < 0 || !colon) {
      if (this.#text.length - this.#at > longestRecord) throw overMaxRecordSize()
      return 'more'
    }
    if (colon[0] !== ':') throw new MalformedJson()
    const name = unescaped(this.#text.slice(this.#at, end))
    this.#at = colon.index + 1
    const { step } = frame
    const isWanted =
      step.kind === 'members' ||
      (step.kind === 'member' && !frame.isFound && isNamed(step.name, name))
    this.#begin(frame, isWanted)
    return undefined
  }

  #begin(frame: Frame, isWanted: boolean): void {
    frame.isEmpty = false
    frame.afterComma = false
    if (isWanted) frame.isFound = true
    this.#pending = isWanted ? frame.depth + 1 : 'skip'
  }
}

const isNamed = ({ text, quoted }: Name, name: string) =>
  quoted ? name === text : name.toLowerCase() === text.toLowerCase()
