import type { ResolvedPart } from './template.ts'

export type TextTest = (text: string) => boolean

/** A stretch between two stars: its characters, and which of them stand for any (`?`). */
interface Piece {
  readonly text: string
  readonly any: readonly boolean[] | undefined
}

/**
 * Compiles wildcards (`*` any characters, `?` any one) into a test of a whole text. Each stretch between two stars
 * is looked for once, from left to right, and never again: time is at most pattern × text, whatever the pattern.
 */
export function compileGlob(parts: readonly ResolvedPart[]): TextTest {
  const pieces = piecesOf(parts)
  const [first] = pieces
  if (pieces.length === 1) {
    const { text: expected, any } = first!
    if (!any) return (text) => text === expected
    return (text) => text.length === expected.length && matchesAt(first!, text, 0)
  }
  const last = pieces.at(-1)!
  const middle = pieces.slice(1, -1).filter(({ text }) => text !== '')
  const shortest = pieces.reduce((length, { text }) => length + text.length, 0)
  if (shortest === 0) return () => true
  return (text) => {
    const lastAt = text.length - last.text.length
    if (text.length < shortest || !matchesAt(first!, text, 0) || !matchesAt(last, text, lastAt)) {
      return false
    }
    let at = first!.text.length
    for (const piece of middle) {
      const found = find(piece, text, at, lastAt)
      if (found === -1) return false
      at = found + piece.text.length
    }
    return at <= lastAt
  }
}

function piecesOf(parts: readonly ResolvedPart[]): Piece[] {
  const pieces: Piece[] = []
  let text = ''
  let any: boolean[] | undefined
  for (const part of parts) {
    if (typeof part === 'string') text += part
    else if (part.wildcard === '?') {
      any ??= []
      any[text.length] = true
      text += '?'
    } else {
      pieces.push({ text, any })
      text = ''
      any = undefined
    }
  }
  pieces.push({ text, any })
  return pieces
}

function matchesAt({ text: expected, any }: Piece, text: string, at: number): boolean {
  if (!any) return text.startsWith(expected, at)
  for (let index = 0; index < expected.length; index++) {
    if (!any[index] && expected[index] !== text[at + index]) return false
  }
  return true
}

/** The first place from `from` where the piece stands and ends at or before `end`; -1 for none. */
function find(piece: Piece, text: string, from: number, end: number): number {
  const last = end - piece.text.length
  if (!piece.any) {
    const found = text.indexOf(piece.text, from)
    return found > last ? -1 : found
  }
  for (let at = from; at <= last; at++) if (matchesAt(piece, text, at)) return at
  return -1
}
