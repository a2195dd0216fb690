import { malformedPolicy } from './errors.ts'

/** What sort of policy a document is for: a managed policy must name the current version of the language. */
export type DocumentKind = 'managed' | 'inline'

const currentVersion = '2012-10-17'
const legacyVersion = '2008-10-17'

/**
 * Refuses a document that is no identity policy: its JSON, version, statements, effects, actions and resources.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @throws MalformedPolicyDocument with AWS's sentence for the first thing that is wrong
 */
export function checkPolicyDocument(text: string, kind: DocumentKind): void {
  const { Version, Statement, ...others } = parse(text)
  const unknown = Object.keys(others).filter((key) => key !== 'Id')
  if (unknown.length > 0 || (others['Id'] !== undefined && typeof others['Id'] !== 'string')) {
    throw syntaxErrors()
  }
  checkVersion(Version, kind)
  const statements = listOf(Statement)
  if (statements.length === 0) throw syntaxErrors()
  for (const statement of statements) checkStatement(statement)
  const sids = statements.map((statement) => (statement as Element)['Sid']).filter(Boolean)
  if (new Set(sids).size < sids.length) {
    throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.')
  }
}

/** How AWS counts a document against its quotas: without white space. */
export const documentSize = (text: string): number => text.replaceAll(/\s/g, '').length

/** Percent-encoded as RFC 3986 has it: how IAM returns documents. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

type Element = Record<string, unknown>

const syntaxErrors = () => malformedPolicy('Syntax errors in policy.')

function parse(text: string): Element {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw syntaxErrors()
  }
  if (!isElement(document)) throw syntaxErrors()
  return document
}

const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

function checkVersion(version: unknown, kind: DocumentKind): void {
  if (version === currentVersion) return
  if (version !== undefined && version !== legacyVersion) throw syntaxErrors()
  if (kind === 'managed') {
    throw malformedPolicy(`Policy document must be version ${currentVersion} or greater.`)
  }
}

const statementElements = new Set([
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

function checkStatement(statement: unknown): void {
  if (!isElement(statement)) throw syntaxErrors()
  if (Object.keys(statement).some((key) => !statementElements.has(key))) throw syntaxErrors()
  const { Sid, Effect, Condition, Principal, NotPrincipal } = statement
  if (Sid !== undefined && (typeof Sid !== 'string' || !/^[A-Za-z0-9]*$/.test(Sid))) {
    throw malformedPolicy(
      `Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*`,
    )
  }
  if (Effect !== 'Allow' && Effect !== 'Deny') throw syntaxErrors()
  if (Condition !== undefined && !isElement(Condition)) throw syntaxErrors()
  if (Principal !== undefined || NotPrincipal !== undefined) {
    throw malformedPolicy('Policy document should not specify a principal.')
  }
  for (const action of oneOf(statement, 'Action', 'actions')) checkAction(action)
  for (const resource of oneOf(statement, 'Resource', 'resources')) checkResource(resource)
}

/** The texts of an element that stands plain or negated, one of them exactly. */
function oneOf(statement: Element, name: 'Action' | 'Resource', plural: string): readonly string[] {
  const plain = statement[name]
  const negated = statement[`Not${name}`]
  if (plain !== undefined && negated !== undefined) throw syntaxErrors()
  const values = listOf(plain ?? negated)
  if (values.some((value) => typeof value !== 'string')) throw syntaxErrors()
  if (values.length === 0) throw malformedPolicy(`Policy statement must contain ${plural}.`)
  return values as readonly string[]
}

function checkAction(action: string): void {
  if (action === '*') return
  const [vendor, name, ...more] = action.split(':')
  if (name === undefined) {
    throw malformedPolicy(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    )
  }
  if (more.length > 0) throw malformedPolicy('Actions/Condition can contain only one colon.')
  if (!/^[\w-]+$/.test(vendor!)) throw malformedPolicy(`Vendor ${vendor} is not valid`)
}

function checkResource(resource: string): void {
  if (resource === '*') return
  if (!resource.startsWith('arn:') && !/^[*?]/.test(resource)) {
    throw malformedPolicy(`Resource ${resource} must be in ARN format or "*".`)
  }
  if (resource.startsWith('arn:') && resource.split(':').length < 6 && !/[*?]/.test(resource)) {
    throw malformedPolicy('The policy failed legacy parsing')
  }
}
