import { cannotEvaluate, integerOverflow } from '../errors.ts'
import type { ArithmeticOperator } from '../sql/syntax.ts'
import {
  add,
  compareDecimals,
  Decimal,
  divide,
  fromInteger,
  multiply,
  negated,
  parseDecimal,
  remainder,
} from './decimal.ts'
import { NumberText, type Value } from './value.ts'

export type Numeric = bigint | number | Decimal

export const isNumeric = (value: Value): value is Numeric =>
  typeof value === 'bigint' || typeof value === 'number' || value instanceof Decimal

const least = -(2n ** 63n)
const most = 2n ** 63n - 1n

/** @throws AwsError `IntegerOverflow` for what 8 bytes don't hold */
export function integer(value: bigint): bigint {
  if (value < least || value > most) throw integerOverflow()
  return value
}

/** A number as SQL and JSON write it: INT where it is one, else DECIMAL, and FLOAT where that has too few digits. */
export function numberFrom(text: string): Numeric {
  if (/^-?\d{1,18}$/.test(text)) return BigInt(text)
  const decimal = parseDecimal(text)
  if (!decimal) return finite(Number(text))
  const isInteger = decimal.scale === 0 && decimal.units >= least && decimal.units <= most
  return isInteger ? decimal.units : decimal
}

/** @throws AwsError for what is beyond any FLOAT */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw cannotEvaluate()
  return value
}

/** What evaluation works with: numbers of a document are read when they are needed. */
export const evaluated = (value: Value): Value =>
  value instanceof NumberText ? numberFrom(value.text) : value

const decimalOf = (value: bigint | Decimal): Decimal =>
  typeof value === 'bigint' ? fromInteger(value) : value

export function compareNumbers(a: Numeric, b: Numeric): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'number' || typeof b === 'number') {
    const [left, right] = [toFloat(a), toFloat(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }
  return compareDecimals(decimalOf(a), decimalOf(b))
}

export const toFloat = (value: Numeric): number =>
  typeof value === 'number' ? value : Number(value.toString())

export const negate = (value: Numeric): Numeric =>
  typeof value === 'number' ? -value : typeof value === 'bigint' ? integer(-value) : negated(value)

type Arithmetic = Exclude<ArithmeticOperator, '||'>

const onFloats: Record<Arithmetic, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

const onIntegers: Record<Arithmetic, (a: bigint, b: bigint) => bigint> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / nonZero(b),
  '%': (a, b) => a % nonZero(b),
}

const onDecimals: Record<Arithmetic, (a: Decimal, b: Decimal) => Decimal> = {
  '+': add,
  '-': (a, b) => add(a, negated(b)),
  '*': multiply,
  '/': divide,
  '%': remainder,
}

function nonZero(value: bigint): bigint {
  if (value === 0n) throw cannotEvaluate()
  return value
}

/**
 * Two INTs make an INT, a FLOAT makes FLOATs, everything else DECIMALs.
 *
 * @throws AwsError `IntegerOverflow`, `ExternalEvalException` for a division by zero
 */
export function calculate(operator: Arithmetic, a: Numeric, b: Numeric): Numeric {
  if (typeof a === 'bigint' && typeof b === 'bigint') return integer(onIntegers[operator](a, b))
  if (typeof a === 'number' || typeof b === 'number') {
    return finite(onFloats[operator](toFloat(a), toFloat(b)))
  }
  return onDecimals[operator](decimalOf(a), decimalOf(b))
}

/** An average is no INT: 3 / 2 is 1.5. */
export const quotient = (sum: Numeric, count: number): Numeric =>
  typeof sum === 'number' ? sum / count : divide(decimalOf(sum), fromInteger(BigInt(count)))
