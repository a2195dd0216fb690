import { ambiguousFieldName } from '../errors.ts'
import type { Name, Step } from '../sql/syntax.ts'
import { evaluated } from '../values/numbers.ts'
import { isList, isStruct, type Value } from '../values/value.ts'

/**
 * Compiles the access to an attribute of a structure. Without quotes a name matches in any case.
 *
 * @throws AwsError (the compiled function) `AmbiguousFieldName` when it matches several
 */
export function memberOf({ text, quoted }: Name): (value: Value) => Value {
  if (quoted) return (value) => (isStruct(value) ? value.get(text) : undefined)
  const lower = text.toLowerCase()
  return (value) => {
    if (!isStruct(value)) return undefined
    let found: Value
    let count = 0
    for (const [name, member] of value) {
      if (name !== text && name.toLowerCase() !== lower) continue
      if (count > 0) throw ambiguousFieldName()
      count += 1
      found = member
    }
    return found
  }
}

/** Compiles the steps after a name. What is not there is MISSING. */
export function followSteps(steps: readonly Step[]): (value: Value) => Value {
  const follow = steps.map(followStep)
  return (start) => {
    let value = start
    for (const step of follow) value = step(value)
    return evaluated(value)
  }
}

function followStep(step: Step): (value: Value) => Value {
  if (step.kind === 'member') return memberOf(step.name)
  if (step.kind === 'index') {
    return (value) => (isList(value) ? value[step.index] : undefined)
  }
  throw new Error('wildcards are for FROM alone: the parser refuses them elsewhere')
}
