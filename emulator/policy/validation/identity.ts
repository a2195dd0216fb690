import type { DocumentText } from './json-text.ts'
import { isDate, readConditions } from './conditions.ts'
import {
  type Element,
  isElement,
  isTexts,
  listOf,
  Problem,
  statementElements,
  versions,
} from './problem.ts'
import { failsLegacyParsing, resourceProblem } from './resource-arns.ts'

const syntax = () => new Problem('Syntax errors in policy.')
const legacy = () => new Problem('The policy failed legacy parsing')

/**
 * Checks a policy of an identity, in the order in which IAM does: the grammar of the whole document before what any
 * statement says.
 *
 * @param legacyVersion whether a document may be of the version before 2012 (inline policies)
 * @throws Problem
 */
export function checkIdentityPolicy(
  { value, duplicate }: DocumentText,
  { legacyVersion }: { legacyVersion: boolean },
): void {
  if (!isElement(value) || duplicate !== undefined) throw syntax()
  const statements = checkGrammar(value)
  if (!legacyVersion && value['Version'] !== '2012-10-17') {
    throw new Problem('Policy document must be version 2012-10-17 or greater.')
  }
  if (statements.some(({ Principal, NotPrincipal }) => (Principal ?? NotPrincipal) !== undefined)) {
    throw new Problem('Policy document should not specify a principal.')
  }
  const wrongResource = checkLegacy(statements)
  checkSids(statements)
  if (statements.some((statement) => textsOf(statement, 'Action').length === 0)) {
    throw new Problem('Policy statement must contain actions.')
  }
  if (wrongResource !== undefined) throw new Problem(wrongResource)
  for (const statement of statements) {
    for (const action of textsOf(statement, 'Action')) checkAction(action)
  }
  if (statements.some((statement) => textsOf(statement, 'Resource').length === 0)) {
    throw new Problem('Policy statement must contain resources.')
  }
}

function checkGrammar({ Version, Id, Statement, ...others }: Element): readonly Element[] {
  if (Object.keys(others).length > 0) throw syntax()
  if (Version !== undefined && !versions.has(Version)) throw syntax()
  if (Id !== undefined && typeof Id !== 'string') throw syntax()
  const statements = listOf(Statement)
  if (statements.length === 0 || !statements.every(isElement)) throw syntax()
  for (const statement of statements) checkStatement(statement)
  return statements
}

function checkStatement(statement: Element): void {
  if (Object.keys(statement).some((name) => !statementElements.has(name))) throw syntax()
  const { Sid, Effect, Condition } = statement
  if (typeof Effect !== 'string' || !/^(?:allow|deny)$/i.test(Effect)) throw syntax()
  if (Sid !== undefined && typeof Sid !== 'string') throw syntax()
  for (const name of ['Action', 'Resource', 'Principal'] as const) {
    if (statement[name] !== undefined && statement[`Not${name}`] !== undefined) throw syntax()
  }
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource']) {
    if (!isTexts(listOf(statement[name]))) throw syntax()
  }
  if (Condition !== undefined && 'wrong' in readConditions(Condition)) throw syntax()
}

/** The older parser, that IAM still asks too. @returns what is wrong with the first resource that is no ARN */
function checkLegacy(statements: readonly Element[]): string | undefined {
  for (const statement of statements) {
    if (!/^(?:Allow|Deny)$/.test(String(statement['Effect']))) throw legacy()
    for (const { base, values } of conditionsOf(statement)) {
      if (base.startsWith('Date') && !values.every(isDate)) throw legacy()
    }
  }
  let wrong: string | undefined
  for (const statement of statements) {
    const resources = textsOf(statement, 'Resource').toSorted()
    wrong ??= resources.map(resourceProblem).find((problem) => problem !== undefined)
    if (wrong === undefined && resources.some(failsLegacyParsing)) throw legacy()
  }
  return wrong
}

function checkSids(statements: readonly Element[]): void {
  const sids = statements.map(({ Sid }) => Sid as string | undefined).filter(Boolean)
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid!))) {
    throw new Problem(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    )
  }
  if (new Set(sids).size < sids.length) {
    throw new Problem('Statement IDs (SID) in a single policy must be unique.')
  }
}

/** The texts of an element, plain or negated. */
const textsOf = (statement: Element, name: 'Action' | 'Resource'): readonly string[] =>
  listOf(statement[name] ?? statement[`Not${name}`]) as readonly string[]

function conditionsOf({ Condition }: Element) {
  const read = Condition === undefined ? { conditions: [] } : readConditions(Condition)
  return 'wrong' in read ? [] : read.conditions
}

function checkAction(action: string): void {
  if (action === '*') return
  const [vendor = '', ...names] = action.split(':')
  if (names.length === 0) {
    throw new Problem('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  if (names.length > 1) throw new Problem('Actions/Condition can contain only one colon.')
  if (vendor !== '*' && !/^[a-zA-Z0-9.-]+$/.test(vendor)) {
    throw new Problem(`Vendor ${vendor} is not valid`)
  }
}
