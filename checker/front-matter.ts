import { parse } from 'yaml'
import type { ServiceName } from './cloud.ts'
import { isServiceName, serviceNames } from './cloud.ts'
import type { SubmissionRules } from './submission-rules.ts'
import { readSubmissionRules } from './submission-rules.ts'
import type { Choice } from './values.ts'
import { namesIn } from './values.ts'
import { LabMistake } from './lab-mistake.ts'

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
  /** Names and sizes that the text (`{{name}}`) and the checks share, drawn for each student. */
  readonly values: Readonly<Record<string, Choice>>
  /** How what is handed in is replayed. */
  readonly submission: SubmissionRules
}

export const levels = ['beginner', 'intermediate', 'advanced'] as const
export type Level = (typeof levels)[number]

/**
 * Splits a `lab.md` into its description and its text.
 * @param source what the file is called in messages
 * @throws {LabMistake} naming the file and the field that is wrong
 */
export function parseLabFile(
  content: string,
  source: string,
): { readonly description: LabDescription; readonly text: string } {
  const match = /^---\r?\n(.*?)\r?\n---\r?\n(.*)$/s.exec(content)
  if (match === null)
    throw new LabMistake(`${source} does not begin with front matter between lines of ---`)
  const fields: unknown = parse(match[1]!)
  if (typeof fields !== 'object' || fields === null)
    throw new LabMistake(`${source}: no front matter`)
  const description = readDescription(new Map(Object.entries(fields)), source)
  const text = match[2]!.trim()
  for (const name of namesIn(text)) {
    if (!Object.hasOwn(description.values, name))
      throw new LabMistake(`${source} uses {{${name}}}, which "values" lacks`)
  }
  return { description, text }
}

function readDescription(fields: Map<string, unknown>, source: string): LabDescription {
  const wrong = (name: string, expected: string) =>
    new LabMistake(`${source}: "${name}" must be ${expected}`)
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
  const values = readValues(take('values') ?? {})
  const copy = take('copy') ?? false
  const submission = readSubmissionRules(take('submission'))
  if (!isLevel(level)) throw wrong('level', `one of ${levels.join(', ')}`)
  if (!Number.isInteger(minutes)) throw wrong('minutes', 'a whole number')
  if (!services.every(isServiceName)) throw wrong('services', `from ${serviceNames.join(', ')}`)
  if (typeof copy !== 'boolean') throw wrong('copy', 'true or false')
  if (values === undefined) throw wrong('values', 'names with a text or a list of texts each')
  if (typeof submission === 'string') throw wrong('submission', submission)
  const description = {
    id: text('id'),
    title: text('title'),
    level,
    minutes: minutes as number,
    needs: list('needs'),
    services,
    copy,
    values,
    submission,
  }
  const [unknown] = fields.keys()
  if (unknown !== undefined) throw new LabMistake(`${source}: there is no field "${unknown}"`)
  return description
}

const isLevel = (text: string): text is Level => (levels as readonly string[]).includes(text)

/** Numbers are taken as they are written: `size: [10, 20]`. */
function readValues(given: unknown): Readonly<Record<string, Choice>> | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined
  const values: Record<string, Choice> = {}
  for (const [name, choice] of Object.entries(given)) {
    const texts = (Array.isArray(choice) ? choice : [choice]).map(asText)
    if (texts.length === 0 || !texts.every((text) => text !== undefined)) return undefined
    values[name] = Array.isArray(choice) ? texts : texts[0]!
  }
  return values
}

const asText = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
