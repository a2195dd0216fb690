import type { ContextKeys } from './request-context.ts'
import type { ResolvedPart, TemplateGrammar } from './template.ts'
import type { TextTest } from './glob.ts'
import { compileGlob } from './glob.ts'
import { filled, parsePattern, parseTemplate } from './template.ts'

export type PatternTest = (text: string, context: ContextKeys) => boolean

/**
 * One value of a `Resource` or `NotResource` element. Case matters. Within the five segments before an ARN's
 * resource, a wildcard stays in its segment unless it is the segment's last character; in the resource it crosses
 * everything, `/` and `:` too. Variables stand only behind the fifth colon; one that can't be filled matches nothing.
 * A request without a resource (`*`) is matched by `*` alone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function compileResource(pattern: string, grammar: { variables: boolean }): PatternTest {
  if (/^\*+$/.test(pattern)) return () => true
  const resourceAt = afterFifthColon(pattern)
  const head = pattern.slice(0, resourceAt)
  const headParts = parsePattern(head)
  const tail = parseTemplate(pattern.slice(resourceAt), { ...grammar, wildcards: true })
  const bounded = hasBoundedWildcards(head)
  const compile = (rest: readonly ResolvedPart[]): TextTest =>
    bounded ? boundedTest(head, rest) : compileGlob([...headParts, ...rest])
  const test = filled(tail, compile)
  // Most statements are about something else: their plain beginning says so at once.
  const beginning = plainBeginning(head)
  return (resource, context) =>
    resource.startsWith(beginning) && resource !== '*' && (test(context)?.(resource) ?? false)
}

const plainBeginning = (head: string) => head.slice(0, /[*?]|$/.exec(head)!.index)

function afterFifthColon(pattern: string): number {
  let at = 0
  for (let colons = 0; colons < 5; colons++) {
    const colon = pattern.indexOf(':', at)
    if (colon === -1) return pattern.length
    at = colon + 1
  }
  return at
}

/** Whether a wildcard before the resource may not cross a colon: a `?`, or a `*` that does not end its segment. */
const hasBoundedWildcards = (head: string) => /\?|\*[^:*]/.test(head)

/** One step of a pattern: a character, or a wildcard that may or may not stand for a colon. */
type Step = string | { readonly repeats: boolean; readonly colons: boolean }

/**
 * The rare pattern with a bounded wildcard before its resource: follows all ways to read it at once, so that none
 * takes longer than its length × the text's.
 */
function boundedTest(head: string, tail: readonly ResolvedPart[]): TextTest {
  const steps = [...headSteps(head), ...tail.flatMap(tailSteps)]
  return (text) => {
    // reachable[i]: the steps so far match the first i characters.
    let reachable = new Uint8Array(text.length + 1)
    let next = new Uint8Array(text.length + 1)
    reachable[0] = 1
    for (const step of steps) {
      if (!advance(step, text, reachable, next)) return false
      const done = reachable
      reachable = next
      next = done
    }
    return reachable[text.length] === 1
  }
}

/** @returns whether any place is reachable after the step */
function advance(step: Step, text: string, reachable: Uint8Array, next: Uint8Array): boolean {
  let any = 0
  let on = 0
  next[0] = 0
  for (let at = 0; at <= text.length; at++) {
    if (typeof step === 'object' && step.repeats) {
      on |= reachable[at]!
      next[at] = on
      any |= on
      if (!step.colons && text[at] === ':') on = 0
    } else if (at < text.length) {
      const fits = typeof step === 'string' ? text[at] === step : step.colons || text[at] !== ':'
      next[at + 1] = fits ? reachable[at]! : 0
      any |= next[at + 1]!
    }
  }
  return any === 1
}

const headSteps = (head: string): Step[] =>
  Array.from({ length: head.length }, (_, at): Step => {
    if (head[at] === '?') return { repeats: false, colons: false }
    if (head[at] !== '*') return head[at]!
    const after = head[at + 1]
    return { repeats: true, colons: after === undefined || after === ':' }
  })

const tailSteps = (part: ResolvedPart): Step[] =>
  typeof part === 'string'
    ? Array.from({ length: part.length }, (_, at) => part[at]!)
    : [{ repeats: part.wildcard === '*', colons: true }]

/**
 * One value of the ARN operators: "each of the six colon-delimited components of the ARN is checked separately".
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function compileArn(
  pattern: string,
  grammar: Omit<TemplateGrammar, 'wildcards'>,
): PatternTest {
  const test = filled(parseTemplate(pattern, { ...grammar, wildcards: true }), arnTest)
  return (arn, context) => test(context)?.(arn) ?? false
}

function arnTest(parts: readonly ResolvedPart[]): TextTest {
  const components = componentsOf(parts).map(compileGlob)
  if (components.length !== 6) return () => false
  return (arn) => {
    let at = 0
    for (const [index, test] of components.entries()) {
      const colon = index === 5 ? arn.length : arn.indexOf(':', at)
      if (colon === -1 || !test(arn.slice(at, colon))) return false
      at = colon + 1
    }
    return true
  }
}

function componentsOf(parts: readonly ResolvedPart[]): ResolvedPart[][] {
  const components: ResolvedPart[][] = [[]]
  for (const part of parts) {
    if (typeof part !== 'string') {
      components.at(-1)!.push(part)
      continue
    }
    let rest = part
    while (components.length < 6 && rest.includes(':')) {
      const colon = rest.indexOf(':')
      components.at(-1)!.push(rest.slice(0, colon))
      components.push([])
      rest = rest.slice(colon + 1)
    }
    if (rest !== '') components.at(-1)!.push(rest)
  }
  return components
}
