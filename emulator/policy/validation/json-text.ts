/** A stretch of a text: the index of its first character, and of the one behind its last. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What the text of a policy says besides what `JSON.parse` makes of it. */
export interface DocumentText {
  readonly value: unknown
  /** A key that one object has twice: `JSON.parse` would keep the last and say nothing. */
  readonly duplicate: string | undefined
  /** Where the parser stands before it reads each statement, and behind it: as IAM's simulator counts. */
  readonly statements: readonly Span[]
}

interface Container {
  readonly kind: '{' | '['
  readonly keys: Set<string>
  /** The last key; the value is next once the colon has come. */
  key: string | undefined
  expectsKey: boolean
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g

/** @returns undefined for what is no JSON */
export function readDocumentText(text: string): DocumentText | undefined {
  const value = parse(text)
  if (value === undefined) return undefined
  const open: Container[] = []
  const statements: Span[] = []
  let duplicate: string | undefined
  let start: number | undefined
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const end = index + token.length
    const container = open.at(-1)
    if (token === '{' || token === '[') {
      open.push({ kind: token, keys: new Set(), key: undefined, expectsKey: token === '{' })
      // A list's first statement starts behind its bracket, a lone one behind its own brace.
      if (isStatements(open)) start = end
    } else if (token === '}' || token === ']') {
      if (token === '}' && start !== undefined && isStatement(open)) {
        statements.push({ start, end })
        start = end
      }
      open.pop()
    } else if (token === ',') {
      if (container) container.expectsKey = container.kind === '{'
    } else if (container?.expectsKey && token.startsWith('"')) {
      const key = JSON.parse(token) as string
      if (container.keys.has(key)) duplicate ??= key
      container.keys.add(key)
      container.key = key
      container.expectsKey = false
    }
  }
  return { value, duplicate, statements }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether what was opened last is the document's list of statements, or its only one. */
const isStatements = (open: readonly Container[]) =>
  open.length === 2 && open[0]!.key === 'Statement'

const isStatement = (open: readonly Container[]) =>
  open[0]?.key === 'Statement' && open.length === (open[1]?.kind === '[' ? 3 : 2)

/** Lines and columns count from 1. */
export function positionAt(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index)
  const line = before.split('\n').length
  return { line, column: index - before.lastIndexOf('\n') }
}
