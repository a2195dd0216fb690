import { invalidLike } from '../errors.ts'
import { isAbsent, type Value } from '../values/value.ts'

type Evaluate<Row> = (row: Row) => Value

/** Compiles LIKE. A pattern is nearly always the same for every row, and then compiled once. */
export function likeTest<Row>(
  value: Evaluate<Row>,
  pattern: Evaluate<Row>,
  escape: Evaluate<Row> | undefined,
): Evaluate<Row> {
  let known: { pattern: string; escape: string | undefined; test: (text: string) => boolean }
  return (row) => {
    const [text, wanted, escaping] = [value(row), pattern(row), escape?.(row)]
    if (isAbsent(text) || isAbsent(wanted) || (escape && isAbsent(escaping))) return null
    if (typeof text !== 'string' || typeof wanted !== 'string') throw invalidLike()
    if (escaping !== undefined && typeof escaping !== 'string') throw invalidLike()
    if (known?.pattern !== wanted || known.escape !== (escaping ?? undefined)) {
      const test = likePattern(wanted, escaping ?? undefined)
      known = { pattern: wanted, escape: escaping ?? undefined, test }
    }
    return known.test(text)
  }
}

/**
 * Compiles a pattern of LIKE: `%` is any text, `_` one character, `escape` makes the next one itself.
 *
 * @throws AwsError `LikeInvalidInputs` for an escape that is no single character or escapes nothing
 */
export function likePattern(
  pattern: string,
  escape: string | undefined,
): (text: string) => boolean {
  if (escape !== undefined && Array.from(escape).length !== 1) throw invalidLike()
  const parts: Part[] = []
  const characters = Array.from(pattern)
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i]!
    if (character === escape) {
      i += 1
      const next = characters[i]
      if (next !== '%' && next !== '_' && next !== escape) throw invalidLike()
      parts.push(next)
    } else if (character === '%') {
      if (parts.at(-1) !== any) parts.push(any)
    } else parts.push(character === '_' ? one : character)
  }
  return (text) => matches(parts, Array.from(text))
}

const any = Symbol('any text')
const one = Symbol('one character')
type Part = string | typeof any | typeof one

/** More than this for one text would keep everybody else waiting: a fraction of a second. */
const mostSteps = 50_000_000

/**
 * Goes back to the last `%` only, so that no pattern takes longer than its length times the text's.
 *
 * @throws AwsError `LikeInvalidInputs` for what takes too long all the same
 */
function matches(parts: readonly Part[], text: readonly string[]): boolean {
  let steps = 0
  let [at, part] = [0, 0]
  let [retryAt, retryPart] = [-1, -1]
  while (at < text.length) {
    steps += 1
    if (steps > mostSteps) throw invalidLike()
    const wanted = parts[part]
    if (wanted === any) {
      part += 1
      ;[retryAt, retryPart] = [at, part]
    } else if (wanted === one || (wanted !== undefined && wanted === text[at])) {
      at += 1
      part += 1
    } else if (retryPart >= 0) {
      retryAt += 1
      ;[at, part] = [retryAt, retryPart]
    } else return false
  }
  while (parts[part] === any) part += 1
  return part === parts.length
}
