import { isoMilliseconds } from './timestamps.ts'
import { escapeXml } from './xml-writer.ts'

/** A value without a schema as an element: what an error carries that the model does not know. */
export function documentXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((item) => documentXml(name, item)).join('')
  return `<${name}>${content(value)}</${name}>`
}

function content(value: unknown): string {
  if (value instanceof Date) return isoMilliseconds(value)
  if (typeof value !== 'object' || value === null) return escapeXml(String(value))
  return Object.entries(value)
    .map(([name, item]) => documentXml(name, item))
    .join('')
}
