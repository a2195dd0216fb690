import type { Decimal } from './decimal.ts'
import type { Timestamp } from './timestamp.ts'

/** A number of a JSON document as it is written there, so that it comes out as it went in. */
export class NumberText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/**
 * What an expression can be. `undefined` is MISSING, bigint an INT, number a FLOAT; a Map is a JSON object in the order of
 * its document.
 */
export type Value =
  | undefined
  | null
  | boolean
  | string
  | bigint
  | number
  | Decimal
  | NumberText
  | Timestamp
  | readonly Value[]
  | ReadonlyMap<string, Value>

export const isAbsent = (value: Value): value is null | undefined =>
  value === null || value === undefined

export const isStruct = (value: Value): value is ReadonlyMap<string, Value> => value instanceof Map

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value)
