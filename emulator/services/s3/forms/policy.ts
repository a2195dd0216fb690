import { AwsError } from '../../../errors.ts'

/** What a signed policy lets a form be. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html */
export interface PostPolicy {
  /** Ms since the epoch, by the clock of who signed it. */
  readonly expiration: number
  readonly conditions: readonly Condition[]
}

type Condition =
  | {
      readonly kind: 'eq' | 'starts-with'
      readonly field: string
      readonly value: string
      readonly text: string
    }
  | { readonly kind: 'content-length-range'; readonly min: number; readonly max: number }
  /** No form meets it. */
  | { readonly kind: 'never'; readonly text: string }

const invalidPolicy = (sentence: string) =>
  new AwsError('InvalidPolicyDocument', `Invalid Policy: ${sentence}`)

const notMet = (sentence: string) =>
  new AwsError('AccessDenied', `Invalid according to Policy: ${sentence}`, { status: 403 })

/** @param encoded base64 @throws AwsError `InvalidPolicyDocument` */
export function readPostPolicy(encoded: string): PostPolicy {
  if (encoded === '') throw invalidPolicy("Expecting '{' but found End-of-Input")
  if (!/^[\w+/-]+={0,2}$/.test(encoded.replaceAll(/\s/g, ''))) {
    throw invalidPolicy('invalid Base64 encoding.')
  }
  const policy = parsed(Buffer.from(encoded, 'base64').toString('utf8'))
  const { expiration, conditions, ...others } = policy
  if (expiration === undefined) throw invalidPolicy('Policy missing expiration.')
  const time = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(time) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(expiration as string)) {
    throw invalidPolicy(
      `Invalid 'expiration' value: ${JSON.stringify(expiration).replaceAll('"', "'")}`,
    )
  }
  if (conditions === undefined) throw invalidPolicy('Policy missing conditions.')
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.")
  const [other] = Object.keys(others)
  if (other !== undefined) throw invalidPolicy(`Unexpected: "${other}"`)
  return { expiration: time, conditions: conditions.flatMap(readCondition) }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // Said below: it is no JSON object either way.
  }
  throw invalidPolicy('Invalid JSON.')
}

function readCondition(condition: unknown): Condition[] {
  if (Array.isArray(condition)) return [readList(condition)]
  if (typeof condition !== 'object' || condition === null) {
    throw invalidPolicy('Invalid condition test: must be a List or Object.')
  }
  const entries = Object.entries(condition)
  const [entry] = entries
  if (entries.length !== 1 || entry === undefined) {
    throw invalidPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    )
  }
  const [name, value] = entry as [string, unknown]
  if (typeof value !== 'string') {
    throw invalidPolicy('Invalid Simple-Condition: value must be a string.')
  }
  const text = JSON.stringify(['eq', `$${name}`, value]).replaceAll('","', '", "')
  return [{ kind: 'eq', field: name.toLowerCase(), value, text }]
}

const operators = new Set(['eq', 'starts-with', 'content-length-range'])

function readList(condition: readonly unknown[]): Condition {
  const [operator, first, second] = condition
  const kind = typeof operator === 'string' ? operator.toLowerCase() : ''
  if (condition.length === 0) {
    throw invalidPolicy('Invalid Condition: missing operation identifier.')
  }
  if (!operators.has(kind)) {
    throw invalidPolicy(`Invalid Condition: unknown operation '${String(operator)}'.`)
  }
  if (condition.length !== 3) throw invalidPolicy(`Invalid ${kind}: wrong number of arguments.`)
  if (kind === 'content-length-range') {
    const [min, max] = [Number(first), Number(second)]
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0) {
      return { kind: 'never', text: listText(condition) }
    }
    return { kind, min, max }
  }
  const text = listText(condition)
  if (typeof first !== 'string' || typeof second !== 'string' || !first.startsWith('$')) {
    return { kind: 'never', text }
  }
  return {
    kind: kind === 'eq' ? kind : 'starts-with',
    field: first.slice(1).toLowerCase(),
    value: second,
    text,
  }
}

const listText = (condition: readonly unknown[]) =>
  `[${condition.map((one) => JSON.stringify(String(one))).join(', ')}]`

/** What every policy leaves out: the signature and what it is of. */
const exempt = new Set(['x-amz-signature', 'file', 'policy', 'awsaccesskeyid', 'signature'])

/**
 * Checks a form against its policy: each condition has to be met, and each field has to be in a condition.
 *
 * @param fields by names in lower case, with the bucket among them
 * @param now ms since the epoch
 * @returns how many bytes the file may have, both ends included
 * @throws AwsError `AccessDenied` "Invalid according to Policy: …"
 */
export function requireMet(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: number,
): { readonly min: number; readonly max: number } {
  if (now >= policy.expiration) throw notMet('Policy expired.')
  const named = new Set<string>()
  let size = { min: 0, max: Infinity }
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') {
      size = { min: condition.min, max: condition.max }
      continue
    }
    if (condition.kind === 'never') throw notMet(`Policy Condition failed: ${condition.text}`)
    named.add(condition.field)
    if (!isMet(condition, fields.get(condition.field) ?? '')) {
      throw notMet(`Policy Condition failed: ${condition.text}`)
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !named.has(name) && !exempt.has(name) && !name.startsWith('x-ignore-'),
  )
  if (extra.length > 0) throw notMet(`Extra input fields: ${extra.join(', ')}`)
  return size
}

function isMet(
  { kind, field, value }: Extract<Condition, { field: string }>,
  given: string,
): boolean {
  if (kind === 'eq') return given === value
  // A list of types has to match in each of them.
  const values = field === 'content-type' ? given.split(',').map((one) => one.trim()) : [given]
  return values.every((one) => one.startsWith(value))
}
