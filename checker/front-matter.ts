import { parse } from 'yaml'
import type { ServiceName } from './cloud.ts'
import { isServiceName, serviceNames } from './cloud.ts'

/** What a lab says of itself at the top of its `lab.md`. */
export interface LabDescription {
  readonly id: string
  readonly title: string
  readonly level: Level
  /** How long it takes a student who meets this for the first time. */
  readonly minutes: number
  /** Ids of labs to do before. */
  readonly needs: readonly string[]
  /** The services whose clients its checks use. */
  readonly services: readonly ServiceName[]
  /** Whether the checks work in a copy of the student's cloud, as its root, where they may do what they like. */
  readonly copy: boolean
  /** Names and sizes that the text (`{{name}}`) and the checks share. */
  readonly values: Readonly<Record<string, string>>
}

export const levels = ['beginner', 'intermediate', 'advanced'] as const
export type Level = (typeof levels)[number]

/**
 * Splits a `lab.md` into its description and its text.
 * @param source what the file is called in messages
 * @throws {Error} naming the file and the field that is wrong
 */
export function parseLabFile(
  content: string,
  source: string,
): { readonly description: LabDescription; readonly text: string } {
  const match = /^---\r?\n(.*?)\r?\n---\r?\n(.*)$/s.exec(content)
  if (match === null)
    throw new Error(`${source} does not begin with front matter between lines of ---`)
  const fields: unknown = parse(match[1]!)
  if (typeof fields !== 'object' || fields === null) throw new Error(`${source}: no front matter`)
  const description = readDescription(new Map(Object.entries(fields)), source)
  return { description, text: fillIn(match[2]!.trim(), description.values, source) }
}

function readDescription(fields: Map<string, unknown>, source: string): LabDescription {
  const wrong = (name: string, expected: string) =>
    new Error(`${source}: "${name}" must be ${expected}`)
  const take = (name: string) => {
    const value = fields.get(name)
    fields.delete(name)
    return value
  }
  const text = (name: string) => {
    const value = take(name)
    if (typeof value !== 'string' || value === '') throw wrong(name, 'a text')
    return value
  }
  const list = (name: string) => {
    const value = take(name) ?? []
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw wrong(name, 'a list of texts')
    }
    return value
  }
  const level = text('level')
  const minutes = take('minutes')
  const services = list('services')
  const values = take('values') ?? {}
  const copy = take('copy') ?? false
  if (!isLevel(level)) throw wrong('level', `one of ${levels.join(', ')}`)
  if (!Number.isInteger(minutes)) throw wrong('minutes', 'a whole number')
  if (!services.every(isServiceName)) throw wrong('services', `from ${serviceNames.join(', ')}`)
  if (typeof copy !== 'boolean') throw wrong('copy', 'true or false')
  if (!isTexts(values)) throw wrong('values', 'names with a text each')
  const description = {
    id: text('id'),
    title: text('title'),
    level,
    minutes: minutes as number,
    needs: list('needs'),
    services,
    copy,
    values,
  }
  const [unknown] = fields.keys()
  if (unknown !== undefined) throw new Error(`${source}: there is no field "${unknown}"`)
  return description
}

const isLevel = (text: string): text is Level => (levels as readonly string[]).includes(text)

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((item) => typeof item === 'string')

function fillIn(text: string, values: Readonly<Record<string, string>>, source: string): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${source} uses {{${name}}}, which "values" lacks`)
    return value
  })
}
