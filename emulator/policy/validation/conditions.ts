import { operators } from '../condition/operators.ts'
import { isElement, listOf } from './problem.ts'

/** One key of a `Condition` block. */
export interface WrittenCondition {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string
  /** Without qualifier and `IfExists`. */
  readonly base: string
  readonly key: string
  readonly values: readonly (string | number | boolean)[]
}

/**
 * The conditions of a block, as its grammar has them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @returns the name of the first operator or key that is wrong instead
 */
export function readConditions(
  block: unknown,
): { conditions: WrittenCondition[] } | { wrong: string } {
  if (!isElement(block)) return { wrong: 'Condition' }
  const conditions: WrittenCondition[] = []
  for (const [operator, keys] of Object.entries(block)) {
    const base = baseOf(operator)
    if (!isElement(keys)) return { wrong: operator }
    // IAM takes an operator that it does not know as long as nothing is compared by it.
    if (base === undefined && Object.keys(keys).length > 0) return { wrong: operator }
    for (const [key, value] of Object.entries(keys)) {
      const values = listOf(value)
      if (!values.every(isScalar)) return { wrong: operator }
      conditions.push({ operator, base: base!, key, values })
    }
  }
  return { conditions }
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function baseOf(operator: string): string | undefined {
  const [, name, ifExists] =
    /^(?:ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  if (name === undefined || !Object.hasOwn(operators, name)) return undefined
  return name === 'Null' && ifExists ? undefined : name
}

const dateAndTime =
  /^[+-]?\d{1,9}(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/i

/** Whether IAM takes the value for a time: ISO 8601, more loosely than it compares, or seconds since the epoch. */
export function isDate(value: string | number | boolean): boolean {
  const text = String(value)
  if (/^\d{1,19}$/.test(text)) return BigInt(text) <= 0x7fff_ffff_ffff_ffffn
  const match = dateAndTime.exec(text)
  if (!match) return false
  const [month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)))
  return (
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59
  )
}
