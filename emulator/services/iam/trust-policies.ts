import type { Database } from '../../store/database.ts'
import { malformedPolicy, quotaExceeded } from './errors.ts'
import { documentSize } from './policy-documents.ts'
import { findRole } from './rows/roles.ts'
import { findUser } from './rows/users.ts'
import { roleArn, userArn } from './arns.ts'

/** Characters without white space. */
const maxSize = 2048

const elements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Condition',
])

type Element = Record<string, unknown>

const isElement = (value: unknown): value is Element =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const syntaxErrors = () => malformedPolicy('Syntax errors in policy.')
const invalidPrincipal = (kind: string, text: string) =>
  malformedPolicy(`Invalid principal in policy: "${kind}":"${text}"`)

/**
 * Refuses a document that is no trust policy: one that says who may assume a role, and names no resource.
 * Users and roles that it names have to exist, in whatever account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * @throws MalformedPolicyDocument, LimitExceeded
 */
export function checkTrustPolicy(db: Database, text: string): void {
  const { Version, Statement } = parse(text)
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw syntaxErrors()
  }
  const statements = listOf(Statement)
  if (Statement === undefined || statements.length === 0) throw syntaxErrors()
  for (const statement of statements) checkStatement(db, statement)
  if (documentSize(text) > maxSize) throw quotaExceeded('ACLSizePerRole', maxSize)
}

function parse(text: string): Element {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw malformedPolicy('This policy contains invalid Json')
  }
  if (!isElement(document)) throw syntaxErrors()
  return document
}

function checkStatement(db: Database, statement: unknown): void {
  if (!isElement(statement)) throw syntaxErrors()
  for (const field of ['Resource', 'NotResource']) {
    if (statement[field] !== undefined) throw malformedPolicy(`Has prohibited field ${field}`)
  }
  if (Object.keys(statement).some((key) => !elements.has(key))) throw syntaxErrors()
  const { Effect, Action, NotAction, Principal, NotPrincipal, Condition } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny') throw syntaxErrors()
  if (Condition !== undefined && !isElement(Condition)) throw syntaxErrors()
  if (Action === undefined && NotAction === undefined) {
    throw malformedPolicy('Missing required field Action')
  }
  for (const action of listOf(Action ?? NotAction)) {
    if (typeof action !== 'string') throw syntaxErrors()
    if (!/^sts:/i.test(action)) {
      throw malformedPolicy('AssumeRole policy may only specify STS AssumeRole actions.')
    }
  }
  if (Principal === undefined && NotPrincipal === undefined) {
    throw malformedPolicy('Missing required field Principal')
  }
  checkPrincipals(db, Principal ?? NotPrincipal)
}

function checkPrincipals(db: Database, principals: unknown): void {
  if (principals === '*') return
  if (!isElement(principals) || Object.keys(principals).length === 0) throw syntaxErrors()
  for (const [kind, named] of Object.entries(principals)) {
    const check = checks[kind]
    if (!check) throw syntaxErrors()
    for (const text of listOf(named)) {
      if (typeof text !== 'string') throw syntaxErrors()
      if (!check(text, db)) throw invalidPrincipal(kind === 'AWS' ? kind : kind.toUpperCase(), text)
    }
  }
}

const federatedServices = new Set([
  'cognito-identity.amazonaws.com',
  'www.amazon.com',
  'graph.facebook.com',
  'accounts.google.com',
])

const checks: Readonly<Record<string, (text: string, db: Database) => boolean>> = {
  AWS: existsInAws,
  Service: (text) => /^[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|amazon\.com)$/.test(text),
  Federated: (text) =>
    federatedServices.has(text) ||
    /^arn:aws[\w-]*:iam::\d{12}:(?:oidc-provider|saml-provider)\/.+$/.test(text),
  CanonicalUser: () => false,
}

/** An account's number or root always passes: accounts exist from their first use. */
function existsInAws(text: string, db: Database): boolean {
  if (text === '*' || /^\d{12}$/.test(text) || /^A(?:IDA|ROA)[A-Z0-9]{16,}$/.test(text)) return true
  const arn = /^arn:aws[\w-]*:(iam|sts)::(\d{12}):([^/]+)(?:\/(.+))?$/s.exec(text)
  if (!arn) return false
  const [, service, account, type, rest] = arn
  if (service === 'iam' && type === 'root') return rest === undefined
  if (rest === undefined) return false
  const name = rest.slice(rest.lastIndexOf('/') + 1)
  switch (`${service}:${type}`) {
    case 'iam:user': {
      const user = findUser(db, account!, name)
      return user !== undefined && userArn(account!, user.path, user.name) === text
    }
    case 'iam:role': {
      const role = findRole(db, account!, name)
      return role !== undefined && roleArn(account!, role.path, role.name) === text
    }
    case 'sts:assumed-role':
      return findRole(db, account!, rest.split('/')[0]!) !== undefined
    case 'sts:federated-user':
      return true
    default:
      return false
  }
}
