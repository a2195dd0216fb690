import { createHash } from 'node:crypto'

/**
 * What a lab declares for one of its values: a text, of which each `#` becomes a digit, or several texts, of which one
 * is taken.
 */
export type Choice = string | readonly string[]

/** The values of one student, by name. */
export type Values = Readonly<Record<string, string>>

/**
 * Draws a lab's values for a student: the same seed gives the same values, on every machine and for ever.
 * @param seed who the student is; the empty text for anybody
 */
export function drawValues(
  { id, values }: { readonly id: string; readonly values: Readonly<Record<string, Choice>> },
  seed: string,
): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, choice]) => [name, draw(choice, `${seed}\n${id}\n${name}`)]),
  )
}

function draw(choice: Choice, seed: string): string {
  const bytes = createHash('sha256').update(seed).digest()
  if (typeof choice !== 'string') return choice[bytes.readUInt32BE(0) % choice.length]!
  let next = 4
  // A first digit of 0 would be lost where somebody takes it for a number.
  return choice.replaceAll(/#+/g, (run) =>
    Array.from(run, (_, place) =>
      place === 0 ? 1 + (bytes[next++]! % 9) : bytes[next++]! % 10,
    ).join(''),
  )
}

/** A lab's text with the student's values in place of `{{name}}`. */
export const fillIn = (text: string, values: Values): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole)

/** The names that a text uses as `{{name}}`. */
export const namesIn = (text: string): ReadonlySet<string> =>
  new Set(Array.from(text.matchAll(/\{\{(\w+)\}\}/g), ([, name]) => name!))

/** The values as a script of the lab's author sees them: `bucketName` is `$LAB_BUCKET_NAME`. */
export const valuesEnvironment = (values: Values): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `LAB_${name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, '_$&').toUpperCase()}`,
      value,
    ]),
  )
