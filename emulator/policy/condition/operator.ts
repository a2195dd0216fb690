import type { ContextKeys } from '../request-context.ts'

/** Does one value of the request match? */
export type ValueTest = (actual: string, context: ContextKeys) => boolean

/** What the document's version allows in condition values. */
export interface Grammar {
  readonly variables: boolean
}

/** A condition operator, named as IAM names it. */
export type Operator = ValueOperator | PresenceOperator

export interface ValueOperator {
  /** A negated operator is true where none of its values matches, so also where the key is missing. */
  readonly negated: boolean
  /**
   * Compiles one value of the policy. A negated operator compiles as its positive form: whoever combines the values
   * negates. Values that can't be understood never match.
   */
  compile(expected: string, grammar: Grammar): ValueTest
}

/** `Null` alone: asks whether the key is there, not what it says. */
export interface PresenceOperator {
  /** @returns whether the key has to be absent; undefined where the value is no boolean */
  expectsAbsent(expected: string): boolean | undefined
}

export const negated = (operator: ValueOperator): ValueOperator => ({ ...operator, negated: true })

export const never: ValueTest = () => false
