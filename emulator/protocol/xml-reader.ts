import { isUtf8 } from 'node:buffer'
import { createRequire } from 'node:module'
import type { NormalizedSchema } from '@smithy/core/schema'
import type Xml2js from 'xml2js'
import { malformedXml } from './protocol-errors.ts'
import { scalarReader } from './scalars.ts'
import { compiledOnce, kindOf, membersOf, setEntry, traitsOf, type Traits } from './schema.ts'

/** xml2js's form of an element: text, or its children by name with its text in `_` and its attributes in `$`. */
type Element = string | { readonly [name: string]: readonly Element[] | undefined }

type ReadElement = (element: Element) => unknown
/** A flattened list's items are its parent's children: a member reads all elements of its name. */
type ReadElements = (elements: readonly Element[]) => unknown

interface Part {
  readonly tag: string
  readonly name: string
  readonly required: boolean
  readonly isList: boolean
  readonly attribute: boolean
  readonly read: ReadElements
}

const deepest = 64

/** xml2js takes 15 ms to load, which a process that never sees XML in a request need not pay. */
const load = createRequire(import.meta.url)
let xml2js: typeof Xml2js | undefined

/**
 * Parses an XML body. Document types are refused, and with them entities of the sender's own; namespace prefixes of
 * elements are dropped, as clients choose them.
 *
 * @returns the root element, under its name
 * @throws AwsError `MalformedXML`
 */
export function parseXml(body: Buffer): { readonly name: string; readonly root: Element } {
  if (!isUtf8(body)) throw malformedXml()
  const text = body.toString('utf8')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text) || isDeep(text)) throw malformedXml()
  xml2js ??= load('xml2js') as typeof Xml2js
  const parser = new xml2js.Parser({ async: false, tagNameProcessors: [withoutPrefix] })
  let failed = false
  let document: Record<string, Element> | null | undefined
  try {
    parser.parseString(text, (error, result: typeof document) => {
      if (error) failed = true
      else document = result
      // xml2js is content with the first of several roots, and starts over at the next.
      parser.on('end', (another: unknown) => {
        if (another) failed = true
      })
    })
  } catch {
    failed = true
  }
  const [found] = Object.entries(document ?? {})
  if (failed || !found) throw malformedXml()
  return { name: found[0], root: found[1] }
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1)

function isDeep(text: string): boolean {
  let depth = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const next = text[at + 1]
    if (next === '/') depth -= 1
    else if (next !== '!' && next !== '?') {
      const end = text.indexOf('>', at)
      if (text[end - 1] !== '/') depth += 1
      if (depth > deepest) return true
    }
  }
  return false
}

const childrenOf = (element: Element, name: string): readonly Element[] | undefined =>
  typeof element === 'object' && Object.hasOwn(element, name) ? element[name] : undefined

const textOf = (element: Element): string =>
  typeof element === 'string' ? element : ((element['_'] as unknown as string | undefined) ?? '')

const struct = compiledOnce<readonly Part[]>((schema) =>
  membersOf(schema).map(({ name, schema: member, required, own, traits }) => ({
    tag: own.xmlName ?? name,
    name,
    required,
    isList: kindOf(member) === 'list',
    attribute: traits.xmlAttribute === 1,
    read: elements(member, own),
  })),
)

/**
 * Compiles a reader of an element with a structure in it. As S3's schema has it, a required element that lacks
 * and a value of the wrong type make the document invalid; elements nobody knows are passed over.
 *
 * @throws AwsError `MalformedXML` (the reader)
 */
export function xmlStructReader(schema: NormalizedSchema): ReadElement {
  const compiled = struct(schema)
  return (element) => {
    const value: Record<string, unknown> = {}
    const attributes =
      typeof element === 'object' ? (element['$'] as unknown as Record<string, string>) : undefined
    for (const { tag, name, required, isList, attribute, read } of compiled()) {
      const text =
        attribute && attributes && Object.hasOwn(attributes, tag) ? attributes[tag] : undefined
      const found = attribute ? text !== undefined && [text] : childrenOf(element, tag)
      if (found) value[name] = read(found)
      // An empty list has no elements: whether it may be empty is for the operation to say.
      else if (required && isList) value[name] = []
      else if (required) throw malformedXml()
    }
    return value
  }
}

/** The members of a body without a payload member: all of a structure's that are not elsewhere in the request. */
export function xmlMembersReader(
  schema: NormalizedSchema,
  names: ReadonlySet<string>,
): (element: Element) => Record<string, unknown> {
  const parts = membersOf(schema)
    .filter(({ name }) => names.has(name))
    .map(({ name, schema: member, own }) => ({
      name,
      tag: own.xmlName ?? name,
      read: elements(member, own),
    }))
  return (element) => {
    const value: Record<string, unknown> = {}
    for (const { name, tag, read } of parts) {
      const found = childrenOf(element, tag)
      if (found) value[name] = read(found)
    }
    return value
  }
}

function elements(schema: NormalizedSchema, traits: Traits): ReadElements {
  const kind = kindOf(schema)
  if (kind === 'list') return list(schema, traits)
  if (kind === 'map') return map(schema, traits)
  const read = kind === 'struct' || kind === 'union' ? xmlStructReader(schema) : scalar(schema)
  return ([first]) => read(first!)
}

function scalar(schema: NormalizedSchema): ReadElement {
  const read = scalarReader(kindOf(schema))
  const isText = kindOf(schema) === 'string'
  return (element) => {
    const value = read(isText ? textOf(element) : textOf(element).trim())
    if (value === undefined) throw malformedXml()
    return value
  }
}

function list(schema: NormalizedSchema, traits: Traits): ReadElements {
  const item = schema.getValueSchema()
  const tag = traitsOf(item).xmlName ?? 'member'
  const read = elements(item, traitsOf(item))
  if (traits.xmlFlattened) return (items) => items.map((element) => read([element]))
  return ([container]) => (childrenOf(container!, tag) ?? []).map((element) => read([element]))
}

function map(schema: NormalizedSchema, traits: Traits): ReadElements {
  const value = schema.getValueSchema()
  const keyTag = traitsOf(schema.getKeySchema()).xmlName ?? 'key'
  const valueTag = traitsOf(value).xmlName ?? 'value'
  const read = elements(value, traitsOf(value))
  return (found) => {
    const entries: Record<string, unknown> = {}
    for (const entry of traits.xmlFlattened ? found : (childrenOf(found[0]!, 'entry') ?? [])) {
      const key = childrenOf(entry, keyTag)?.[0]
      const item = childrenOf(entry, valueTag)
      if (key === undefined || !item) throw malformedXml()
      setEntry(entries, textOf(key), read(item))
    }
    return entries
  }
}
