import { lexerError, type Position } from '../errors.ts'
import { keywords } from './keywords.ts'

export type TokenKind =
  | 'keyword'
  | 'identifier'
  | 'quoted'
  | 'string'
  | 'number'
  | 'ion'
  | 'operator'
  | 'end'

export interface Token extends Position {
  readonly kind: TokenKind
  /** Keywords in lower case; strings, Ion literals and quoted names without their quotes. */
  readonly text: string
}

/** As AWS's parser names it in its sentences: `KEYWORD:from`. */
export const describe = ({ kind, text }: Token): string => {
  if (kind === 'end') return 'EOF'
  if (kind === 'string' || kind === 'number' || kind === 'ion') return `LITERAL:${text}`
  return kind === 'keyword'
    ? `KEYWORD:${text}`
    : `${kind === 'operator' ? 'OPERATOR' : 'IDENTIFIER'}:${text}`
}

const blank = /(?:\s|--[^\n]*|\/\*[^]*?\*\/)+/y
const word = /[\p{L}_$][\p{L}\p{N}_$]*/uy
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?/y
const operator = /\|\||<=|>=|<>|!=|[-+*/%=<>()[\],.;]/y
const enclosed: Record<string, { kind: TokenKind; pattern: RegExp }> = {
  "'": { kind: 'string', pattern: /'((?:[^']|'')*)'/y },
  '"': { kind: 'quoted', pattern: /"((?:[^"]|"")*)"/y },
  '`': { kind: 'ion', pattern: /`([^`]*)`/y },
}

/**
 * Splits an expression into tokens, the last of which is `end`.
 *
 * @throws AwsError `LexerInvalidChar`, `LexerInvalidLiteral`, `LexerInvalidOperator`
 */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  let lineStart = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(sql)
  }
  const advance = (text: string): void => {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      line += 1
      lineStart = at + i + 1
    }
    at += text.length
  }
  for (;;) {
    const skipped = match(blank)
    if (skipped) advance(skipped[0])
    const position = { line, column: at - lineStart + 1 }
    if (at >= sql.length) return [...tokens, { kind: 'end', text: '', ...position }]
    const [kind, text, whole] = read(match, sql[at]!, position)
    tokens.push({ kind, text, ...position })
    advance(whole)
  }
}

function read(
  match: (pattern: RegExp) => RegExpExecArray | null,
  first: string,
  position: Position,
): [kind: TokenKind, text: string, whole: string] {
  const quotes = enclosed[first]
  if (quotes) {
    const found = match(quotes.pattern)
    if (!found) throw lexerError('LexerInvalidLiteral', `${first} without an end`, position)
    return [quotes.kind, found[1]!.replaceAll(first + first, first), found[0]]
  }
  const found = match(word)
  if (found) {
    const lower = found[0].toLowerCase()
    return keywords.has(lower) ? ['keyword', lower, found[0]] : ['identifier', found[0], found[0]]
  }
  const digits = match(number)
  if (digits) return ['number', digits[0], digits[0]]
  const symbol = match(operator)
  if (symbol) return ['operator', symbol[0], symbol[0]]
  const code = '!|&^~'.includes(first) ? 'LexerInvalidOperator' : 'LexerInvalidChar'
  throw lexerError(code, first, position)
}
