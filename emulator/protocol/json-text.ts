import { isUtf8 } from 'node:buffer'
import { parseNumber } from './numbers.ts'
import { serializationException } from './protocol-errors.ts'

/** Deeper than any API's input; DynamoDB, the deepest, allows 32 levels of its own, which are 64 here. */
const deepest = 128

/**
 * Parses a JSON body without losing digits: an integer that no number holds becomes a bigint, which `JSON.parse` can't.
 *
 * @throws AwsError `SerializationException` for text that is no JSON, is not UTF-8, or nests absurdly deep
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body) || isDeep(body)) throw serializationException('Invalid JSON')
  const text = body.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return /\d{16}/.test(text) ? exactly(text) : value
  } catch {
    throw serializationException('Invalid JSON')
  }
}

function isDeep(body: Buffer): boolean {
  if (body.length <= deepest) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i]
    if (inString) {
      if (byte === 0x5c) i += 1
      else if (byte === 0x22) inString = false
    } else if (byte === 0x22) inString = true
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1
      if (depth > deepest) return true
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1
  }
  return false
}

const token = /\s*(?:("(?:[^"\\]|\\.)*")|([-+.\w]+)|([{}[\]:,]))/y

/**
 * Reads text that is known to be JSON, with every integer exact. Slower than `JSON.parse`, and only for bodies with long numbers.
 */
function exactly(text: string): unknown {
  token.lastIndex = 0
  const next = (): string => {
    const found = token.exec(text)!
    return found[1] ?? found[2] ?? found[3]!
  }
  function value(first: string): unknown {
    if (first === '{') return object()
    if (first === '[') return list()
    if (first === 'true' || first === 'false') return first === 'true'
    if (first === 'null') return null
    return first.startsWith('"') ? JSON.parse(first) : (parseNumber(first) ?? Number(first))
  }
  function object(): unknown {
    const entries: [string, unknown][] = []
    for (let key = next(); key !== '}'; key = next()) {
      if (key === ',') continue
      next()
      entries.push([JSON.parse(key) as string, value(next())])
    }
    return Object.fromEntries(entries)
  }
  function list(): unknown[] {
    const items: unknown[] = []
    for (let item = next(); item !== ']'; item = next()) {
      if (item !== ',') items.push(value(item))
    }
    return items
  }
  return value(next())
}
