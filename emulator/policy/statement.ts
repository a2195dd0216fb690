import type { Condition } from './condition/block.ts'
import type { ContextKeys } from './request-context.ts'
import type { Grant, PrincipalElement } from './principal.ts'
import type { Mismatch } from './evaluation.ts'
import type { PatternTest } from './arn-pattern.ts'
import type { Principal } from './request.ts'
import type { TextTest } from './glob.ts'
import { Malformed, isObject, textsOf } from './json.ts'
import { compileConditions } from './condition/block.ts'
import { compileGlob } from './glob.ts'
import { compilePrincipal } from './principal.ts'
import { compileResource } from './arn-pattern.ts'
import { parsePattern } from './template.ts'

/** A request as statements ask about it. */
export interface Facts {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly context: ContextKeys
  /** `Deny` with `NotPrincipal` spares nobody who has a permissions boundary. */
  readonly hasBoundary: boolean
}

/** Whether statements of the document name principals, and whether they may leave out the resource. */
export interface PolicyShape {
  readonly principals: 'none' | 'required' | 'optional'
  readonly resources: 'required' | 'optional'
}

export interface Statement {
  readonly index: number
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  /** Why the statement can't be understood: it applies to nothing then. */
  readonly malformed: string | undefined
  /** @param action in lower case: actions are case-insensitive */
  concerns(action: string): boolean
  /** Given that it concerns the action. @returns how it names the caller (`direct` without principals) */
  applies(facts: Facts): Grant | undefined
  /** Given that it concerns the action and does not apply. */
  mismatch(facts: Facts): Mismatch
}

/** What a statement may have: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export const statementElements: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

/** Compiles a statement into closures. One that can't be understood never applies: it neither allows nor denies. */
export function compileStatement(
  source: unknown,
  index: number,
  grammar: { variables: boolean },
  shape: PolicyShape,
): Statement {
  try {
    return compileWellFormed(source, index, grammar, shape)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const { Sid, Effect } = isObject(source) ? source : {}
    return {
      index,
      sid: typeof Sid === 'string' ? Sid : undefined,
      effect: Effect === 'Deny' ? 'Deny' : 'Allow',
      malformed: error.message,
      concerns: () => false,
      applies: () => undefined,
      mismatch: () => ({ element: 'malformed', expected: error.message, actual: null }),
    }
  }
}

function compileWellFormed(
  source: unknown,
  index: number,
  grammar: { variables: boolean },
  shape: PolicyShape,
): Statement {
  if (!isObject(source)) throw new Malformed('the statement is no object')
  for (const element of Object.keys(source)) {
    if (!statementElements.has(element)) throw new Malformed(`there is no element ${element}`)
  }
  const { Sid, Effect, Condition: block } = source
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new Malformed('Effect is neither Allow nor Deny')
  if (Sid !== undefined && typeof Sid !== 'string') throw new Malformed('Sid is no text')
  const concerns = compileActions(source)
  const who = compileWho(source, Effect, shape)
  const what = compileResources(source, grammar, shape)
  const conditions = block === undefined ? [] : compileConditions(block, grammar)
  return {
    index,
    sid: Sid,
    effect: Effect,
    malformed: undefined,
    concerns,
    applies(facts) {
      const grant = who ? who.grantTo(facts) : 'direct'
      if (grant === undefined || !(what?.matches(facts) ?? true)) return undefined
      for (const condition of conditions) if (!condition.holds(facts.context)) return undefined
      return grant
    },
    mismatch(facts) {
      if (who && who.grantTo(facts) === undefined) return who.mismatch(facts)
      if (what && !what.matches(facts)) return what.mismatch(facts)
      return conditionMismatch(conditions, facts)
    },
  }
}

function conditionMismatch(conditions: readonly Condition[], { context }: Facts): Mismatch {
  const failed = conditions.find((condition) => !condition.holds(context))
  if (!failed) throw new Error('asked for the mismatch of a statement that applies')
  const { operator, key, expected } = failed
  const actual = failed.actual(context)
  return { element: 'Condition', operator, key, expected, actual: shown(actual) }
}

const shown = (values: readonly string[] | undefined) =>
  values === undefined ? null : values.length === 1 ? values[0]! : values

/** Of two elements that exclude each other, the one that is there. @throws Malformed where both or (if required) none is */
function oneOf<A extends string, B extends string>(
  source: Record<string, unknown>,
  [positive, negative]: readonly [A, B],
  required: boolean,
): { name: A | B; value: unknown } | undefined {
  const present = ([positive, negative] as const).filter((name) => source[name] !== undefined)
  if (present.length > 1) throw new Malformed(`${positive} and ${negative} exclude each other`)
  const [name] = present
  if (name !== undefined) return { name, value: source[name] }
  if (required) throw new Malformed(`neither ${positive} nor ${negative} is there`)
  return undefined
}

/** An empty `NotAction` or `NotResource` would mean everything: it means nothing here. */
function nonEmpty(texts: string[], element: string): string[] {
  if (texts.length === 0) throw new Malformed(`${element} is empty`)
  return texts
}

function compileActions(source: Record<string, unknown>): TextTest {
  const { name, value } = oneOf(source, ['Action', 'NotAction'], true)!
  const tests = nonEmpty(textsOf(value, name), name).map((pattern) =>
    compileGlob(parsePattern(pattern.toLowerCase())),
  )
  const matches: TextTest = (action) => tests.some((test) => test(action))
  return name === 'Action' ? matches : (action) => !matches(action)
}

interface Who {
  grantTo(facts: Facts): Grant | undefined
  mismatch(facts: Facts): Mismatch
}

function compileWho(
  source: Record<string, unknown>,
  effect: 'Allow' | 'Deny',
  shape: PolicyShape,
): Who | undefined {
  const element = oneOf(source, ['Principal', 'NotPrincipal'], shape.principals === 'required')
  if (!element) return undefined
  if (shape.principals === 'none')
    throw new Malformed(`a policy of this kind has no ${element.name}`)
  const named = compilePrincipal(element.value)
  const mismatch = ({ principal }: Facts): Mismatch => ({
    element: element.name,
    expected: named.expected,
    actual: principal.arn,
  })
  if (element.name === 'Principal') {
    return { grantTo: ({ principal }) => named.grantTo(principal), mismatch }
  }
  if (effect === 'Allow') throw new Malformed('NotPrincipal with Allow is not supported')
  return { grantTo: (facts) => deniesByNotPrincipal(named, facts), mismatch }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
const deniesByNotPrincipal = (
  named: PrincipalElement,
  { principal, hasBoundary }: Facts,
): Grant | undefined => (hasBoundary || !named.exempts(principal) ? 'direct' : undefined)

interface What {
  matches(facts: Facts): boolean
  mismatch(facts: Facts): Mismatch
}

function compileResources(
  source: Record<string, unknown>,
  grammar: { variables: boolean },
  shape: PolicyShape,
): What | undefined {
  const element = oneOf(source, ['Resource', 'NotResource'], shape.resources === 'required')
  if (!element) return undefined
  const { name, value } = element
  const expected = nonEmpty(textsOf(value, name), name)
  const tests: PatternTest[] = expected.map((pattern) => compileResource(pattern, grammar))
  const wanted = name === 'Resource'
  return {
    matches({ resource, context }) {
      for (const test of tests) if (test(resource, context)) return wanted
      return !wanted
    },
    mismatch: ({ resource }) => ({ element: name, expected, actual: resource }),
  }
}
