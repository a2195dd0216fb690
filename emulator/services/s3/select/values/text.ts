import { isList, isStruct, NumberText, type Value } from './value.ts'

/** A value as CSV and CAST AS STRING show it. Lists and structures are JSON. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (value instanceof NumberText) return value.text
  return isList(value) || isStruct(value) ? jsonOf(value) : String(value)
}

/** A value as JSON. MISSING has no form: members that are missing are left out, as elements they are null. */
export function jsonOf(value: Value): string {
  if (value === undefined || value === null) return 'null'
  if (value instanceof NumberText) return value.text
  if (isList(value)) return `[${value.map(jsonOf).join(',')}]`
  if (isStruct(value)) return objectJson(value)
  return typeof value === 'string' || !isBare(value) ? JSON.stringify(textOf(value)) : String(value)
}

const isBare = (value: Value): boolean =>
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  typeof value === 'number' ||
  (typeof value === 'object' && value !== null && 'scale' in value)

export function objectJson(members: Iterable<readonly [string, Value]>): string {
  let json = ''
  for (const [name, value] of members) {
    if (value === undefined) continue
    json += `${json === '' ? '' : ','}${JSON.stringify(name)}:${jsonOf(value)}`
  }
  return `{${json}}`
}
