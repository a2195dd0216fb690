import type { NormalizedSchema } from '@smithy/core/schema'
import { compiledOnce, kindOf, membersOf, traitsOf } from './schema.ts'

/** An element as xml2js has it: text, or its children by name. */
type Element = unknown

type IsKnown = (element: Element) => boolean

interface Child {
  /** Looks at all children of the name. */
  readonly areKnown: (elements: readonly Element[]) => boolean
}

const childrenOf = compiledOnce<ReadonlyMap<string, Child>>(
  (schema) =>
    new Map(
      membersOf(schema).map(({ name, schema: member, own }) => [
        own.xmlName ?? name,
        { areKnown: all(member, own.xmlFlattened === 1) },
      ]),
    ),
)

/**
 * Whether an element has no children, at any depth, but those of its schema. S3 validates what is put against its published
 * schema: a misspelt element is no valid document.
 */
export function knownElements(schema: NormalizedSchema): IsKnown {
  const children = childrenOf(schema)
  return (element) =>
    Object.entries(childElements(element)).every(
      ([name, found]) =>
        // An attribute that the schema has stands among its members, and is looked at nowhere here.
        children().get(name)?.areKnown(found) ?? false,
    )
}

function all(schema: NormalizedSchema, isFlattened: boolean): Child['areKnown'] {
  const kind = kindOf(schema)
  if (kind === 'struct' || kind === 'union') {
    const isKnown = knownElements(schema)
    return (elements) => elements.every(isKnown)
  }
  if (kind !== 'list') return () => true
  const item = schema.getValueSchema()
  const tag = traitsOf(item).xmlName ?? 'member'
  const ofItems = all(item, false)
  if (isFlattened) return ofItems
  return (elements) =>
    elements.every((container) =>
      Object.entries(childElements(container)).every(
        ([name, found]) => name === tag && ofItems(found),
      ),
    )
}

/** Neither text nor attributes. */
function childElements(element: Element): Record<string, readonly Element[]> {
  if (typeof element !== 'object' || element === null) return {}
  const { _: _text, $: _attributes, ...children } = element as Record<string, readonly Element[]>
  return children
}
