import type { Filter } from '@aws-sdk/client-secrets-manager'
import { invalidParameter } from './errors.ts'
import type { Secret } from './rows/secrets.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html */
interface FilterKind {
  readonly of: (secret: Secret) => readonly string[]
  /** Whether a value is looked for word by word, in any case, or stands at the beginning. */
  readonly byWords: boolean
}

const kinds: Readonly<Record<string, FilterKind>> = {
  name: { of: ({ name }) => [name], byWords: false },
  description: { of: ({ description }) => [description ?? ''], byWords: true },
  'tag-key': { of: ({ tags }) => (tags ?? []).map(({ Key }) => Key!), byWords: false },
  'tag-value': { of: ({ tags }) => (tags ?? []).map(({ Value = '' }) => Value), byWords: false },
  'primary-region': {
    of: ({ primaryRegion, region, replicas }) =>
      primaryRegion !== null || replicas.length > 0 ? [primaryRegion ?? region] : [],
    byWords: false,
  },
  'owning-service': {
    of: ({ owningService }) => (owningService === null ? [] : [owningService]),
    byWords: true,
  },
  all: {
    of: ({ name, description, tags }) => [
      name,
      ...(description === null ? [] : [description]),
      ...(tags ?? []).flatMap(({ Key, Value = '' }) => [Key!, Value]),
    ],
    byWords: true,
  },
}

/** The secrets that every filter lets through. @throws InvalidParameterException */
export function filtered(secrets: readonly Secret[], filters: readonly Filter[] = []): Secret[] {
  const tests = filters.map(({ Key, Values }) => {
    if (!Key || !Object.hasOwn(kinds, Key)) throw invalidParameter('Invalid filter key')
    if (!Values || Values.length === 0) {
      throw invalidParameter(`Invalid filter values for key: ${Key}`)
    }
    const kind = kinds[Key]!
    return (secret: Secret) => isMatch(kind, secret, Values)
  })
  return secrets.filter((secret) => tests.every((test) => test(secret)))
}

/** One value is enough; with an exclamation mark it is one that must not fit. */
function isMatch({ of, byWords }: FilterKind, secret: Secret, values: readonly string[]): boolean {
  const texts = of(secret)
  const fits = (text: string, value: string) =>
    byWords ? hasWords(text, value) : text.startsWith(value)
  return values.some((value) =>
    value.startsWith('!')
      ? texts.length > 0 && !texts.some((text) => fits(text, value.slice(1)))
      : texts.some((text) => fits(text, value)),
  )
}

/** Each word of the value is the beginning of a word of the text. */
function hasWords(text: string, value: string): boolean {
  const wanted = wordsOf(value)
  const words = wordsOf(text)
  return wanted.length > 0 && wanted.every((one) => words.some((word) => word.startsWith(one)))
}

const separators = ['/', '-', '_', '+', '=', '.', '@']

/** Words end at spaces, at separators of one kind, and before and after a capital with small letters. */
function wordsOf(text: string): string[] {
  const kindsUsed = separators.filter((separator) => text.includes(separator))
  if (kindsUsed.length > 1) return [text.toLowerCase()]
  return text
    .split(kindsUsed[0] ?? ' ')
    .flatMap((part) => part.split(/\s+|([^a-z][a-z]+)/))
    .filter((word) => word && !separators.includes(word))
    .map((word) => word.trim().toLowerCase())
}
