import { expected, unsupported, type Position } from '../errors.ts'
import { describe, tokensOf, type Token, type TokenKind } from './tokens.ts'

/** Deeper than anybody writes, and far from where the stack ends. */
const deepest = 100

/** Goes through an expression's tokens. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(sql: string) {
    this.#tokens = tokensOf(sql)
  }

  get token(): Token {
    return this.#tokens[this.#at]!
  }

  /** What comes after the token. */
  get next(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!
  }

  take(): Token {
    const { token } = this
    if (token.kind !== 'end') this.#at += 1
    return token
  }

  is(kind: TokenKind, text?: string): boolean {
    const { token } = this
    return token.kind === kind && (text === undefined || token.text === text)
  }

  /** Takes a token if it is this one. */
  accept(kind: TokenKind, text?: string): boolean {
    const found = this.is(kind, text)
    if (found) this.#at += 1
    return found
  }

  /** @throws AwsError with the code, unless the token is this one */
  expect(code: string, kind: TokenKind, text: string): void {
    if (!this.accept(kind, text)) throw this.refusal(code, text)
  }

  refusal(code: string, wanted: string) {
    return expected(code, wanted, describe(this.token), this.token)
  }

  /** Whatever nests goes through here, so that no expression is deeper than the stack. */
  nested<Result>(parse: () => Result): Result {
    const position: Position = this.token
    this.#depth += 1
    if (this.#depth > deepest) {
      throw unsupported('ParseUnsupportedSyntax', 'The expression nests too deeply', position)
    }
    const result = parse()
    this.#depth -= 1
    return result
  }
}
