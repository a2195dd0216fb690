import type { DocumentText } from './json-text.ts'
import { readConditions, type WrittenCondition } from './conditions.ts'
import { type NamedPrincipal, readPrincipals } from './principals.ts'
import {
  type Element,
  isElement,
  isTexts,
  listOf,
  Problem,
  statementElements,
  versions,
} from './problem.ts'

/** A statement of a policy that stands on a resource, its grammar checked. */
export interface ResourceStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly principals: readonly NamedPrincipal[]
  readonly negatedPrincipal: boolean
  /** Of `Action` or `NotAction`. */
  readonly actions: readonly string[]
  /** Of `Resource` or `NotResource`; undefined where the statement has neither. */
  readonly resources: readonly string[] | undefined
  readonly conditions: readonly WrittenCondition[]
}

/** How policies of one kind differ in what is said of them. */
export interface ResourceGrammar {
  /** What is said of a principal that is none. */
  readonly invalidPrincipal: (wrong: string) => string
  readonly checkPrincipal?: (statement: Element) => void
}

/**
 * Reads a policy that stands on a resource. Other words than for identity policies: AWS has another parser for these.
 *
 * @throws Problem
 */
export function readResourcePolicy(
  { value, duplicate }: DocumentText,
  grammar: ResourceGrammar,
): readonly ResourceStatement[] {
  if (!isElement(value)) throw new Problem('This policy contains invalid Json')
  if (duplicate !== undefined) throw new Problem(`Duplicate key: ${duplicate}`)
  const { Version, Id, Statement, ...others } = value
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new Problem(`Unknown field ${unknown}`)
  if (Version !== undefined && !versions.has(Version)) {
    throw new Problem('The policy must contain a valid version string')
  }
  if (Id !== undefined && typeof Id !== 'string') throw new Problem('Invalid policy syntax.')
  if (Statement === undefined) throw new Problem('Missing required field Statement')
  const statements = listOf(Statement)
  if (statements.length === 0) throw new Problem('Could not parse the policy: Statement is empty!')
  const read = statements.map((statement) => readStatement(statement, grammar))
  const sids = statements.map((statement) => (statement as Element)['Sid']).filter(Boolean)
  if (new Set(sids).size < sids.length) {
    throw new Problem('The Statement Ids in the policy are not unique')
  }
  return read
}

function readStatement(statement: unknown, grammar: ResourceGrammar): ResourceStatement {
  if (!isElement(statement)) throw new Problem('Invalid policy syntax.')
  const unknown = Object.keys(statement).find((name) => !statementElements.has(name))
  if (unknown !== undefined) throw new Problem(`Unknown field ${unknown}`)
  const { Sid, Effect } = statement
  if (Sid !== undefined && typeof Sid !== 'string') throw new Problem('Invalid policy syntax.')
  if (Effect === undefined) throw new Problem('Missing required field Effect')
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw new Problem(
      `Invalid effect: ${typeof Effect === 'string' ? Effect : JSON.stringify(Effect)}`,
    )
  }
  return {
    effect: Effect,
    ...readWho(statement, grammar),
    actions: actionsOf(statement),
    resources: resourcesOf(statement),
    conditions: conditionsOf(statement),
  }
}

/** Of two elements that exclude each other, the one that is there. */
function oneOf(statement: Element, name: 'Action' | 'Resource' | 'Principal'): unknown {
  const { [name]: plain, [`Not${name}`]: negated } = statement
  if (plain !== undefined && negated !== undefined) {
    throw new Problem(`Statement/policy already has instance of ${name}`)
  }
  return plain ?? negated
}

function readWho(statement: Element, { invalidPrincipal, checkPrincipal }: ResourceGrammar) {
  const element = oneOf(statement, 'Principal')
  if (element === undefined) throw new Problem('Missing required field Principal')
  const negatedPrincipal = statement['NotPrincipal'] !== undefined
  if (negatedPrincipal && statement['Effect'] === 'Allow') {
    throw new Problem('Allow with NotPrincipal is not allowed.')
  }
  checkPrincipal?.(statement)
  if (isElement(element) && Object.keys(element).length === 0) {
    throw new Problem('Missing required field Principal cannot be empty!')
  }
  const read = readPrincipals(element)
  if ('wrong' in read) throw new Problem(invalidPrincipal(read.wrong))
  return { principals: read.principals, negatedPrincipal }
}

function actionsOf(statement: Element): readonly string[] {
  const actions = listOf(oneOf(statement, 'Action'))
  if (actions.length === 0) throw new Problem('Missing required field Action')
  if (!isTexts(actions)) throw new Problem('Invalid policy syntax.')
  return actions
}

function resourcesOf(statement: Element): readonly string[] | undefined {
  const element = oneOf(statement, 'Resource')
  if (element === undefined) return undefined
  const resources = listOf(element)
  if (!isTexts(resources)) throw new Problem('Invalid policy syntax.')
  return resources
}

function conditionsOf({ Condition }: Element): readonly WrittenCondition[] {
  if (Condition === undefined) return []
  const read = readConditions(Condition)
  if (!('wrong' in read)) return read.conditions
  throw new Problem(
    read.wrong === 'Condition'
      ? 'Invalid policy syntax.'
      : `Invalid Condition type : ${read.wrong}`,
  )
}
