import { AwsError } from '../errors.ts'
import { readFixture } from '../fixtures.ts'

/** A shape of a service's API model, with what it demands of a value; `scripts/extract-constraints.js` writes them. */
interface Shape {
  readonly type: string
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  /** Its values are secrets, which sentences leave out. */
  readonly sensitive?: boolean
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, string>>
  readonly member?: string
  readonly key?: string
  readonly value?: string
}

interface Model {
  readonly operations: Readonly<Record<string, string>>
  readonly shapes: Readonly<Record<string, Shape>>
}

/** Adds a sentence for each constraint that the value at `path` fails. */
type Check = (value: unknown, path: string, failures: string[]) => void

/** A sentence of a service's own for a value that does not match a pattern, thrown at once. */
export type PatternSentence = (path: string, pattern: string) => string | undefined

/**
 * Checks inputs against the constraints of a service's API model, with the sentences that AWS's services share:
 * `1 validation error detected: Value '' at 'userName' failed to satisfy constraint: Member must have length …`.
 * An operation's checks are compiled at its first use.
 *
 * @param fixture the model's constraints: `iam/constraints.json`
 * @param ownSentence what the service says instead of the shared sentence when a pattern fails
 * @param code the services that speak JSON call it `ValidationException`
 * @returns a function that throws an error of that code naming every failure, for `Service.validate`
 */
export function constraintsOf(
  fixture: string,
  ownSentence: PatternSentence = () => undefined,
  code = 'ValidationError',
): (input: object, call: { readonly operation: string }) => void {
  let model: Model | undefined
  const checks = new Map<string, Check>()
  return (input, { operation }) => {
    let check = checks.get(operation)
    if (!check) {
      model ??= JSON.parse(readFixture(fixture)) as Model
      check = compile(model, model.operations[operation], { ownSentence, code })
      checks.set(operation, check)
    }
    const failures: string[] = []
    check(input, '', failures)
    if (failures.length > 0) throw validationErrors(code, failures)
  }
}

const validationErrors = (code: string, failures: readonly string[]) =>
  new AwsError(
    code,
    `${failures.length} validation error${failures.length > 1 ? 's' : ''} detected: ${failures.join('; ')}`,
  )

/** What a service has of its own. */
interface Wording {
  readonly ownSentence: PatternSentence
  readonly code: string
}

function compile(model: Model, name: string | undefined, wording: Wording): Check {
  const shape = name === undefined ? undefined : model.shapes[name]
  if (!shape) return () => {}
  const compileMember = (member: string) => compile(model, member, wording)
  switch (shape.type) {
    case 'structure':
      return structureCheck(shape, compileMember)
    case 'list':
      return listCheck(shape, compileMember(shape.member!))
    case 'string':
      return stringCheck(shape, wording)
    case 'blob':
      return blobCheck(shape)
    case 'integer':
    case 'long':
      return numberCheck(shape)
    default:
      return () => {}
  }
}

function structureCheck(shape: Shape, compileMember: (name: string) => Check): Check {
  const required = new Set(shape.required)
  const members = Object.entries(shape.members ?? {}).map(([name, member]) => ({
    name,
    at: name[0]!.toLowerCase() + name.slice(1),
    required: required.has(name),
    check: compileMember(member),
  }))
  return (value, path, failures) => {
    const prefix = path && `${path}.`
    for (const { name, at, required, check } of members) {
      const member = (value as Record<string, unknown>)[name] ?? undefined
      if (member !== undefined) check(member, prefix + at, failures)
      else if (required) {
        failures.push(
          `Value null at '${prefix}${at}' failed to satisfy constraint: Member must not be null`,
        )
      }
    }
  }
}

function listCheck(shape: Shape, member: Check): Check {
  const length = lengthCheck(shape)
  return (value, path, failures) => {
    const list = value as readonly unknown[]
    length(list.length, () => `[${list.map(String).join(', ')}]`, path, failures)
    list.forEach((item, index) => member(item, `${path}.${index + 1}.member`, failures))
  }
}

function stringCheck(shape: Shape, { ownSentence, code }: Wording): Check {
  const { pattern, sensitive } = shape
  const length = lengthCheck(shape)
  const whole = pattern === undefined ? undefined : wholeMatch(pattern)
  return (value, path, failures) => {
    const text = value as string
    const shown = sensitive ? undefined : text
    length(text.length, () => shown, path, failures)
    if (whole && !whole.test(text)) {
      const sentence = failures.length === 0 && ownSentence(path, pattern!)
      if (sentence) throw new AwsError(code, sentence)
      failures.push(
        failure(shown, path, `Member must satisfy regular expression pattern: ${pattern}`),
      )
    }
    if (shape.enum && !shape.enum.includes(text)) {
      failures.push(
        failure(shown, path, `Member must satisfy enum value set: [${shape.enum.join(', ')}]`),
      )
    }
  }
}

/** Some of AWS's patterns escape what needs no escape, which only patterns that know no Unicode may. */
function wholeMatch(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'su')
  } catch {
    return new RegExp(`^(?:${pattern})$`, 's')
  }
}

function numberCheck({ min, max }: Shape): Check {
  return (value, path, failures) => {
    const number = value as number
    if (!Number.isInteger(number) && typeof value !== 'bigint') {
      failures.push(failure(number, path, 'Member must be an integer'))
      return
    }
    if (min !== undefined && number < min) {
      failures.push(failure(number, path, `Member must have value greater than or equal to ${min}`))
    }
    if (max !== undefined && number > max) {
      failures.push(failure(number, path, `Member must have value less than or equal to ${max}`))
    }
  }
}

/** Bytes are not shown: they may be secret. */
function blobCheck(shape: Shape): Check {
  const length = lengthCheck(shape)
  return (value, path, failures) => {
    length((value as Uint8Array).length, () => undefined, path, failures)
  }
}

function lengthCheck({ min, max }: Shape) {
  return (length: number, shown: () => string | undefined, path: string, failures: string[]) => {
    if (min !== undefined && length < min) {
      failures.push(
        failure(shown(), path, `Member must have length greater than or equal to ${min}`),
      )
    }
    if (max !== undefined && length > max) {
      failures.push(failure(shown(), path, `Member must have length less than or equal to ${max}`))
    }
  }
}

const failure = (value: string | number | undefined, path: string, constraint: string) =>
  `Value${value === undefined ? '' : ` '${value}'`} at '${path}' failed to satisfy constraint: ${constraint}`
