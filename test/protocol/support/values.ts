import { NormalizedSchema } from '@smithy/core/schema'
import * as fc from 'fast-check'
import { decimalMembers } from '../../../emulator/protocol/query-input.ts'
import { kindOf, membersOf, traitsOf, type Member } from '../../../emulator/protocol/schema.ts'

/** Where a value travels decides which values are possible there at all. */
export interface Medium {
  /** Text that survives the SDK's own writer and reader of this protocol. */
  readonly text: fc.Arbitrary<string>
  /** Whether a list or structure without anything in it can be told from an absent one. */
  readonly empties: boolean
  readonly bigNumbers: boolean
  /** Numbers are whole, but for the members that the query services have as doubles. */
  readonly wholeNumbers?: boolean
}

const spiced = fc.constantFrom(
  '<&>"\'',
  ']]>',
  'a\r\nb',
  '\t x ',
  'é€😀',
  '&amp;',
  '%2F+ =&',
  '__proto__',
  '0',
)
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), spiced)

/** The SDK's XML reader drops text that is only space with a newline in it. */
const survivesXml = (text: string) => !(text.trim() === '' && /[\r\n]/.test(text))

export const mediums = {
  form: { text: anyText, empties: false, bigNumbers: false, wholeNumbers: true },
  xmlOutput: { text: anyText.filter(survivesXml), empties: true, bigNumbers: false },
  xmlInput: { text: anyText, empties: true, bigNumbers: true },
  json: { text: anyText, empties: true, bigNumbers: true },
  jsonOutput: { text: anyText, empties: true, bigNumbers: false },
  cbor: { text: anyText, empties: true, bigNumbers: true },
} satisfies Record<string, Medium>

const headerText = fc.oneof(
  fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/),
  fc.constantFrom('a, b', '"quoted"', 'x=1; y="2"'),
)
const labelText = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !/^\.{1,2}$/.test(text))

const safeNumbers = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 2 ** 31, Number.MAX_SAFE_INTEGER),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
)
const bigIntegers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const dates = (wholeSeconds: boolean) =>
  fc
    .date({ min: new Date(0), max: new Date('2099-12-31T23:59:59.999Z'), noInvalidDate: true })
    .map((date) => (wholeSeconds ? new Date(Math.floor(date.getTime() / 1000) * 1000) : date))

const wholeNumbers = fc.oneof(fc.integer(), fc.maxSafeInteger())

/** Bigints only where a number would lose digits, as the codecs read them. */
const numbers = (medium: Medium, ns: NormalizedSchema) =>
  medium.wholeNumbers && !(ns.isMemberSchema() && decimalMembers.has(ns.getMemberName()))
    ? wholeNumbers
    : medium.bigNumbers
      ? fc.oneof(
          safeNumbers,
          bigIntegers.map((big) =>
            BigInt(Number(big)) === big || String(Number(big)) === String(big) ? Number(big) : big,
          ),
        )
      : safeNumbers

type Place = 'body' | 'header' | 'url'

/** Random valid values of a schema. */
export function valueOf(
  ns: NormalizedSchema,
  medium: Medium,
  place: Place,
  depth: number,
): fc.Arbitrary<unknown> {
  const text = place === 'header' ? headerText : medium.text
  switch (kindOf(ns)) {
    case 'string':
    case 'document':
      return text
    case 'number':
      return place === 'body' ? numbers(medium, ns) : wholeNumbers
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      return dates(place === 'header' || ns.getSchema() === 6)
    case 'blob':
      return fc.uint8Array({ maxLength: 20 })
    case 'bigInteger':
      return bigIntegers
    case 'list':
      return fc.array(valueOf(ns.getValueSchema(), medium, place, depth + 1), {
        minLength: mayBeEmpty(ns, medium, place) ? 0 : 1,
        maxLength: 3,
      })
    case 'map':
      return entriesOf(ns, medium, place, depth)
    case 'struct':
      return structOf(ns, medium, depth)
    case 'union':
      return unionOf(ns, medium, depth)
    case 'unit':
      return fc.constant({})
    default:
      throw new Error('no operation here has a bigDecimal')
  }
}

/** A flattened list without items leaves no trace, in XML as in a form. */
const mayBeEmpty = (ns: NormalizedSchema, medium: Medium, place: Place): boolean =>
  medium.empties && place === 'body' && !traitsOf(ns).xmlFlattened

function entriesOf(
  ns: NormalizedSchema,
  medium: Medium,
  place: Place,
  depth: number,
): fc.Arbitrary<object> {
  // The SDK's own readers let `__proto__` through to the prototype, so that it could not come back.
  const key = place === 'header' ? fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/) : medium.text
  return fc
    .array(
      fc.tuple(
        key.filter((name) => name !== '__proto__'),
        valueOf(ns.getValueSchema(), medium, place, depth + 1),
      ),
      {
        minLength: mayBeEmpty(ns, medium, place) ? 0 : 1,
        maxLength: 3,
      },
    )
    .map((entries) => Object.fromEntries(entries))
}

/** Deep in a schema only members without further structure: recursive shapes must end. */
const isShallow = ({ schema, kind }: Member): boolean =>
  kind === 'list' || kind === 'map'
    ? isShallow({
        kind: kindOf(schema.getValueSchema()),
        schema: schema.getValueSchema(),
      } as Member)
    : kind !== 'struct' && kind !== 'union'

function usable(ns: NormalizedSchema, medium: Medium, depth: number): Member[] {
  return membersOf(ns).filter(
    (member) =>
      !member.traits.streaming &&
      (depth < 4 || isShallow(member) || member.required) &&
      (medium.empties || canBeFilled(member.schema, medium, depth + 1)),
  )
}

function canBeFilled(ns: NormalizedSchema, medium: Medium, depth: number): boolean {
  const kind = kindOf(ns)
  if (kind === 'list' || kind === 'map') return canBeFilled(ns.getValueSchema(), medium, depth + 1)
  return (kind !== 'struct' && kind !== 'union') || usable(ns, medium, depth).length > 0
}

const placeOf = ({ traits }: Member): Place =>
  traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined
    ? 'header'
    : (traits.httpQuery ?? traits.httpQueryParams ?? traits.httpLabel) !== undefined
      ? 'url'
      : 'body'

// S3's copies must have a body, by which they say whether they failed after all.
const isGiven = ({ required, traits }: Member) => required || traits.httpPayload === 1

/** The required members and some of the others; `except` leaves members out that a test says itself. */
export function structOf(
  ns: NormalizedSchema,
  medium: Medium,
  depth = 0,
  except: readonly string[] = [],
): fc.Arbitrary<Record<string, unknown>> {
  const members = (kindOf(ns) === 'unit' ? [] : usable(ns, medium, depth)).filter(
    ({ name }) => !except.includes(name),
  )
  const required = members.filter(isGiven)
  const minLength = medium.empties || required.length > 0 ? 0 : Math.min(1, members.length)
  return fc
    .subarray(
      members.filter((member) => !isGiven(member)),
      { minLength, maxLength: Math.min(depth === 0 ? 8 : 4, members.length - required.length) },
    )
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(
          [...required, ...chosen].map((member) => [
            member.name,
            memberValue(member, medium, depth),
          ]),
        ),
      ),
    )
}

function memberValue(member: Member, medium: Medium, depth: number): fc.Arbitrary<unknown> {
  if (member.traits.httpLabel) {
    return member.kind === 'string' ? labelText : valueOf(member.schema, medium, 'url', depth + 1)
  }
  return valueOf(member.schema, medium, placeOf(member), depth + 1)
}

function unionOf(ns: NormalizedSchema, medium: Medium, depth: number): fc.Arbitrary<unknown> {
  const members = usable(ns, medium, depth)
  return fc
    .constantFrom(...members)
    .chain((member) =>
      memberValue(member, medium, depth).map((value) => ({ [member.name]: value })),
    )
}

/** Values in a form that compares: no metadata, bytes as base64, times as text, bigints in their own way. */
export function comparable(value: unknown): unknown {
  if (value instanceof Date) return `time ${value.toISOString()}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`
  if (typeof value === 'bigint') return `integer ${value}`
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => key !== '$metadata' && item !== undefined)
      .map(([key, item]) => [key, comparable(item)]),
  )
}

export const inputOf = (operation: readonly unknown[]) => NormalizedSchema.of(operation[4] as never)
export const outputOf = (operation: readonly unknown[]) =>
  NormalizedSchema.of(operation[5] as never)
