import { malformedInput, malformedQueryString } from './protocol-errors.ts'

/** Parameters as a tree: `Tags.member.1.Key=a` is `a` at Tags, member, 1, Key. */
export interface FormNode {
  text?: string
  children?: Map<string, FormNode>
}

/** Deeper than any API's input; deeper keys are refused, so that nothing has to recurse far. */
const deepest = 32

/**
 * Reads `application/x-www-form-urlencoded` parameters into a tree. Keys are held in maps: an index like
 * `999999999` takes one entry, and `__proto__` is a name like any other.
 *
 * @param sources a body, a query string; of a key sent twice the first counts
 * @throws AwsError `MalformedQueryString` for invalid percent-encoding, `MalformedInput` for absurdly deep keys
 */
export function parseForm(...sources: readonly string[]): FormNode {
  const root: FormNode = {}
  for (const source of sources) {
    if (source === '') continue
    for (const pair of source.split('&')) {
      if (pair === '') continue
      const equals = pair.indexOf('=')
      const node = nodeAt(root, decodePart(equals < 0 ? pair : pair.slice(0, equals)))
      node.text ??= equals < 0 ? '' : decodePart(pair.slice(equals + 1))
    }
  }
  return root
}

function nodeAt(root: FormNode, key: string): FormNode {
  const names = key.split('.', deepest + 1)
  if (names.length > deepest)
    throw malformedInput('Start of structure or map found where not expected.')
  let node = root
  for (const name of names) {
    node.children ??= new Map()
    let child = node.children.get(name)
    if (!child) node.children.set(name, (child = {}))
    node = child
  }
  return node
}

function decodePart(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw malformedQueryString()
  }
}

/** What a query request asks for. */
export interface QueryAction {
  readonly action: string | undefined
  readonly version: string | undefined
}

/**
 * Finds `Action` and `Version` in a query string or form body, without decoding the rest.
 *
 * @param forms each as text or bytes; what the first says counts

 * @throws AwsError `MalformedQueryString` when one of the two is not percent-encoded right
 */
export function queryAction(...forms: readonly (string | Buffer)[]): QueryAction {
  let action: string | undefined
  let version: string | undefined
  for (const form of forms) {
    if (form.length === 0) continue
    const text = typeof form === 'string' ? form : form.toString('utf8')
    action ??= parameter(text, 'Action')
    version ??= parameter(text, 'Version')
  }
  return { action, version }
}

function parameter(form: string, name: string): string | undefined {
  const start = `${name}=`
  let at = form.startsWith(start) ? 0 : form.indexOf(`&${start}`)
  if (at < 0) return undefined
  if (form[at] === '&') at += 1
  const end = form.indexOf('&', at)
  return decodePart(form.slice(at + start.length, end < 0 ? undefined : end))
}
